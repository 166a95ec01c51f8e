"""Working time: when somebody is at work, and which moment it is once so much working time has passed.

A calendar is one person's: the hours of each day of the week by the clocks of a zone, less the days that are free and
the times of being away. A moment counts where any of the calendars has somebody at work. Hours are those of the clock
on the wall: on the night when clocks go forward a shift of that night is an hour shorter, and when they go back longer.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

HORIZON = timedelta(days=366)  # nothing is computed beyond
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
NOTHING = timedelta(0)

Hours = tuple[
    tuple[int, int], ...
]  # of one day: from and to, in minutes since midnight; in order, none touching
Week = tuple[Hours, ...]  # Monday first
Piece = tuple[datetime, datetime]  # in UTC
OFFICE: Hours = ((9 * 60, 17 * 60),)
USUAL: Week = (OFFICE,) * 5 + ((), ())


@dataclass(frozen=True)
class Calendar:
    zone: str
    week: Week = USUAL
    free: frozenset[date] = frozenset()
    away: tuple[Piece, ...] = ()

    def pieces(self, since: datetime) -> Iterator[Piece]:
        """When the person is at work, from a day before `since` to the horizon, in order."""
        if not any(self.week):
            return
        zone = ZoneInfo(self.zone)
        first = since.astimezone(zone).date() - DAY
        for day in (first + DAY * number for number in range(HORIZON.days + 3)):
            if day not in self.free:
                for piece in sorted(_of_day(zone, day, self.week[day.weekday()])):
                    yield from _without(piece, self.away)


def after(calendars: Collection[Calendar], moment: datetime, span: timedelta) -> datetime | None:
    """When so much working time has passed since the moment; for none at all, when work is next going on. None where
    that is beyond the horizon."""
    left = span
    for start, end in _together(calendars, moment):
        if left <= end - start:
            found = start + left
            return found if found <= moment + HORIZON else None
        left -= end - start
    return None


def between(calendars: Collection[Calendar], start: datetime, end: datetime) -> timedelta:
    """How much working time there is from the one to the other; up to the horizon."""
    passed = NOTHING
    for begins, ends in _together(calendars, start):
        if begins >= end:
            break
        passed += min(ends, end) - begins
    return passed


def _together(calendars: Collection[Calendar], since: datetime) -> Iterator[Piece]:
    """The pieces of all of them as one, from the moment on: in order, and none overlaps another."""
    start, end = since, since
    for begins, ends in heapq.merge(*(one.pieces(since) for one in set(calendars))):
        if begins <= end:
            end = max(end, ends)
            continue
        if start < end:
            yield start, end
        start, end = begins, ends
    if start < end:
        yield start, end


def _of_day(zone: tzinfo, day: date, hours: Hours) -> Iterator[Piece]:
    """Where clocks are changed on that day, each of the two offsets counts for its part of it."""
    midnight = datetime.combine(day, time())
    early = _offset(midnight.replace(tzinfo=zone))
    late = _offset((midnight + DAY).replace(tzinfo=zone, fold=1))
    if early == late:
        for start, end in hours:
            yield _utc(midnight, start, early), _utc(midnight, end, early)
        return
    turn = _turn(zone, _utc(midnight, 0, early), _utc(midnight + DAY, 0, late), late)
    for start, end in hours:
        before = _utc(midnight, start, early), min(_utc(midnight, end, early), turn)
        since = max(_utc(midnight, start, late), turn), _utc(midnight, end, late)
        yield from (piece for piece in (before, since) if piece[0] < piece[1])


def _turn(zone: tzinfo, low: datetime, high: datetime, late: timedelta) -> datetime:
    """The first second at which the later offset holds."""
    while low < high:
        middle = low + (high - low) // 2 // SECOND * SECOND
        if _offset(middle.astimezone(zone)) == late:
            high = middle
        else:
            low = middle + SECOND
    return high


def _without(piece: Piece, away: Iterable[Piece]) -> Iterator[Piece]:
    start, end = piece
    for leaves, returns in sorted(away):
        if start < leaves < end:
            yield start, leaves
        if leaves < end:
            start = max(start, returns)
    if start < end:
        yield start, end


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or NOTHING


def _utc(midnight: datetime, minutes: int, offset: timedelta) -> datetime:
    return (midnight + minutes * MINUTE - offset).replace(tzinfo=UTC)
