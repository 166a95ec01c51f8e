from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from seconder.core import calls
from seconder.core.doors import door
from seconder.core.json import Object
from seconder.events.chain import entry
from seconder.events.models import Event
from seconder.events.sealing import seal

router = Router(tags=["audit"])


class RecordOut(Schema):
    """One record as it is hashed and exported, and its `hash`, which covers it and the hash before."""

    seq: int
    id: str
    at: str
    organization: str
    name: str
    subject: dict[str, str]
    run: str | None
    by: dict[str, str | None]
    channel: str
    strength: str
    facts: dict[str, Any]  # Any: ids, hashes and plain values
    hash: str


class RecordList(Schema):
    items: list[RecordOut]
    next: str | None


class AuditQuery(calls.Fields):
    """`after` is a place in the chain (`seq`): the records behind it follow, oldest first."""

    after: Annotated[int, Field(ge=0, le=2**63 - 1, strict=False)] = 0
    limit: Annotated[int, Field(ge=1, le=100, strict=False)] = 50


@router.get(
    "/audit", response=RecordList, summary="The organization's record", openapi_extra=calls.asks(AuditQuery)
)
@door("audit.read")
def audit(request: HttpRequest) -> HttpResponse:
    asked = calls.query(request, AuditQuery)
    seal(wait=True)  # so that what is committed by now is in it
    found = list(Event.objects.filter(seq__gt=asked.after).sealed()[: asked.limit + 1])
    kept = found[: asked.limit]
    following = str(kept[-1].seq) if len(found) > len(kept) else None
    return calls.answer({"items": [_record(event) for event in kept], "next": following})


def _record(event: Event) -> Object:
    return {**entry(event, event.seq or 0), "hash": bytes(event.hash or b"").hex()}
