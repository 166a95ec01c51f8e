"""Allowances in the API: given with a decision (`POST /reviews/{id}/decisions`), listed and taken back here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from seconder.accounts.gate import Asked
from seconder.accounts.naming import PersonOut, people
from seconder.core import calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.verification import allowing
from seconder.verification.models import Allowance, Decision

router = Router(tags=["reviews"])


class AllowanceOut(Schema):
    """`reviews` are those that it decided; `like` has a rule for each argument."""

    id: str
    agent_id: str
    agent_version: int
    tool: str
    like: dict[str, Any] | None  # Any: rules; None where it was erased with who gave it
    most: int
    used: int
    is_live: bool
    by: PersonOut
    review: str
    decision: str
    given_at: str
    ends_at: str
    ended_at: str | None
    because: str
    reviews: list[str]


class AllowanceList(Schema):
    items: list[AllowanceOut]
    next: str | None


class AllowancesQuery(calls.PageQuery):
    """`live`: those that hold now."""

    live: Annotated[bool, Field(strict=False)] = False


def serialize(rows: Sequence[Allowance]) -> list[dict[str, Any]]:  # Any: as AllowanceOut says
    """Two queries however many they are."""
    names = people(row.given_by for row in rows)
    under: dict[uuid.UUID | None, list[str]] = {row.pk: [] for row in rows}
    votes = Decision.objects.filter(allowance_id__in=list(under)).order_by("at")
    for review, allowance in votes.values_list("review_id", "allowance_id"):
        under[allowance].append(str(review))
    return [
        {
            "id": str(row.pk),
            "agent_id": row.agent,
            "agent_version": row.agent_version,
            "tool": row.tool,
            "like": row.like,
            "most": row.most,
            "used": row.used,
            "is_live": row.is_live,
            "by": names[row.given_by],
            "review": str(row.review_id),
            "decision": str(row.decision_id),
            "given_at": rfc3339(row.given_at),
            "ends_at": rfc3339(row.ends_at),
            "ended_at": rfc3339(row.ended_at),
            "because": row.because,
            "reviews": under[row.pk],
        }
        for row in rows
    ]


@router.get(
    "/allowances",
    response=AllowanceList,
    summary="What is allowed for a while, and was",
    openapi_extra=calls.asks(AllowancesQuery),
)
@door("reviews.read")
def allowances(request: Asked) -> HttpResponse:
    asked = calls.query(request, AllowancesQuery)
    found = Allowance.objects.visible_to(request.actor)
    rows, following = calls.page(found.live() if asked.live else found, asked)
    return calls.answer({"items": serialize(rows), "next": following})


@router.get("/allowances/{id}", response=AllowanceOut, summary="One allowance, and what it let through")
@door("reviews.read")
def allowance(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    found = Allowance.objects.visible_to(request.actor).filter(pk=calls.id_of(id)).first()
    if found is None:
        raise NotFound("There is no such allowance here, or it is not yours to see.")
    return calls.answer(serialize([found])[0])


@router.post("/allowances/{id}/ending", response=AllowanceOut, summary="Take an allowance back")
@door("reviews.read", rule="reviews.decide")
def ending(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    return calls.answer(serialize([allowing.end(calls.id_of(id), request.actor)])[0])
