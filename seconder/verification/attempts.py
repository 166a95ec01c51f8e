"""Attempts: asking for changes closes a review; what comes of them is the next attempt, a review of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from seconder.core.json import JSON, Object
from seconder.verification.models import Review

ROUNDS = 3  # times that changes may be asked for, after which people approve, edit or reject


def answers_at(attempt: int, answers: list[str]) -> list[str]:
    """What may be answered at this attempt. After the last round a person decides, so a no must be possible."""
    if attempt <= ROUNDS or "request_changes" not in answers:
        return answers
    left = [answer for answer in answers if answer != "request_changes"]
    return left if "reject" in left else [*left, "reject"]


def follows(review: Review) -> uuid.UUID | None:
    """The attempt before this one; None of a first."""
    card = review.card
    before = card.get("follows") if isinstance(card, dict) else None
    return uuid.UUID(str(before)) if before else None


def before(reviews: Iterable[Review]) -> dict[uuid.UUID, Review]:
    """By review, the attempt before it, of those that have one; one query, and none where no review has."""
    wanted = {review.pk: key for review in reviews if (key := follows(review))}
    found = Review.objects.in_bulk(set(wanted.values())) if wanted else {}
    return {key: found[previous] for key, previous in wanted.items() if previous in found}


def changes(earlier: Review, review: Review) -> Object:
    """Path → what stood there and what stands there now, of the values that both show and that differ."""
    was: dict[str, JSON] = {str(item["path"]): item["value"] for item in earlier.items}
    made: Object = {}
    for item in review.items:
        path = str(item["path"])
        if path in was and was[path] != item["value"]:
            made[path] = {"before": was[path], "after": item["value"]}
    return made
