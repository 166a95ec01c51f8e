from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts import gate
from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity import limits, proving
from seconder.accounts.models import SignInLink
from seconder.accounts.own.views import SIGNED_OUT
from seconder.core.doors import SELF, door, open_to_all


@open_to_all
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The bare address: on to one's own organization, or to signing in."""
    person = request.person  # type: ignore[attr-defined]  # set by person_middleware
    return HttpResponseRedirect(gate.landing(person) if person else gate.SIGN_IN)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows a button and changes nothing, whoever fetches it; POST uses the link up and signs in."""
    if request.method == "POST":
        limits.spend(request, "sign_in_link")
    if request.method == "POST" and (person := SignInLink.use(token)):
        return _unshared(proving.sign_in(request, person, request.POST.get("next", ""), method="link"))
    link = None if request.method == "POST" else SignInLink.find(token)
    shown = {"link": link, "token": token, "next": request.GET.get("next", "")}
    return _unshared(render(request, "accounts/sign_in_link.html", shown, status=200 if link else 410))


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ends the session, and has the browser forget what it kept of these pages."""
    auth.logout(request)
    return _unshared(HttpResponseRedirect(gate.SIGN_IN, headers=SIGNED_OUT))


@door(SELF)
@require_safe
def prove_again(request: AskedBySelf) -> HttpResponse:
    """On to the usual way in which this person can prove who they are; each page offers the others. Where a second
    factor is needed and there is none, to where one is set up, which says what waits for it."""
    found = proving.ways(request, request.person)
    if not found:
        return redirect("mfa_index")
    wanted = request.GET.get("next", "")
    return HttpResponseRedirect(found[0]["url"] + (f"?{urlencode({'next': wanted})}" if wanted else ""))


def _unshared(response: HttpResponseBase) -> HttpResponseBase:
    """The address may hold a secret: no cache keeps the page. That no other site learns the address is the policy of
    all pages; `no-referrer` would keep it from our own button too, whose origin browsers then send as `null`."""
    response["Cache-Control"] = "no-store"
    return response
