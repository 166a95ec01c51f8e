"""A day that is over is closed: what enough people did is kept as numbers, and everything else is deleted.

It happens before anything new is written, in whichever process comes first; so what is older than its day is gone as
soon as anything runs again, however long nothing did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count

from seconder.core.clock import now
from seconder.telemetry.gate import INSIDE
from seconder.telemetry.gate.attacking import Found, attack
from seconder.telemetry.gate.suppressing import Gated, let_through
from seconder.telemetry.measures import MEASURES
from seconder.telemetry.models import Aggregate, Measurement, Release, Timing

GRACE = timedelta(minutes=2)  # after midnight, in which processes write what they noted before it
GATE_LOCK = 0x7E1E
TOTALS = ("people", "visitors")
_OF_ADDRESSES = ("visitors", "public", "public ways")
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
    for measure in MEASURES:
        cells = found.get(measure, {})
        of_all = total_of(measure, cells, {name: found[name].get("everybody", 0) for name in TOTALS})
        gated, finding = attacked(let_through(cells, INSIDE, of_all), INSIDE, of_all)
        Aggregate.objects.bulk_create(
            Aggregate(day=day, measure=measure, cell=cell, people=people)
            for cell, people in sorted(gated.shown.items())
        )
        Release.objects.create(
            measure=measure, first=day, last=day, audience="inside", k=INSIDE, cells=len(gated.shown),
            withheld=gated.withheld, smallest=min(gated.shown.values(), default=None),
            finding=finding,
        )  # fmt: skip


def total_of(measure: str, cells: Mapping[str, int], totals: Mapping[str, int]) -> int:
    """How many there are that may be in a cell, as far as others may know it. Clicks are of addresses of whoever; and
    what is counted in another process may be more than what this one knows of."""
    known = 0 if measure == "clicks" else totals["visitors" if measure in _OF_ADDRESSES else "people"]
    return max(known, *cells.values(), 0)


def attacked(gated: Gated, k: int, total: int) -> tuple[Gated, str]:
    """The same, with what the attempt to find somebody came to; nothing, where somebody was found."""
    try:
        return gated, attack(gated.shown, k, total)
    except Found as found:
        return Gated({}, withheld=True), f"Somebody could be found, so nothing is shown. {found}"


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
