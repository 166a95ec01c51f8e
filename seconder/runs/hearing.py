"""What is decided about runs that a worker has in hand: the branch that waited for it need not wait for the others."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import structlog
from django.db import close_old_connections
from django_scopes import scopes_disabled

from seconder.core.rows import ids, load
from seconder.runs.progress import Progress
from seconder.runs.reading import read_apart
from seconder.verification.models import Decision, Review

log = structlog.get_logger()
Words = dict[uuid.UUID, Decision]


def closed(in_hand: Sequence[Progress]) -> tuple[list[Review], Words]:
    """The reviews of these runs that were closed since they were taken in hand, and the decisions that closed them.
    What cannot be read of one is left until that run is taken in hand anew, and holds up no others."""
    close_old_connections()
    reviews: list[Review] = []
    words: Words = {}
    for some, said in read_apart(_closed, in_hand, _unreadable):
        reviews += some
        words |= said
    return reviews, words


def _unreadable(progress: Progress) -> None:
    log.exception("run.unreadable", run=str(progress.run.pk))


def _closed(in_hand: Sequence[Progress]) -> tuple[list[Review], Words]:
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
