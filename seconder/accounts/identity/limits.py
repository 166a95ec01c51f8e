"""How often somebody may try: the rates stand in `settings.ACCOUNT_RATE_LIMITS`, allauth counts, we answer."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from seconder.accounts import security
from seconder.core.refusals import TooMany

TOO_OFTEN = "too_many_login_attempts"  # allauth's word for the error of a form
AFTER = 60  # seconds: the window of the rates that a person meets first


def spend(request: HttpRequest, action: str, key: str | None = None) -> None:
    """Counts one attempt at `action`, by network and, where a key is given, by that. Raises TooMany."""
    if not ratelimit.consume(request, app="allauth.account", action=action, key=key, limit_get=True):
        raise too_many(request, action)


def too_many(request: HttpRequest, action: str) -> TooMany:
    security.observe("limit.reached", request=request, action=action)
    return TooMany("This was tried too often. Wait a minute, then try again; nothing was lost.", AFTER)


def page(request: HttpRequest) -> HttpResponse:
    """What allauth answers where a limit is reached (`handler429` of the site map)."""
    security.observe("limit.reached", request=request, action=_route(request))
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(AFTER)
    return response


def _route(request: HttpRequest) -> str:
    """The address without what stands in it."""
    return request.resolver_match.route if request.resolver_match else ""
