"""By when: said to have arrived within ten working days, answered within a month; once, and with a reason said in time,
two months more. The month is the stricter of what laws give (45 days elsewhere)."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta

WORKING_DAYS, MONTHS, MORE_MONTHS = 10, 1, 2
WARNING = timedelta(days=3)  # before a deadline, whoever answers is told


def acknowledge_by(asked: datetime) -> datetime:
    """Saturdays and Sundays do not count."""
    due, left = asked, WORKING_DAYS
    while left:
        due += timedelta(days=1)
        left -= due.weekday() < 5
    return due


def answer_by(asked: datetime, *, is_extended: bool = False) -> datetime:
    """The same day of a later month, or its last."""
    month = asked.month - 1 + MONTHS + (MORE_MONTHS if is_extended else 0)
    year, month = asked.year + month // 12, month % 12 + 1
    return asked.replace(year=year, month=month, day=min(asked.day, calendar.monthrange(year, month)[1]))
