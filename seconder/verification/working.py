"""Working time of a review: it passes while any of those who are asked is at work, by their own hours, holidays and
absences. Moments are computed when it opens and each time its people change, and written out."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from seconder.accounts.hours.calendars import calendars
from seconder.core.clock import now, rfc3339
from seconder.core.spans import Span, Working, in_hours
from seconder.core.working_time import HORIZON, Calendar, after, between
from seconder.verification.models import Absence, Review, Snooze

Of = dict[uuid.UUID, Calendar]


class Shifts:
    """The calendars of people, loaded at once for a whole batch of reviews."""

    def __init__(self, of: dict[uuid.UUID, Of], away: list[Absence], moment: datetime) -> None:
        self.of, self.away, self.moment = of, away, moment

    @classmethod
    def load(cls, wanted: Iterable[tuple[uuid.UUID, Collection[uuid.UUID]]], moment: datetime) -> Shifts:
        """`wanted`: of each review, the organization and its people."""
        people: dict[uuid.UUID, set[uuid.UUID]] = {}
        for organization, some in wanted:
            people.setdefault(organization, set()).update(some)
        everybody = set().union(*people.values())
        away = list(Absence.objects.filter(person_id__in=everybody, ends_at__gt=moment)) if everybody else []
        return cls({home: calendars(home, some, moment) for home, some in people.items()}, away, moment)

    def calendars(self, organization: uuid.UUID, agent: str, people: Iterable[uuid.UUID]) -> list[Calendar]:
        of = self.of.get(organization, {})
        away: dict[uuid.UUID, list[tuple[datetime, datetime]]] = {}
        for row in self.away:
            if row.covers(organization, agent):
                away.setdefault(row.person_id, []).append((row.starts_at, row.ends_at))
        return [replace(of[one], away=tuple(away.get(one, ()))) for one in people if one in of]


def moment_of(span: Span, moment: datetime, calendars: Collection[Calendar]) -> datetime | None:
    """When so much has passed since the moment. None: beyond the horizon, so little do those people work."""
    if isinstance(span, Working):
        return after(calendars, moment, span.length)
    return moment + span


def due_after(span: Span, moment: datetime, calendars: Collection[Calendar]) -> datetime:
    """A review does not wait for ever: where its people work too little, it is due at the horizon."""
    return moment_of(span, moment, calendars) or moment + HORIZON


def is_beyond(review: Review) -> bool:
    """Whether it is due at the horizon because its people work too little before."""
    return review.working_seconds is not None and review.due_at - review.opened_at >= HORIZON


def said(review: Review) -> str:
    """How its due time counts, where that is not by the clock; "" where it is."""
    if review.working_seconds is None:
        return ""
    hours = in_hours(timedelta(seconds=review.working_seconds))
    if is_beyond(review):
        return f"a year on, as those who are asked work less than {hours} until then"
    return f"{hours} of working time of those who are asked"


@contextmanager
def going_on(review: Review) -> Iterator[None]:
    """Around a change of its people, in the caller's transaction, which has locked the review: as much working time as
    was left by the hours of those before is left by the hours of those after. What binds it does not change."""
    if review.is_going_on or not review.counts_working_time:
        yield  # a change within a change is carried over once, by the outer one
        return
    before = set(review.seats)
    review.is_going_on = True
    try:
        yield
    finally:
        review.is_going_on = False
    people = set(review.seats)
    if review.status == "open" and people != before:
        _carry_over(review, before, people)


def again(review: Review, moment: datetime) -> datetime:
    """Due once more as long."""
    if review.working_seconds is None:
        return moment + (review.due_at - review.opened_at)
    review.working_left, review.working_since = review.working_seconds, moment
    review.save(update_fields=["working_left", "working_since"])
    return due_after(_span(review.working_seconds), moment, _of(review, review.seats, moment))


def _of(review: Review, people: Collection[uuid.UUID], moment: datetime) -> list[Calendar]:
    shifts = Shifts.load([(review.organization_id, people)], moment)
    return shifts.calendars(review.organization_id, review.agent, people)


def _carry_over(review: Review, before: set[uuid.UUID], people: set[uuid.UUID]) -> None:
    moment, since = now(), review.working_since or review.opened_at
    shifts = Shifts.load([(review.organization_id, before | people)], since)
    old, new = (shifts.calendars(review.organization_id, review.agent, some) for some in (before, people))
    passed = between(old, since, moment)

    def left_of(seconds: int, at: datetime) -> timedelta:
        """What those before have not worked of it. Where one of them has said since then that they are away, or work
        at other hours, it is never less than either says; nobody is left without time by that."""
        whole = _span(seconds).length
        return max(whole - passed, min(whole, between(old, moment, at)))

    if review.working_left is not None and review.due_at > moment:
        left = left_of(review.working_left, review.due_at)
        review.working_left, review.due_at = int(left.total_seconds()), due_after(Working(left), moment, new)
        Snooze.objects.filter(review=review, until__gt=review.due_at).update(until=review.due_at)
    for timer in review.timers:
        at = datetime.fromisoformat(timer["at"])
        if timer["do"] == "once more":
            timer["at"] = rfc3339(review.due_at)
        elif "left" in timer and at > moment:
            left = left_of(timer["left"], at)
            timer |= {"left": int(left.total_seconds()), "at": rfc3339(due_after(Working(left), moment, new))}
    review.timers.sort(key=lambda timer: datetime.fromisoformat(timer["at"]))
    review.working_since, review.next_at = moment, review.first_moment
    review.save(update_fields=["due_at", "timers", "next_at", "working_left", "working_since"])


def _span(seconds: int) -> Working:
    return Working(timedelta(seconds=seconds))
