"""A day that is over is closed: what enough people did is kept as numbers, and everything else is deleted.

It happens before anything new is written, in whichever process comes first; so what is older than its day is gone as
soon as anything runs again, however long nothing did."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count

from seconder.core.clock import now
from seconder.telemetry.gate import INSIDE
from seconder.telemetry.gate.attacking import attack
from seconder.telemetry.gate.suppressing import let_through
from seconder.telemetry.measures import MEASURES
from seconder.telemetry.models import Aggregate, Measurement, Release, Timing

GRACE = timedelta(minutes=2)  # after midnight, in which processes write what they noted before it
GATE_LOCK = 0x7E1E
Cells = dict[str, dict[str, int]]  # measure → cell → people


def close_days(moment: datetime | None = None) -> list[date]:
    """Closes every day that is over at that moment, and answers which."""
    today = ((moment or now()) - GRACE).date()
    if not Measurement.objects.filter(day__lt=today).exists() and not _has_open_timings(today):
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATE_LOCK])
        days = set(Measurement.objects.filter(day__lt=today).values_list("day", flat=True).distinct())
        for day in sorted(days):
            _close(day)
        Measurement.objects.filter(day__lt=today).delete()
        _forget_timings(today)
    return sorted(days)


def people_by_cell(day: date) -> Cells:
    """How many people at least were in each cell. Each key counts a person once, so of several keys the one that
    counted most is taken: adding them up could count somebody twice."""
    found: Cells = defaultdict(dict)
    rows = (
        Measurement.objects.filter(day=day).values_list("measure", "cell", "mark").annotate(n=Count("token"))
    )
    for measure, cell, _, people in rows.order_by():
        found[measure][cell] = max(found[measure].get(cell, 0), people)
    return found


def _close(day: date) -> None:
    """Once: what comes late for a day that was closed changes none of its numbers."""
    if Release.objects.filter(first=day, last=day, audience="inside").exists():
        return
    found = people_by_cell(day)
    total = found.get("people", {}).get("everybody", 0)
    for measure in MEASURES:
        cells = found.get(measure, {})
        # What happens outside of requests is counted by another process, and may be more.
        of_all = max(total, *cells.values(), 0)
        gated = let_through(cells, INSIDE, of_all)
        Aggregate.objects.bulk_create(
            Aggregate(day=day, measure=measure, cell=cell, people=people)
            for cell, people in sorted(gated.shown.items())
        )
        Release.objects.create(
            measure=measure, first=day, last=day, audience="inside", k=INSIDE, cells=len(gated.shown),
            withheld=gated.withheld, smallest=min(gated.shown.values(), default=None),
            finding=attack(gated.shown, INSIDE, of_all),
        )  # fmt: skip


def _has_open_timings(today: date) -> bool:
    return Timing.objects.filter(day__lt=today, is_closed=False).exists()


def _forget_timings(today: date) -> None:
    """Of a route that few people used, how fast it was tells when one of them was there."""
    rows = Timing.objects.filter(day__lt=today, is_closed=False)
    days = set(rows.values_list("day", flat=True))
    enough = Aggregate.objects.filter(measure="routes", day__in=days).values_list("day", "cell")
    for day, route in set(enough):
        rows.filter(day=day, route=route).update(is_closed=True)
    rows.all().delete()


def last_closed(moment: datetime | None = None) -> date:
    """The last day that is over."""
    return ((moment or now()) - GRACE).date() - timedelta(days=1)
