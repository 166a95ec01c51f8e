"""Putting a review aside for a while: for oneself alone, never past its due time. It comes back by itself, because the
inbox compares with the clock."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

from django.utils import timezone

from seconder.accounts.actor import Actor
from seconder.core.clock import now
from seconder.core.refusals import Invalid
from seconder.ui import words
from seconder.verification.deciding import hindrance
from seconder.verification.models import Review, Snooze

MORNING = time(8)


def snooze(review: Review, actor: Actor, until: datetime | None) -> None:
    """Keeps the review out of this actor's inbox until then; None brings it back now. Raises what stands against
    deciding it, and Invalid for a time that is over or not before it is due."""
    if refused := hindrance(review, actor):
        raise refused
    me = actor.person.pk
    if until is None:
        Snooze.objects.filter(review=review, person_id=me).delete()
        return
    if not now() < until < review.due_at:
        raise Invalid(
            f"Choose a time from now on and before it is due ({words.exact(review.due_at)}).", path="until"
        )
    Snooze.objects.update_or_create(review=review, person_id=me, defaults={"until": until, "at": now()})


def until(review: Review, person_id: uuid.UUID) -> datetime | None:
    """Until when this person has put it aside; None where it is in their inbox."""
    rows = Snooze.objects.filter(review=review, person_id=person_id, until__gt=now())
    return rows.values_list("until", flat=True).first()


def read(text: str) -> datetime | None:
    """A time as `choices` gives it; None for none."""
    return moment(text) if text else None


def moment(text: str) -> datetime:
    """Raises Invalid for what is no time with its zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None  # said below, in one sentence for all that is no time
    if found is None or found.tzinfo is None:
        raise Invalid("This is not a time with its zone, such as 2026-11-25T08:00:00+01:00.", path="until")
    return found


def choices(review: Review) -> list[tuple[str, str]]:
    """(time, in words) of those that end before the review is due; mornings in the zone that is active."""
    local = timezone.localtime(now()).replace(second=0, microsecond=0)
    hours = [(local + timedelta(hours=1), "In an hour"), (local + timedelta(hours=4), "In 4 hours")]
    return [(when.isoformat(), said) for when, said in hours + mornings(local) if when < review.due_at]


def mornings(local: datetime) -> list[tuple[datetime, str]]:
    """Tomorrow's and, where that is another one, Monday's."""
    days = {1: "Tomorrow morning"}
    days.setdefault(7 - local.weekday(), "On Monday morning")
    return [(_morning(local, ahead), said) for ahead, said in days.items()]


def _morning(local: datetime, days: int) -> datetime:
    """Eight o'clock on that day's own clock, also where the clocks are changed in between."""
    day = (local + timedelta(days=days)).date()
    return datetime.combine(day, MORNING, tzinfo=local.tzinfo)
