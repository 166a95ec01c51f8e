"""The one clock. Times are aware and in UTC everywhere; pages put them into the person's zone."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def rfc3339(moment: datetime | None) -> str | None:
    """`2026-11-23T21:42:00.123456Z`, or None."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
