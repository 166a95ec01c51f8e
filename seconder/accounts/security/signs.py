"""What stands out among security events: a few rules that anybody can read, and no score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from seconder.accounts.models import Person, SecurityEvent

DAY = timedelta(hours=24)
LOOKED_BACK = timedelta(days=7)
MANY = 10  # wrong tries within a day
_TRIES = frozenset({"sign-in.failed", "code.refused", "factor.refused", "proof.failed"})
_TAKES_OVER = {
    "factor.removed": "a way to sign in was removed",
    "factor.added": "a way to sign in was added",
    "provider.added": "an account elsewhere was connected",
    "password.changed": "the password was changed",
    "password.reset": "a new password was chosen",
    "email.changed": "the e-mail address was changed",
    "key.made": "an API key was made",
}
_ALONE = {
    "key.exposed": "A key was found in a public place. It is revoked; look at what it was used for.",
    "key.used-after-end": "A key was used after it had ended. Somebody else may hold it.",
}


@dataclass(frozen=True)
class Sign:
    """A sentence about somebody, and when it was last so. `is_grave`: look at once."""

    person: Person | None
    text: str
    at: datetime
    is_grave: bool = False


def signs(events: Iterable[SecurityEvent]) -> list[Sign]:
    """Of events of the last week, with their people, in any order; the gravest first, then the latest."""
    by_person: dict[object, list[SecurityEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.at):
        by_person[event.person_id].append(event)
    found = [sign for theirs in by_person.values() for sign in _of_one(theirs)]
    return sorted(found, key=lambda sign: (sign.is_grave, sign.at), reverse=True)


def _of_one(events: list[SecurityEvent]) -> Iterator[Sign]:
    person = events[0].person
    tries = [event for event in events if event.kind in _TRIES]
    if person and (count := _most_in_a_day(tries)) >= MANY:
        yield Sign(person, f"{count} wrong tries to get in within a day.", tries[-1].at)
    if person:
        yield from _travels(person, events)
        yield from _takes_over(person, events)
    for kind, text in _ALONE.items():
        if alike := [event for event in events if event.kind == kind]:
            yield Sign(person, text, alike[-1].at, is_grave=kind == "key.exposed")


def _most_in_a_day(events: list[SecurityEvent]) -> int:
    first = most = 0
    for last, event in enumerate(events):
        while event.at - events[first].at > DAY:
            first += 1
        most = max(most, last - first + 1)
    return most


def _travels(person: Person, events: list[SecurityEvent]) -> Iterator[Sign]:
    began = [event for event in events if event.kind == "session.began" and event.country]
    for event in reversed(began):
        lately = {each.country for each in began if timedelta(0) <= event.at - each.at <= DAY}
        if len(lately) > 1:
            yield Sign(person, f"Signed in from {' and '.join(sorted(lately))} within a day.", event.at)
            return


def _takes_over(person: Person, events: list[SecurityEvent]) -> Iterator[Sign]:
    for new in reversed([event for event in events if event.kind == "device.new"]):
        after = [
            event
            for event in events
            if event.kind in _TAKES_OVER and timedelta(0) <= event.at - new.at <= DAY
        ]
        if after:
            done = ", then ".join(dict.fromkeys(_TAKES_OVER[event.kind] for event in after))
            yield Sign(person, f"A new device, and after it {done}.", after[-1].at, is_grave=True)
            return
