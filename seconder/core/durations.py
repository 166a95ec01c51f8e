"""Spans of time as people write them: `90s`, `2h`, `3d`, `1h30m`, or ISO 8601 `PT2H`.

Months and years are refused, because their length is not fixed. A day has 24 hours here.
"""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=3660)
SECONDS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
WORDS = {"d": "day", "h": "hour", "m": "minute", "s": "second"}

_SHORT = re.compile(r"(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?", re.ASCII)
_ISO = re.compile(
    r"P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", re.ASCII
)


def parse(text: str) -> timedelta:
    """A positive span of whole seconds, at most ten years; ValueError says what is wrong."""
    found = _SHORT.fullmatch(text) or _ISO.fullmatch(text)
    if not found or not any(found.groups()):
        raise ValueError("is not a duration; write 90s, 30m, 2h, 3d or ISO 8601 like PT2H")
    seconds = sum(
        int(count or 0) * unit for count, unit in zip(found.groups(), SECONDS.values(), strict=True)
    )
    if not 0 < seconds <= LONGEST.total_seconds():
        raise ValueError("is not a usable duration; it must be longer than nothing and at most ten years")
    return timedelta(seconds=seconds)


def short(span: timedelta) -> str:
    """The one spelling that is stored, `90m` and `PT1H30M` alike being `1h30m`; parse() reads it back."""
    return "".join(f"{count}{unit}" for unit, count in _parts(span)) or "0s"


def words(span: timedelta) -> str:
    """For a sentence: `8 hours`, `1 hour 30 minutes`."""
    parts = [f"{count} {WORDS[unit]}{'' if count == 1 else 's'}" for unit, count in _parts(span)]
    return " ".join(parts) or "0 seconds"


def _parts(span: timedelta) -> list[tuple[str, int]]:
    rest = int(span.total_seconds())
    parts = []
    for unit in WORDS:
        count, rest = divmod(rest, SECONDS[unit])
        if count:
            parts.append((unit, count))
    return parts
