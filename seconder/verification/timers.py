"""Time: reminders, escalations and the named outcome at the due time; fired by the worker, in batches."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django_scopes import scopes_disabled

from seconder.core.clock import now
from seconder.core.json import JSON, Object
from seconder.engine import waking, write
from seconder.events.by import SYSTEM
from seconder.events.recording import record
from seconder.verification.models import Assignment, Review
from seconder.verification.roster import still_there
from seconder.verification.rule import teams
from seconder.verification.standing_in import of_members, take_over
from seconder.verification.working import again, going_on

BATCH = 100


def fire_timers() -> None:
    """Does everything that is due, each review in its own turn; safe to run in many processes at once."""
    while _fire_batch():
        pass


def seconds_until_next() -> float | None:
    with scopes_disabled():
        first = (
            Review.objects.filter(status="open", next_at__isnull=False)
            .order_by("next_at")
            .values_list("next_at", flat=True)
            .first()
        )
    return None if first is None else max(0.0, (first - now()).total_seconds())


def _fire_batch() -> int:
    with transaction.atomic(), scopes_disabled():
        due = Review.objects.filter(status="open", next_at__lte=now()).order_by("next_at")
        reviews = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        # In the order in which workers lock runs when they commit, as each outcome wakes one.
        for review in sorted(reviews, key=lambda review: review.run_id):
            _fire(review, now())
        return len(reviews)


def _fire(review: Review, moment: datetime) -> None:
    due_now = [timer for timer in review.timers if datetime.fromisoformat(timer["at"]) <= moment]
    review.timers = review.timers[len(due_now) :]
    for timer in due_now:
        people = [uuid.UUID(person) for person in timer["to"]]
        if timer["do"] == "remind":
            with going_on(review):
                take_over(review)
            record("review.reminded", review, SYSTEM, review.run_id)
        elif timer["do"] == "escalate":
            with going_on(review):
                escalate(review, people)
        else:
            _once_more(review, people)
    if review.due_at <= moment:
        expire(review)
    else:
        review.next_at = review.first_moment
    review.save(update_fields=["timers", "next_at", "due_at", "status", "outcome", "closed_at", "on_timeout"])


def escalate(review: Review, people: list[uuid.UUID]) -> None:
    """Asks more people. The rule stands: with `any`, one of all decides; with `all`, they count as well; each may stand
    in for any team that the rule names."""
    there = still_there(review.organization_id, people)
    allowed = [person for person in there if not review.forbids(person)]
    seats = review.seats
    new = [person for person in allowed if person not in seats]
    asked = {person: person for person in allowed if person in seats} | of_members(review, new, taken=seats)
    added = [
        Assignment(
            review=review,
            stage=review.stage,
            person_id=to,
            how="escalated" if to == who else "stand-in",
            for_id=None if to == who else who,
            teams=teams(review.rule),
        )
        for who, to in asked.items()
        if to not in seats
    ]
    Assignment.objects.bulk_create(added)
    facts: Object = {"people": [str(person) for person in asked.values()]}
    if stand_ins := {str(seat.person_id): str(seat.for_id) for seat in added if seat.for_id}:
        facts["instead"] = dict[str, JSON](stand_ins)
    record("review.escalated", review, SYSTEM, review.run_id, **facts)


def expire(review: Review) -> None:
    """The due time has passed: the named outcome takes effect."""
    review.status, review.closed_at, review.next_at = "expired", now(), None
    review.outcome = "rejected" if review.on_timeout == "reject" else None
    record("review.expired", review, SYSTEM, review.run_id, on_timeout=review.on_timeout, step=review.step_id)
    write(waking(review.wake))


def _once_more(review: Review, people: list[uuid.UUID]) -> None:
    """`on_timeout: escalate`: to the default reviewers, once more as long; after that, rejected."""
    review.on_timeout = "reject"
    escalate(review, people)
    review.due_at = again(review, now())
