from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from seconder.accounts.gate import Asked
from seconder.accounts.naming import PersonOut, people
from seconder.core import calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door
from seconder.core.refusals import NotFound, Refusal
from seconder.verification import looking_again
from seconder.verification.models import SecondLook

router = Router(tags=["reviews"])


class SecondLookOut(Schema):
    """`allowance`: under which it happened; None where the policy allowed it."""

    id: str
    run_id: str
    step_id: str
    agent_id: str
    agent_version: int
    items: list[dict[str, Any]]  # Any: a shown value is any JSON
    requester: PersonOut
    allowance: str | None
    assignees: list[PersonOut]
    opened_at: str
    verdict: Literal["fine", "not_fine"] | None
    note: str | None
    by: PersonOut | None
    answered_at: str | None


class SecondLookList(Schema):
    items: list[SecondLookOut]
    next: str | None


class SecondLooksQuery(calls.PageQuery):
    """`mine`: those that the caller may answer."""

    mine: Annotated[bool, Field(strict=False)] = False


class AnswerIn(calls.Fields):
    verdict: Literal["fine", "not_fine"]
    note: str | None = None


def serialize(rows: Sequence[SecondLook]) -> list[dict[str, Any]]:  # Any: as SecondLookOut says
    asked = {row.pk: [uuid.UUID(one) for one in row.people] for row in rows}
    who = [person for row in rows for person in (row.requester_id, row.answered_by, *asked[row.pk]) if person]
    names = people(who)
    return [
        {
            "id": str(row.pk),
            "run_id": str(row.run_id),
            "step_id": row.step_id,
            "agent_id": row.agent,
            "agent_version": row.agent_version,
            "items": row.items,
            "requester": names[row.requester_id],
            "allowance": str(row.allowance_id) if row.allowance_id else None,
            "assignees": [names[one] for one in asked[row.pk]],
            "opened_at": rfc3339(row.opened_at),
            "verdict": row.verdict,
            "note": row.note,
            "by": names[row.answered_by] if row.answered_by else None,
            "answered_at": rfc3339(row.answered_at),
        }
        for row in rows
    ]


@router.get(
    "/second-looks",
    response=SecondLookList,
    summary="What happened without being asked for, and is looked at afterwards",
    openapi_extra=calls.asks(SecondLooksQuery),
)
@door("reviews.read")
def second_looks(request: Asked) -> HttpResponse:
    asked = calls.query(request, SecondLooksQuery)
    found = SecondLook.objects.visible_to(request.actor)
    rows, following = calls.page(found.answerable_by(request.actor) if asked.mine else found, asked)
    return calls.answer({"items": serialize(rows), "next": following})


@router.get("/second-looks/{id}", response=SecondLookOut, summary="One second look")
@door("reviews.read")
def second_look(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return calls.answer(serialize([_find(request, id)])[0])


@router.post(
    "/second-looks/{id}/answers",
    response={201: SecondLookOut},
    summary="Say whether what happened is fine",
    openapi_extra=calls.takes(AnswerIn),
)
@door("reviews.read", rule="reviews.decide")
def second_look_answers(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    found = _find(request, id)
    try:
        given = calls.body(request, AnswerIn)
    except Refusal as malformed:
        looking_again.admit(found, request.actor)  # what is malformed is said last
        raise malformed from None
    made = looking_again.answer(found.pk, request.actor, given.verdict, given.note or "")
    return calls.answer(serialize([made])[0], 201)


def _find(request: Asked, id: str) -> SecondLook:  # noqa: A002  as above
    found = SecondLook.objects.visible_to(request.actor).filter(pk=calls.id_of(id)).first()
    if found is None:
        raise NotFound("There is no such second look here, or it is not yours to see.")
    return found
