"""What somebody was about to do when a proof was asked for: kept in their session meanwhile, and done after it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, suspend_request
from django.http import HttpRequest, HttpResponse

from seconder.accounts.freshness import FRESH

PROVE = "/account/confirm/"


@dataclass(frozen=True)
class Suspended:
    """`needs` is "proof" or "factor"; `path` where it goes on; `is_act` says that something was sent, not looked at."""

    path: str
    needs: str
    is_act: bool

    @property
    def url(self) -> str:
        """Where the proof is given, to go on with it."""
        return f"{PROVE}?{urlencode({'next': self.path})}"


def suspend(request: HttpRequest, needs: str) -> HttpResponse:
    """On to the proof. What was suspended before is forgotten: nothing is done that was left half way."""
    request.session.pop(STATE_SESSION_KEY, None)
    response: HttpResponse = suspend_request(request, PROVE)
    kept = request.session.get(STATE_SESSION_KEY, {})
    more = {"path": request.get_full_path(), "needs": needs, "at": time.time()}
    request.session[STATE_SESSION_KEY] = {**kept, **more}
    return response


def suspended(request: HttpRequest) -> Suspended | None:
    """What waits for the proof; after ten minutes it is forgotten, before somebody else comes by and proves it."""
    kept = request.session.get(STATE_SESSION_KEY)
    if not kept:
        return None
    if time.time() - kept.get("at", 0) > FRESH:
        del request.session[STATE_SESSION_KEY]
        return None
    return Suspended(kept["path"], kept["needs"], is_act="request" in kept)
