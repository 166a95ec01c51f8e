from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts import gate
from seconder.accounts.models import SignInLink
from seconder.core.doors import open_to_all

NEXT = "next"  # the cookie that remembers which page was wanted, until the sign-in link is used
REMEMBERED = 3600  # seconds
_USED_UP = "It was used already, has expired, or was never one of ours."


@open_to_all
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The bare address: on to one's own organization, or to signing in."""
    person = request.person  # type: ignore[attr-defined]  # set by person_middleware
    return HttpResponseRedirect(gate.landing(person) if person else gate.SIGN_IN)


@open_to_all
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Says how to sign in. A page that was asked for by somebody not signed in led here, and is remembered."""
    wanted = request.GET.get("next", "")
    response = _unshared(render(request, "accounts/signed_out.html", {"needed": bool(wanted)}))
    if wanted:
        response.set_cookie(
            NEXT, wanted[:2000], max_age=REMEMBERED, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and changes nothing, whoever fetches it; POST uses the link up and signs in."""
    if request.method == "POST" and (person := SignInLink.use(token)):
        gate.sign_in(request, person)
        response = _unshared(HttpResponseRedirect(gate.landing(person, request.COOKIES.get(NEXT, ""))))
        response.delete_cookie(NEXT)
        return response
    link = None if request.method == "POST" else SignInLink.find(token)
    if link is None:
        return _unshared(render(request, "accounts/sign_in_link.html", {"problem": _USED_UP}, status=410))
    shown = {
        "person_name": link.person.name,
        "organization_name": gate.organization_of(link.person),
        "action": request.path,
    }
    return _unshared(render(request, "accounts/sign_in_link.html", shown))


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    gate.sign_out(request)
    return _unshared(HttpResponseRedirect(gate.SIGN_IN))


def _unshared(response: HttpResponse) -> HttpResponse:
    """The address may hold a secret: no cache keeps the page, and no other site learns the address."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
