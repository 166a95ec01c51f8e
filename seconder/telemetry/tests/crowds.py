"""People enough to be shown, on a day that is over."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from seconder.telemetry.gate.closing import GRACE, close_days
from seconder.telemetry.models import Measurement
from seconder.telemetry.visitors import DayKey, Who


def crowd(
    size: int, cell: str, measure: str = "routes", key: DayKey | None = None, day: date | None = None
) -> DayKey:
    """So many people in a cell, today or that day; of one key, the same people."""
    key, rows = key or DayKey(), []
    for number in range(size):
        whom = key.whom(Who(address=f"192.0.2.{number}"))
        for name, where in ((measure, cell), ("people", "everybody")):
            token = key.token(whom, name, where)
            rows.append(
                Measurement(
                    token=token, day=day or timezone.now().date(), measure=name, cell=where, mark=key.mark
                )
            )
    Measurement.objects.bulk_create(rows, ignore_conflicts=True)
    return key


def some_days(days: int = 3, size: int = 60) -> date:
    """Days that are closed, the last of which was yesterday; answers it."""
    yesterday = timezone.now().date() - timedelta(days=1)
    for number in range(days):
        day = yesterday - timedelta(days=number)
        key = crowd(size - number, "runs:list", day=day)
        for cell, measure, share in CELLS:
            crowd(int(size * share), cell, measure, key, day)
    close_days(timezone.now() + GRACE)
    return yesterday


CELLS = (
    ("agents:list", "routes", 0.5),
    ("verification:inbox", "routes", 0.66),
    ("api:runs", "routes", 0.33),
    ("run.queued", "features", 0.6),
    ("review.decided", "features", 0.4),
    ("Firefox 132", "browsers", 0.55),
    ("Chrome 131", "browsers", 0.7),
    ("Windows 11", "systems", 0.6),
    ("Linux", "systems", 0.45),
    ("computer", "devices", 0.7),
    ("phone", "devices", 0.45),
    ("DE", "countries", 0.5),
    ("US", "countries", 0.6),
    *((f"{hour:02}", "hours", 0.2 + (9 - abs(hour - 13)) / 20) for hour in range(7, 20)),
    ("1 to 5 minutes", "visits", 0.5),
    ("under a minute", "visits", 0.4),
    ("2 to 5 pages", "lengths", 0.6),
    ("find", "clicks", 0.5),
)
