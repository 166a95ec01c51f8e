"""Notes each answered request, in a few microseconds and without a query."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from seconder.accounts.actor import Actor
from seconder.accounts.gate import signed_in
from seconder.accounts.networks import address_of
from seconder.core.clock import now
from seconder.privacy.choices import standing
from seconder.privacy.choices.visits import visit_of
from seconder.telemetry.measures import OTHERS
from seconder.telemetry.measuring import Look, notes
from seconder.telemetry.visitors import Who

NOBODY = Who()
Next = Callable[[HttpRequest], HttpResponseBase]


def counting_middleware(get_response: Next) -> Next:
    def counted(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = get_response(request)
        note(request, response, time.perf_counter() - began)
        return response

    return counted


def note(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    """The route by its name, and only where there is one: not the address, nor anything that stands in it. What a page
    asks for by itself, and what was not answered well, is nobody's use of it."""
    matched = request.resolver_match
    if matched is None or not matched.url_name:
        return
    is_use = (
        response.status_code < (300 if request.method == "GET" else 400)
        and "HX-Request" not in request.headers
    )
    is_call = request.path.startswith("/api/")
    is_visit = is_use and not is_call and request.method == "GET"
    notes.append(
        Look(
            at=now(),
            who=_who(request, "" if is_call else visit_of(request) or "") if is_use else NOBODY,
            route=matched.view_name,
            agent="" if is_call else request.headers.get("User-Agent", ""),
            seconds=seconds,
            is_visit=is_visit,
            method=request.method or "",
            status=response.status_code,
            may_pass=bool(settings.ANALYTICS_RELAY) and is_visit and standing.of(request).allows(OTHERS),
        )
    )


def _who(request: HttpRequest, visit: str) -> Who:
    """Who it was, as far as it is known by now: nothing is asked for it. A program is nobody."""
    address = address_of(request)
    actor = getattr(request, "actor", None) or getattr(request, "auth", None)
    if isinstance(actor, Actor):
        return NOBODY if actor.is_service else Who(actor.person.pk, address, visit)
    session = getattr(request, "session", None)
    is_read = SESSION_KEY in getattr(session, "_session_cache", {})
    return Who(signed_in(request) if is_read else None, address, visit)
