"""Stages: the next people are asked once those before them have said yes, on the same card and the same digest.

A no ends the review at any stage. An edit shows something else, so that the stages begin anew with the first; one that
was made at a later stage counts at none, and whoever made it is asked there again.
"""

from __future__ import annotations

from django.db.models import F, Min

from seconder.core.clock import now
from seconder.core.json import JSON, Object
from seconder.events.by import By
from seconder.events.recording import record
from seconder.verification.models import Review
from seconder.verification.standing_in import move_places
from seconder.verification.unseating import leave_out_departed
from seconder.verification.working import going_on


def begins_anew(review: Review, verdict: str) -> bool:
    return verdict == "edit" and review.stage > 1


def following(review: Review, verdict: str, ended: str | None) -> int | None:
    """The stage that begins with this vote; None where none does."""
    if begins_anew(review, verdict):
        return 1
    return review.stage + 1 if ended == "approved" and review.stage < len(review.stages) else None


def begin(review: Review, stage: int, by: By) -> None:
    """In the caller's transaction, which has locked the review. Who has left meanwhile is not asked, and who is away
    has a stand-in, as when a review opens."""
    with going_on(review):
        _begin(review, stage, by)


def _begin(review: Review, stage: int, by: By) -> None:
    review.stage, review.rule = stage, review.stages[stage - 1]
    review.claimed_by = review.claimed_until = None
    review.save(update_fields=["stage", "rule", "claimed_by", "claimed_until"])
    leave_out_departed(review, by)
    moved = move_places(review)
    asked = review.assignments.filter(stage=stage)
    if first := asked.aggregate(first=Min("at"))["first"]:
        asked.update(at=F("at") + (now() - first))  # from now on, in the order in which they were named
    people = list[JSON](str(person) for person in review.seats)
    facts: Object = {"stage": stage, "people": people, "step": review.step_id}
    if moved:
        facts["instead"] = moved
    record("review.stage_began", review, by, review.run_id, **facts)
