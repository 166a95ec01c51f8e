"""A week as people write it (`9:00-12:00, 13:00-17:00` for a day) and as it is kept: minutes since midnight."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from seconder.core.json import JSON
from seconder.core.working_time import Hours, Week

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST = 6  # stretches of work in a day
MIDNIGHT = 24 * 60
Stretch: TypeAlias = Sequence[int]
_SPAN = re.compile(r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.](\d{2}))?\s*", re.ASCII)


def read(text: str) -> Hours:
    """Of one day; empty: no work. ValueError says what is wrong, in a sentence."""
    return day(_span(part) for part in re.split(r"[,;]", text) if part.strip())


def day(stretches: Iterable[Stretch]) -> Hours:
    """In order, and those that touch as one. ValueError as above."""
    made: list[tuple[int, int]] = []
    for start, end in sorted((start, end) for start, end in stretches):
        if not 0 <= start < end <= MIDNIGHT:
            raise ValueError(
                "Each stretch ends later than it begins, by 24:00 at the latest. Work over midnight is "
                "22:00-24:00 on one day and 0:00-6:00 on the next."
            )
        if made and start < made[-1][1]:
            raise ValueError("Two stretches of this day overlap.")
        if made and start == made[-1][1]:
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    if len(made) > MOST:
        raise ValueError(f"A day has at most {MOST} stretches of work.")
    return tuple(made)


def text(hours: Hours) -> str:
    return ", ".join(f"{clock(start)}-{clock(end)}" for start, end in hours)


def clock(minutes: int) -> str:
    """`9:00`; the end of a day is `24:00`."""
    return f"{minutes // 60}:{minutes % 60:02}"


def kept(week: Week) -> JSON:
    return [[list[JSON](stretch) for stretch in hours] for hours in week]


def load(stored: list[list[list[int]]]) -> Week:
    """As `kept` gave it."""
    return tuple(tuple((start, end) for start, end in hours) for hours in stored)


def _span(part: str) -> Stretch:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise ValueError("Write it like 9:00-17:00, or 9:00-12:00, 13:00-17:00.")
    hour, minute, until, past = (int(number or 0) for number in found.groups())
    if minute > 59 or past > 59:
        raise ValueError("An hour has 60 minutes.")
    return hour * 60 + minute, until * 60 + past
