"""Events in the words of server-sent events: the id is the event's place in its organization's chain."""

from __future__ import annotations

import json

from django.http import HttpRequest

from seconder.core.refusals import Invalid
from seconder.events.chain import entry
from seconder.events.models import Event

MEDIA_TYPE = "text/event-stream"
LARGEST_PLACE = 2**63 - 1


def of(event: Event) -> str:
    whole = entry(event, event.seq or 0)
    told = {key: whole[key] for key in ("id", "name", "at", "subject", "by", "facts")}
    return f"id: {event.seq}\nevent: {event.name}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"


def end(status: str) -> str:
    """Ends a stream: the run is over and everything was told. Without an id, so that a resumed one says it again;
    a browser that comes back by itself does so rarely."""
    return f"retry: 60000\nevent: end\ndata: {json.dumps({'status': status})}\n\n"


def after(request: HttpRequest) -> int:
    """The place after which to go on: of `Last-Event-ID`, which browsers send, or of `?after=`. 0: from the start."""
    given = request.headers.get("Last-Event-ID") or request.GET.get("after") or "0"
    if not (given.isascii() and given.isdigit() and int(given[:20]) <= LARGEST_PLACE):
        raise Invalid("Last-Event-ID is the id of an event of this stream: digits.", path="Last-Event-ID")
    return int(given)
