"""The one way in which a place in a review goes from one person to another, or ends."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from seconder.verification.models import Assignment, Review


def move(review: Review, places: Mapping[uuid.UUID, uuid.UUID | None], how: str) -> None:
    """Each place goes from the one who has it to somebody who has none yet; None: to nobody. Whoever had it looks at
    the review no more. In the caller's transaction, which has locked the review."""
    held = list(review.assignments.filter(person_id__in=places))
    review.assignments.filter(person_id__in=places).delete()
    Assignment.objects.bulk_create(_taken(seat, to, how) for seat in held if (to := places[seat.person_id]))
    if review.claimed_by in places:
        review.unclaim()


def _taken(seat: Assignment, to: uuid.UUID, how: str) -> Assignment:
    """It counts for the same teams, and is in the place of the same one who is out of office."""
    away = seat.for_id or (seat.person_id if how == "stand-in" else None)
    return Assignment(
        review_id=seat.review_id,
        person_id=to,
        how=how,
        teams=seat.teams,
        for_id=None if away == to else away,
    )
