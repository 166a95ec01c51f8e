"""How long something of a review may take: by the clock (`8h`), or in working time (`{working: 8h}`), which passes only
while somebody who is asked is at work (`core.working_time`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from seconder.core import durations
from seconder.core.json import JSON

MOST = timedelta(hours=2000)  # about what a person works in a year


@dataclass(frozen=True, slots=True)
class Working:
    length: timedelta


Span: TypeAlias = timedelta | Working


def working(text: str) -> Working:
    """ValueError says what is wrong. A day of work has as many hours as people work, so it is no measure."""
    length = durations.parse(text)
    if any(unit in text for unit in "dwDW"):
        raise ValueError(
            "counts working time in hours and minutes, like 8h or 1h30m; a day of work is no measure"
        )
    if length > MOST:
        raise ValueError(f"is more than {_short(MOST)} of working time, which nobody works in a year")
    return Working(length)


def load(stored: JSON) -> Span:
    """As an agent's file has it, checked when it was published."""
    return working(str(stored["working"])) if isinstance(stored, dict) else durations.parse(str(stored))


def stored(span: Span) -> JSON:
    """The one spelling; load() reads it back."""
    return {"working": _short(span.length)} if isinstance(span, Working) else durations.short(span)


def length(span: Span) -> timedelta:
    return span.length if isinstance(span, Working) else span


def words(span: Span) -> str:
    """`8 hours`, `8 hours of working time`."""
    return f"{in_hours(span.length)} of working time" if isinstance(span, Working) else durations.words(span)


def in_hours(length: timedelta) -> str:
    """`30 hours 15 minutes`: working time has no days."""
    hours, rest = divmod(length, timedelta(hours=1))
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    return " ".join([*parts, *([durations.words(rest)] if rest or not hours else [])])


def _short(length: timedelta) -> str:
    hours, rest = divmod(length, timedelta(hours=1))
    return (f"{hours}h" if hours else "") + (durations.short(rest) if rest or not hours else "")
