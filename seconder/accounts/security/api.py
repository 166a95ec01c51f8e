"""The API's routes about what happened to accounts."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.gate import Asked
from seconder.accounts.naming import PersonOut, people
from seconder.accounts.security import pages
from seconder.accounts.security.kinds import KINDS
from seconder.core import calls
from seconder.core.doors import door
from seconder.core.refusals import Invalid

router = Router(tags=["security"])


class SecurityEventOut(Schema):
    """Something that matters to the safety of an account: `text` says it, `kind` is its name and stays the same."""

    id: str
    kind: str
    text: str
    at: str
    person: PersonOut | None
    browser: str | None
    system: str | None
    device: str
    country: str | None
    network: str | None
    facts: dict[str, Any]  # Any: ids and plain words


class SecurityEventList(Schema):
    items: list[SecurityEventOut]
    next: str | None


class SecurityEventQuery(calls.PageQuery):
    person: str | None = None
    kind: str | None = None


@router.get(
    "/security-events",
    response=SecurityEventList,
    summary="What happened to the accounts of members, newest first",
    openapi_extra=calls.asks(SecurityEventQuery),
)
@door("security.read")
def security_events(request: Asked) -> HttpResponse:
    asked = calls.query(request, SecurityEventQuery)
    found = pages.visible(request.actor)
    if asked.person is not None:
        found = found.filter(person__id__in=[_id(asked.person)])
    if asked.kind is not None:
        if asked.kind not in KINDS:
            raise Invalid(f"There is no kind of event {calls.shortened(asked.kind)!r}.", path="kind")
        found = found.filter(kind=asked.kind)
    rows, following = calls.page(found, asked)
    named = people(row.person_id for row in rows if row.person_id)
    items = [{**pages.out(row), "person": named[row.person_id] if row.person_id else None} for row in rows]
    return calls.answer({"items": items, "next": following})


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid(f"{calls.shortened(text)!r} is no id of a person.", path="person") from None
