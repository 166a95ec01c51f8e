from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from seconder.accounts.actor import Actor
from seconder.accounts.gate import Asked
from seconder.accounts.naming import people
from seconder.accounts.repeating import once, once_in_parts
from seconder.core import calls
from seconder.core.doors import door
from seconder.core.json import JSON, Object
from seconder.core.refusals import AlreadyDecided, AlreadyVoted, Invalid, NotFound, Refusal
from seconder.verification import batching, claiming, delegating, inbox
from seconder.verification.batching import Item, Outcome
from seconder.verification.deciding import hindrance, plain
from seconder.verification.models import Decision, Review
from seconder.verification.showing import DecisionOut, DelegationOut, ReviewOut, delegations, serialize

router = Router(tags=["reviews"])


class ReviewList(Schema):
    items: list[ReviewOut]
    next: str | None


class Decided(Schema):
    decision: DecisionOut
    review: ReviewOut


class Delegated(Schema):
    delegation: DelegationOut
    review: ReviewOut | None  # None: it is not the caller's to see any more


class DelegationList(Schema):
    items: list[DelegationOut]


class ReviewsQuery(calls.PageQuery):
    """`mine`: those that the caller may decide."""

    status: Literal["open", "decided", "expired", "withdrawn"] | None = None
    mine: Annotated[bool, Field(strict=False)] = False


class AllowanceIn(calls.Fields):
    """`lasts` a minute to 24 hours, for `most` 1 to 100 actions. `like` says of an argument `{"ends_with":
    "@example.com"}`, `{"at_most": 100}`, `{"any": true}` or `{"equals": …}`, as of each that it leaves out."""

    lasts: str = "1h"
    most: int = 10
    like: dict[str, Any] = {}  # Any: a rule; what is wrong with it is said by the judge


class DecisionIn(calls.Fields):
    """`digest` is the review's, as it was looked at, and so is `stage`; who has voted at an earlier one gives it.
    `edits` map the paths of shown values to new ones. `allowance`, with `approve` of an action: the like need not be
    asked for a while."""

    verdict: Literal["approve", "edit", "reject", "request_changes", "answer"]
    digest: str
    note: str | None = None
    edits: dict[str, Any] | None = None  # Any: any JSON
    answer: Any = None  # as above
    allowance: AllowanceIn | None = None
    stage: int | None = None


class BatchItemIn(calls.Fields):
    review: str
    verdict: Literal["approve", "reject"]
    digest: str
    note: str | None = None


class BatchIn(calls.Fields):
    """At most 100; neither high risk nor edits nor questions, which are decided one by one."""

    items: list[BatchItemIn]


class BatchItemOut(Schema):
    """`decision`, or `problem` (`type`, `status`, `detail`) where this one was refused."""

    review: str
    decision: DecisionOut | None
    problem: dict[str, Any] | None  # Any: facts of a refusal


class BatchOut(Schema):
    items: list[BatchItemOut]


class DelegationIn(calls.Fields):
    """`to` is the e-mail address of a member. `from`: whose seat, where it is not the caller's own; then `note` says
    why."""

    to: str
    note: str | None = None
    from_: Annotated[str | None, Field(alias="from")] = None


@router.get("/reviews", response=ReviewList, summary="Reviews", openapi_extra=calls.asks(ReviewsQuery))
@door("reviews.read")
def reviews(request: Asked) -> HttpResponse:
    asked = calls.query(request, ReviewsQuery)
    found = Review.objects.visible_to(request.actor)
    if asked.mine:
        found = inbox.decidable(request.actor)
    if asked.status:
        found = found.filter(status=asked.status)
    rows, following = calls.page(found, asked)
    return calls.answer({"items": serialize(rows), "next": following})


# Before the address of one review, which would take the word for an id.
@router.post(
    "/reviews/decisions",
    response=BatchOut,
    summary="Decide many reviews, each on its own",
    openapi_extra=calls.takes(BatchIn),
)
@door("reviews.decide")
def batch(request: Asked) -> HttpResponse:
    given = calls.body(request, BatchIn)
    items = [Item(calls.id_of(one.review), one.verdict, one.digest, one.note or "") for one in given.items]
    return once_in_parts(request, request.actor, lambda: _each(request.actor, items))


def _each(actor: Actor, items: list[Item]) -> HttpResponse:
    outcomes = batching.decide_each(actor, items)
    names = people([actor.person.pk])
    for one in outcomes:
        if isinstance(one.refused, AlreadyDecided | AlreadyVoted):
            _name(one.refused)
    return calls.answer({"items": [_outcome(one, names[actor.person.pk]) for one in outcomes]})


def _outcome(one: Outcome, by: Object) -> Object:
    problem: JSON = None
    if one.refused:
        problem = {
            "type": one.refused.type,
            "status": one.refused.status,
            "detail": one.refused.detail,
            **one.refused.facts,
        }
    decided: JSON = {**plain(one.decision), "by": by} if one.decision else None
    return {"review": str(one.item.review), "decision": decided, "problem": problem}


@router.get("/reviews/{id}", response=ReviewOut, summary="One review: its card and its decisions")
@door("reviews.read")
def review(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return calls.answer(serialize([_find(request, calls.id_of(id))])[0])


# Its door is that of reading: whether one may decide is refused by the rule, after what one may not see.
@router.post(
    "/reviews/{id}/decisions",
    response={201: Decided},
    summary="Decide a review, or give one's vote",
    openapi_extra=calls.takes(DecisionIn),
)
@door("reviews.read", rule="reviews.decide")
def decisions(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = Review(pk=calls.id_of(id))
    return once(request, request.actor, lambda: _decide(request, one))


def _decide(request: Asked, review: Review) -> HttpResponse:
    try:
        decision = _given(request, review)
    except (AlreadyDecided, AlreadyVoted) as refused:
        _name(refused)
        raise
    (shown,) = serialize([review])
    made = next(each for each in shown["decisions"] if each["id"] == str(decision.pk))
    return calls.answer({"decision": made, "review": shown}, 201, location=f"/api/v1/reviews/{review.pk}")


def _given(request: Asked, review: Review) -> Decision:
    try:
        given = calls.body(request, DecisionIn)
    except Refusal as malformed:
        # What is malformed is said last: whatever else stands against deciding comes first. No review takes the
        # empty verdict, so that nothing is decided here.
        _stands_against(review, request.actor, _digest_in(request))
        raise malformed from None
    return review.decide(
        request.actor,
        given.verdict,
        digest=given.digest,
        note=given.note or "",
        edits=given.edits,
        answer=given.answer,
        allowance=given.allowance.model_dump() if given.allowance else None,
        stage=given.stage,
    )


def _stands_against(review: Review, actor: Actor, digest: str | None) -> None:
    if digest is None:
        known = Review.objects.visible_to(actor).filter(pk=review.pk).values_list("digest", flat=True).first()
        digest = known or ""
    try:
        review.decide(actor, "", digest=digest)
    except Invalid:
        return


def _digest_in(request: HttpRequest) -> str | None:
    try:
        content = calls.parse(calls.raw(request))
    except Refusal:
        return None
    digest = content.get("digest") if isinstance(content, dict) else None
    return digest if isinstance(digest, str) else None


def _name(refused: Refusal) -> None:
    """The decision that came first, with its person named as everywhere in the API."""
    decision = refused.facts.get("decision")
    if isinstance(decision, dict):
        by = uuid.UUID(str(decision["by"]))
        decision["by"] = people([by])[by]


# As with decisions: who may is refused by the rule.
@router.post(
    "/reviews/{id}/delegations",
    response={201: Delegated},
    summary="Give one's place in a review to a colleague, or, with a reason, somebody else's",
    openapi_extra=calls.takes(DelegationIn),
)
@door("reviews.read", rule="reviews.delegate")
def delegation_create(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    one = Review(pk=calls.id_of(id))
    return once(request, request.actor, lambda: _delegate(request, one))


def _delegate(request: Asked, review: Review) -> HttpResponse:
    try:
        given = calls.body(request, DelegationIn)
    except Refusal as malformed:
        # Said last, as of decisions.
        found = _find(request, review.pk)
        delegating.places(found, request.actor, hindrance(found, request.actor))
        raise malformed from None
    made = delegating.delegate(
        review, request.actor, given.to, note=given.note or "", whose=given.from_ or ""
    )
    still = Review.objects.visible_to(request.actor).filter(pk=review.pk)
    shown = next(iter(serialize(list(still))), None)
    return calls.answer(
        {"delegation": delegations([made])[0], "review": shown},
        201,
        location=f"/api/v1/reviews/{review.pk}/delegations",
    )


@router.get(
    "/reviews/{id}/delegations", response=DelegationList, summary="Which places of a review went to whom"
)
@door("reviews.read")
def delegation_list(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = _find(request, calls.id_of(id))
    return calls.answer({"items": delegations(list(one.delegations.order_by("at", "pk")))})


@router.put(
    "/reviews/{id}/claim", response=ReviewOut, summary="Say that one looks at a review, for half an hour"
)
@door("reviews.read", rule="reviews.decide")
def claim(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = _find(request, calls.id_of(id))
    claiming.claim(one, request.actor)
    return calls.answer(serialize([one])[0])


@router.delete("/reviews/{id}/claim", response=ReviewOut, summary="Look at a review no more")
@door("reviews.read")
def release(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = _find(request, calls.id_of(id))
    claiming.release(one, request.actor)
    return calls.answer(serialize([one])[0])


def _find(request: Asked, review_id: uuid.UUID) -> Review:
    found = Review.objects.visible_to(request.actor).filter(pk=review_id).first()
    if found is None:
        raise NotFound("There is no such review here.")
    return found
