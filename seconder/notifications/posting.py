"""When a mail about something goes to somebody, and in which letter: at once, with the digest, after quiet hours.

Quiet hours and digests hold a mail back. One thing goes at once all the same: what is asked of the person, is of high
risk, and is due before the mail would go.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from seconder.accounts.places import zone_of
from seconder.notifications.kinds import DIGEST, Kind
from seconder.notifications.models import Preferences
from seconder.notifications.topics import topics

_DAY = timedelta(days=1)


class Thing(NamedTuple):
    """What an event named `name` did to a subject, for somebody who hears as `preferences` say."""

    name: str
    subject_id: uuid.UUID
    preferences: Preferences


class Posting(NamedTuple):
    """`due_at` None: not by mail."""

    letter: str
    due_at: datetime | None


def postings(things: list[Thing], moment: datetime) -> list[Posting]:
    """For each of them, where a mail would go at `moment` if nothing held it back."""
    usual = [posting(thing.preferences, topics[thing.name].kind, moment) for thing in things]
    held = [thing for thing, (_, due) in zip(things, usual, strict=True) if due and due > moment]
    until = _pressing(held)
    return [
        Posting(topics[thing.name].kind.letter, moment) if _presses(until, thing, plain) else plain
        for thing, plain in zip(things, usual, strict=True)
    ]


def posting(preferences: Preferences, kind: Kind, moment: datetime) -> Posting:
    way, zone = preferences.way(kind), zone_of(preferences.person.timezone)
    if way == "product":
        return Posting(kind.letter, None)
    if way == "digest":
        return Posting(DIGEST, _after_quiet(preferences, _digest_at(preferences, moment, zone), zone))
    return Posting(kind.letter, _after_quiet(preferences, moment, zone))


def _presses(until: dict[uuid.UUID, datetime], thing: Thing, plain: Posting) -> bool:
    due = until.get(thing.subject_id)
    return due is not None and plain.due_at is not None and due < plain.due_at


def _pressing(held: list[Thing]) -> dict[uuid.UUID, datetime]:
    """Until when each of these that presses is to be answered; asks each floor once, and none where nothing is held."""
    subjects = defaultdict(set)
    for thing in held:
        if presses := topics[thing.name].presses:
            subjects[presses].add(thing.subject_id)
    return {subject: due for presses, ids in subjects.items() for subject, due in presses(ids).items()}


def _digest_at(preferences: Preferences, moment: datetime, zone: tzinfo) -> datetime:
    """The first digest from that moment on."""
    today = moment.astimezone(zone).date()
    coming = (today + n * _DAY for n in range(9))  # one more than a week: today's may be over
    times = (
        _at(day, preferences.digest_hour, zone) for day in coming if day.weekday() in preferences.digest_days
    )
    return next(at for at in times if at >= moment)


def _after_quiet(preferences: Preferences, moment: datetime, zone: tzinfo) -> datetime:
    """That moment, or the end of the quiet hours that it falls into."""
    begins, ends = preferences.quiet_from, preferences.quiet_until
    if begins is None or ends is None:
        return moment
    today = moment.astimezone(zone).date()
    for day in (today - _DAY, today):
        end = _at(day if begins < ends else day + _DAY, ends, zone)
        if _at(day, begins, zone) <= moment < end:
            return end
    return moment


def _at(day: date, hour: int, zone: tzinfo) -> datetime:
    """That hour of a day. Where clocks go back it is the first of the two; where they leave it out, as much later as
    they were put forward."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
