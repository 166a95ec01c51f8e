"""The one way in which a place in a review goes from one person to another, or ends."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from seconder.verification.models import Assignment, Review


def move(
    review: Review, places: Mapping[uuid.UUID, uuid.UUID | None], how: str, stage: int | None = None
) -> None:
    """Each place at the stage, by default the one at which the review is, goes from the one who has it to somebody who
    has none there yet; None: to nobody. Whoever had it looks at the review no more. In the caller's transaction, which
    has locked the review."""
    there = review.assignments.filter(person_id__in=places, stage=stage or review.stage)
    held = list(there)
    there.delete()
    Assignment.objects.bulk_create(_taken(seat, to, how) for seat in held if (to := places[seat.person_id]))
    if review.claimed_by in places and stage in (None, review.stage):
        review.unclaim()


def _taken(seat: Assignment, to: uuid.UUID, how: str) -> Assignment:
    """It counts for the same teams, and is in the place of the same one who is out of office."""
    away = seat.for_id or (seat.person_id if how == "stand-in" else None)
    return Assignment(
        review_id=seat.review_id,
        stage=seat.stage,
        person_id=to,
        how=how,
        teams=seat.teams,
        for_id=None if away == to else away,
    )
