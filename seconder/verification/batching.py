"""Many reviews answered at once, item by item: each is decided on its own, by the one rule, on the card that was looked
at. Nothing is atomic across them: what stands against one keeps none of the others back.

High risk is looked at by itself, and so are reviews in stages, questions and edits. A repeat changes nothing: what one
decided before, in the same way and on the same card, is answered as it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from seconder.accounts.actor import Actor
from seconder.core.refusals import AlreadyDecided, AlreadyVoted, Invalid, NotAllowed, Refusal
from seconder.verification import inbox
from seconder.verification.models import Decision, Review
from seconder.verification.models.review import ReviewQuerySet

MOST = 100
VERDICTS = ("approve", "reject")


@dataclass(frozen=True)
class Item:
    review: uuid.UUID
    verdict: str
    digest: str
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """Either it is decided, or `refused` says what stands against it."""

    item: Item
    decision: Decision | None
    refused: Refusal | None = None


def fit(actor: Actor) -> ReviewQuerySet:
    """What this actor may decide now, and may decide together with others."""
    return (
        inbox.decidable(actor)
        .exclude(kind="question")
        .exclude(risk="high")
        .filter(stages=[])
        .filter(answers__contains="approve")
    )


def is_fit(review: Review) -> bool:
    """The same of a review that the actor may decide."""
    return (
        review.kind != "question"
        and review.risk != "high"
        and not review.stages
        and "approve" in review.answers
    )


def decide_each(actor: Actor, items: Sequence[Item]) -> list[Outcome]:
    """In the order given. Raises Invalid where there are none or too many."""
    if not 1 <= len(items) <= MOST:
        raise Invalid(f"A batch has 1 to {MOST} reviews; this has {len(items)}.", path="items")
    seen = Review.objects.visible_to(actor).filter(pk__in=[item.review for item in items])
    apart = set(seen.filter(Q(risk="high") | ~Q(stages=[])).values_list("pk", flat=True))
    return [_one(actor, item, is_apart=item.review in apart) for item in items]


def _one(actor: Actor, item: Item, *, is_apart: bool) -> Outcome:
    try:
        return Outcome(item, _decided(actor, item, is_apart=is_apart))
    except (AlreadyDecided, AlreadyVoted) as refused:
        if mine := _the_same(actor, item):
            return Outcome(item, mine)
        return Outcome(item, None, refused)
    except Refusal as refused:
        return Outcome(item, None, refused)


def _decided(actor: Actor, item: Item, *, is_apart: bool) -> Decision:
    if is_apart:
        raise NotAllowed(
            "A review of high risk, or in stages, is decided by itself, on its page.", review=str(item.review)
        )
    if item.verdict not in VERDICTS:
        raise Invalid(f"In a batch one says {' or '.join(VERDICTS)}; all else by itself.", path="verdict")
    return Review(pk=item.review).decide(actor, item.verdict, digest=item.digest, note=item.note)


def _the_same(actor: Actor, item: Item) -> Decision | None:
    """What this actor decided before, where it is just this."""
    rows = Decision.objects.filter(review=item.review, person_id=actor.person.pk, allowance_id=None)
    return rows.filter(verdict=item.verdict, digest=item.digest).first()


def ids(texts: Iterable[str]) -> list[uuid.UUID]:
    """Those that are ids, each once, as many as a batch has."""
    found: dict[uuid.UUID, None] = {}
    for text in texts:
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            continue  # no id names no review
    return list(found)[:MOST]
