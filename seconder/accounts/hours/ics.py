"""The days in a calendar file (.ics, RFC 5545): whole days, each with its name; what repeats yearly, for five years."""

from __future__ import annotations

import re
from calendar import Calendar as Months
from calendar import IllegalMonthError
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from icalendar import Calendar, Component
from icalendar.prop import vRecur

LARGEST = 1024 * 1024  # bytes
YEARS = 5
LONGEST = 31  # days of one entry
NAME = 100  # characters
_DAY = timedelta(days=1)
_EXCEPT = {"EXDATE", "RDATE", "EXRULE"}
_READ = {"FREQ", "INTERVAL", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY"}
_WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
_NTH = re.compile(r"([+-]?[1-5])(MO|TU|WE|TH|FR|SA|SU)")


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


def _repeated(entry: Component, begins: date, today: date) -> Iterator[date]:
    """The same day of each year, or its nth weekday: all that holidays need. Rules can say much more, and some of it
    never comes to an end."""
    rule = entry.get("RRULE")
    if rule is None:
        yield begins
        return
    is_plain = (
        not isinstance(rule, list) and rule.get("FREQ") == ["YEARLY"] and rule.get("INTERVAL", [1]) == [1]
    )
    if (
        not is_plain
        or rule.keys() - _READ
        or any(len(given) > 1 for given in rule.values())
        or _EXCEPT & entry.keys()
    ):
        raise ValueError("repeats otherwise than yearly, or with exceptions")
    [last] = rule.get("UNTIL", [date.max])
    last = last.date() if isinstance(last, datetime) else last
    for year in range(max(begins.year, today.year - 1), today.year + YEARS + 1):
        day = _in_year(rule, begins, year)
        if day and begins <= day <= last:
            yield day


def _in_year(rule: vRecur, begins: date, year: int) -> date | None:
    """None where that year has no such day."""
    [month], [number] = rule.get("BYMONTH", [begins.month]), rule.get("BYMONTHDAY", [begins.day])
    try:
        if "BYDAY" not in rule:
            return date(year, int(month), int(number))
        found = _NTH.fullmatch(str(rule["BYDAY"][0]))
        if found is None or "BYMONTHDAY" in rule:
            raise ValueError("repeats otherwise than yearly, or with exceptions")
        days = [day for day in Months().itermonthdates(year, int(month)) if day.month == int(month)]
        named = [day for day in days if day.weekday() == _WEEKDAYS.index(found[2])]
        nth = int(found[1])
        return named[nth - 1 if nth > 0 else nth] if -len(named) <= nth <= len(named) else None
    except (ValueError, IllegalMonthError) as fault:
        if "repeats" in str(fault):
            raise
        return None
