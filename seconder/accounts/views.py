from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts import gate
from seconder.accounts.forms import LinkForm
from seconder.accounts.models import SignInLink
from seconder.core.doors import open_to_all


@open_to_all
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The bare address: on to one's own organization, or to signing in."""
    person = request.person  # type: ignore[attr-defined]  # set by person_middleware
    return HttpResponseRedirect(gate.landing(person) if person else gate.SIGN_IN)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Says how to sign in, and takes a link that is pasted: on to the page of that link."""
    given = request.POST if request.method == "POST" else None
    form = LinkForm(given, initial={"next": request.GET.get("next", "")})
    if form.is_valid():
        wanted = form.cleaned_data["next"]
        then = f"?{urlencode({'next': wanted})}" if wanted else ""
        return _unshared(HttpResponseRedirect(f"{gate.SIGN_IN}{form.cleaned_data['link']}/{then}"))
    shown = render(request, "accounts/sign_in.html", {"form": form}, status=422 if form.is_bound else 200)
    return _unshared(shown)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and changes nothing, whoever fetches it; POST uses the link up and signs in."""
    if request.method == "POST" and (person := SignInLink.use(token)):
        gate.sign_in(request, person)
        return _unshared(HttpResponseRedirect(gate.landing(person, request.POST.get("next", ""))))
    link = None if request.method == "POST" else SignInLink.find(token)
    shown = {"link": link, "token": token, "next": request.GET.get("next", "")}
    return _unshared(render(request, "accounts/sign_in_link.html", shown, status=200 if link else 410))


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    gate.sign_out(request)
    return _unshared(HttpResponseRedirect(gate.SIGN_IN))


def _unshared(response: HttpResponse) -> HttpResponse:
    """The address may hold a secret: no cache keeps the page. That no other site learns the address is the policy of
    all pages; `no-referrer` would keep it from our own button too, whose origin browsers then send as `null`."""
    response["Cache-Control"] = "no-store"
    return response
