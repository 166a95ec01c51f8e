"""What is decided about runs that a worker has in hand: the branch that waited for it need not wait for the others."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import close_old_connections
from django_scopes import scopes_disabled

from seconder.core.rows import ids, load
from seconder.runs.progress import Progress
from seconder.verification.models import Decision, Review

Words = dict[uuid.UUID, Decision]


def closed(in_hand: Sequence[Progress]) -> tuple[list[Review], Words]:
    """The reviews of these runs that were closed since they were taken in hand, and the decisions that closed them."""
    close_old_connections()
    known = [review.pk for progress in in_hand for review in progress.reviews.values() if review.closed_at]
    with scopes_disabled():
        rows = Review.objects.filter(run_id__in=[progress.run.pk for progress in in_hand])
        reviews = list(rows.filter(closed_at__isnull=False).exclude(pk__in=known).order_by("attempt"))
        return reviews, last_words(reviews)


def last_words(reviews: Sequence[Review]) -> Words:
    """By review, the decision that closed it."""
    decided = [review.pk for review in reviews if review.status == "decided"]
    if not decided:
        return {}
    decisions = load(Decision, "WHERE review_id = ANY(%s::uuid[]) ORDER BY at", [ids(decided)])
    return {decision.review_id: decision for decision in decisions}
