"""Reviews as the API shows them: the card, never the run behind it."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from seconder.accounts.naming import PersonOut, people
from seconder.core.clock import rfc3339
from seconder.core.json import JSON, Object
from seconder.verification import attempts
from seconder.verification.answers import answer_schema, choices
from seconder.verification.claiming import claimant
from seconder.verification.deciding import plain
from seconder.verification.models import Assignment, Decision, Delegation, Review

Seats = dict[int, list[uuid.UUID]]  # by stage


class DecisionOut(Schema):
    id: str
    by: PersonOut
    verdict: str
    note: str | None
    edits: dict[str, Any] | None  # Any: the values given, any JSON
    answer: Any  # as above
    at: str
    channel: str
    allowance: str | None  # under which it was given by itself
    stage: int


class CardOut(Schema):
    """What the reviewer is shown, and nothing else of the run. `schemas` are those that edits must keep, by path;
    `answer` is the one that the answer to a question must keep, `choices` its words where it is one of a few."""

    items: list[dict[str, Any]]  # Any: a shown value is any JSON
    schemas: dict[str, Any]  # Any: JSON Schemas
    choices: list[str]
    answer: dict[str, Any] | None  # Any: a JSON Schema


class ChangesOut(Schema):
    """`review` is the attempt before, at which changes were asked for; `differences` map the paths of shown values to
    what they were then and are now."""

    review: str
    by: PersonOut | None
    note: str | None
    differences: dict[str, Any]  # Any: {"before", "after"}, any JSON


class StageOut(Schema):
    """`assignees` are asked once the stages before it have said yes."""

    rule: dict[str, Any]  # Any: see the agent's file
    assignees: list[PersonOut]


class ClaimOut(Schema):
    """Who looks at it just now; it keeps nobody else from deciding."""

    by: PersonOut
    until: str


class DelegationOut(Schema):
    """A seat that went from one person to another; `by` is who gave it."""

    id: str
    # `from` is a word of Python's
    from_: PersonOut = Field(alias="from")
    to: PersonOut
    by: PersonOut
    note: str | None
    at: str


class ReviewOut(Schema):
    id: str
    run_id: str
    step_id: str
    attempt: int
    changes: ChangesOut | None
    kind: Literal["review", "action", "question"]
    status: Literal["open", "decided", "expired", "withdrawn"]
    outcome: Literal["approved", "rejected", "changes_requested", "answered"] | None
    question: str
    card: CardOut
    digest: str
    answers: list[str]
    assignees: list[PersonOut]
    requester: PersonOut
    agent_id: str
    agent_version: int
    rule: dict[str, Any]  # Any: see the agent's file
    stage: int
    stages: list[StageOut]
    risk: Literal["low", "normal", "high"]
    opened_at: str
    due_at: str
    working_seconds: int | None
    closed_at: str | None
    claim: ClaimOut | None
    decisions: list[DecisionOut]


def serialize(rows: list[Review]) -> list[dict[str, Any]]:  # Any: as ReviewOut says
    """Reviews as the API shows them, in three queries however many they are; one more for later attempts."""
    seats: dict[uuid.UUID, Seats] = {row.pk: {} for row in rows}
    every = Assignment.objects.filter(review__in=rows).order_by("at")
    for review_id, stage, person_id in every.values_list("review_id", "stage", "person_id"):
        seats[review_id].setdefault(stage, []).append(person_id)
    earlier = attempts.before(rows)
    votes: dict[uuid.UUID, list[Decision]] = {row.pk: [] for row in [*rows, *earlier.values()]}
    for vote in Decision.objects.filter(review__in=list(votes)).order_by("at", "pk"):
        votes[vote.review_id].append(vote)
    names = people(
        [
            *(row.requester_id for row in rows),
            *(row.claimed_by for row in rows if row.claimed_by),
            *(person for of in seats.values() for seat in of.values() for person in seat),
            *(vote.person_id for of in votes.values() for vote in of),
        ]
    )
    made = [_one(row, seats[row.pk], votes[row.pk], names) for row in rows]
    for row, one in zip(rows, made, strict=True):
        if previous := earlier.get(row.pk):
            one["changes"] = _changes(row, previous, votes[previous.pk], names)
    return made


def _changes(
    review: Review, before: Review, votes: list[Decision], names: dict[uuid.UUID, Object]
) -> dict[str, Any]:  # Any: as ChangesOut says
    last = votes[-1] if votes else None
    return {
        "review": str(before.pk),
        "by": names[last.person_id] if last else None,
        "note": last.note if last else None,
        "differences": attempts.changes(before, review),
    }


def _one(
    review: Review, seats: Seats, votes: list[Decision], names: dict[uuid.UUID, Object]
) -> dict[str, Any]:  # Any: as above
    return {
        "id": str(review.pk),
        "run_id": str(review.run_id),
        "step_id": review.step_id,
        "attempt": review.attempt,
        "changes": None,
        "kind": review.kind,
        "status": review.status,
        "outcome": review.outcome,
        "question": review.question,
        "card": _card(review),
        "digest": review.digest,
        "answers": review.answers,
        "assignees": [names[person] for person in seats.get(review.stage, ())],
        "requester": names[review.requester_id],
        "agent_id": review.agent,
        "agent_version": review.agent_version,
        "rule": review.rule,
        "stage": review.stage,
        "stages": [
            {"rule": rule, "assignees": [names[person] for person in seats.get(number, ())]}
            for number, rule in enumerate(review.stages, start=1)
        ],
        "risk": review.risk,
        "opened_at": rfc3339(review.opened_at),
        "due_at": rfc3339(review.due_at),
        "working_seconds": review.working_seconds,
        "closed_at": rfc3339(review.closed_at),
        "claim": {"by": names[holder], "until": rfc3339(review.claimed_until)}
        if (holder := claimant(review))
        else None,
        "decisions": [{**plain(vote), "by": names[vote.person_id]} for vote in votes],
    }


def _card(review: Review) -> Object:
    """What binds the approval beside the values (`content`) is not for showing."""
    return {
        "items": list(review.items),
        "schemas": dict(review.schemas),
        "choices": list[JSON](choices(review)),
        "answer": answer_schema(review) or None,
    }


def delegations(made: list[Delegation]) -> list[Object]:
    """As the API shows them, in one query."""
    names = people(person for one in made for person in (one.from_id, one.to_id, one.by_id))
    return [
        {
            "id": str(one.pk),
            "from": names[one.from_id],
            "to": names[one.to_id],
            "by": names[one.by_id],
            "note": one.note,
            "at": rfc3339(one.at),
        }
        for one in made
    ]
