"""The days in a calendar file (.ics, RFC 5545): whole days, each with its name; what repeats yearly, for five years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from icalendar import Calendar, Component

LARGEST = 1024 * 1024  # bytes
YEARS = 5
LONGEST = 31  # days of one entry
NAME = 100  # characters
_DAY = timedelta(days=1)
_EXCEPTIONS = {"EXDATE", "RDATE", "EXRULE"}
_FINE = {"BYHOUR", "BYMINUTE", "BYSECOND"}


def days(raw: bytes, today: date) -> tuple[dict[date, str], list[str]]:
    """The days from today on by date, and a sentence for each entry that was left out. ValueError says why there are
    none to be had."""
    if len(raw) > LARGEST:
        raise ValueError("This file is larger than 1 MB; calendars of holidays are smaller.")
    try:
        calendars = Calendar.from_ical(raw, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        calendars = []  # said below
    if not calendars:
        raise ValueError("This is no calendar file. Export one that ends in .ics.")
    entries = [entry for each in calendars for entry in each.walk("VEVENT")]
    found: dict[date, str] = {}
    left_out: list[str] = []
    for entry in entries:
        name = " ".join(str(entry.get("SUMMARY", "")).split())[:NAME]
        try:
            found |= {day: name for day in _days(entry, today) if day >= today}
        except ValueError as fault:
            left_out.append(f"{name or 'An entry without a name'} {fault}.")
    return found, left_out


def _days(entry: Component, today: date) -> Iterator[date]:
    begins = _day(entry, "DTSTART")
    if begins is None:
        raise ValueError("has no day")
    if ends := _day(entry, "DTEND"):
        length = (ends - begins).days
    else:
        length = entry.get("DURATION").dt.days if "DURATION" in entry else 1
    if not 1 <= length <= LONGEST:
        raise ValueError(f"is not between one day and {LONGEST} long")
    for first in _repeated(entry, begins, today):
        yield from (first + _DAY * number for number in range(length))


def _day(entry: Component, name: str) -> date | None:
    found = getattr(entry.get(name), "dt", None)
    if isinstance(found, datetime):
        raise ValueError("is not a whole day")
    return found if isinstance(found, date) else None


def _repeated(entry: Component, begins: date, today: date) -> list[date]:
    rule = entry.get("RRULE")
    if rule is None:
        return [begins]
    if (
        isinstance(rule, list)
        or rule.get("FREQ") != ["YEARLY"]
        or _EXCEPTIONS & entry.keys()
        or _FINE & rule.keys()
    ):
        raise ValueError("repeats otherwise than yearly, or with exceptions")
    first, last = today - _DAY * LONGEST, date(today.year + YEARS, 12, 31)
    for until in rule.pop("UNTIL", []):
        last = min(last, until.date() if isinstance(until, datetime) else until)
    dates = rrulestr(rule.to_ical().decode(), dtstart=datetime.combine(begins, time()))
    return [
        at.date()
        for at in dates.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
    ]
