"""What the page of usage shows. It reads `Aggregate` and closed timings alone, and may do with them what it likes: each
was let through by itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Sum

from seconder.telemetry.gate.closing import last_closed
from seconder.telemetry.measures import BOUNDS, MEASURES, Measure
from seconder.telemetry.models import Aggregate, ImportedAggregate, Release, Timing
from seconder.telemetry.usage import words
from seconder.ui.words import label

SHOWN = 20  # rows of a table
_TABLES = [measure for measure in MEASURES.values() if measure.id not in ("people", "visitors", "hours")]


class Table(NamedTuple):
    """`rows`: cell in words, people added up over the days."""

    measure: Measure
    rows: list[tuple[str, int]]


class Speed(NamedTuple):
    """In seconds: half, and 95 of 100, of the answers took no longer; None above the last bound."""

    route: str
    answers: int
    half: float | None
    most: float | None


class Elsewhere(NamedTuple):
    """What another provider counted. `rows`: cell, people added up over the days."""

    source: str
    measure: str
    rows: list[tuple[str, int]]


class Usage(NamedTuple):
    by_day: list[tuple[str, int | None]]
    visitors: list[tuple[str, int | None]]
    by_hour: list[tuple[str, int | None]]
    tables: list[Table]
    speeds: list[Speed]
    elsewhere: list[Elsewhere]
    closed: int
    withheld: int

    @property
    def has_any(self) -> bool:
        return bool(self.tables or self.speeds or self.elsewhere or any(people for _, people in self.by_day))


def usage(days: int) -> Usage:
    """Of so many days, the last that is closed the latest."""
    last = last_closed()
    first = last - timedelta(days=days - 1)
    rows = Aggregate.objects.filter(day__gte=first, day__lte=last).values_list(
        "measure", "day", "cell", "people"
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    by_day: dict[str, dict[date, int]] = defaultdict(dict)
    for measure, day, cell, people in rows:
        if cell == "everybody":
            by_day[measure][day] = people
        else:
            found[measure][cell] += people
    lines = Release.objects.filter(first__gte=first, last__lte=last, audience="inside", measure="people")
    closed = list(lines.values_list("cells", flat=True))
    span = [first + timedelta(days=number) for number in range(days)]
    return Usage(
        [(str(day), by_day["people"].get(day)) for day in span],
        [(str(day), by_day["visitors"].get(day)) for day in span] if by_day["visitors"] else [],
        [(words.of_cell("hours", cell), found["hours"].get(cell)) for cell in MEASURES["hours"].cells],
        [Table(measure, _rows(measure, cells)) for measure in _TABLES if (cells := found[measure.id])],
        _speeds(first, last),
        _elsewhere(first, last),
        len(closed),
        closed.count(0),
    )


def _rows(measure: Measure, cells: Counter[str]) -> list[tuple[str, int]]:
    """What has an order of its own stands in it, the rest by how many."""
    if measure.id in ("visits", "lengths"):
        return [(words.of_cell(measure.id, cell), cells[cell]) for cell in measure.cells if cell in cells]
    return [(words.of_cell(measure.id, cell), people) for cell, people in cells.most_common(SHOWN)]


def _speeds(first: date, last: date) -> list[Speed]:
    rows = Timing.objects.filter(day__gte=first, day__lte=last, is_closed=True)
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for route, bucket, count in rows.values_list("route", "bucket").annotate(n=Sum("count")).order_by():
        counts[route][bucket] = count
    found = [
        Speed(words.of_cell("routes", route), sum(took.values()), _within(took, 0.5), _within(took, 0.95))
        for route, took in counts.items()
    ]
    return sorted(found, key=lambda speed: -speed.answers)[:SHOWN]


def _elsewhere(first: date, last: date) -> list[Elsewhere]:
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    rows = ImportedAggregate.objects.filter(day__gte=first, day__lte=last)
    for source, measure, cell, people in rows.values_list("source", "measure", "cell", "people"):
        counts[source, measure][cell] += people
    return [
        Elsewhere(source, label(measure), cells.most_common(SHOWN))
        for (source, measure), cells in sorted(counts.items())
    ]


def _within(took: dict[int, int], share: float) -> float | None:
    """The bound within which that share of the answers came."""
    wanted, so_far = sum(took.values()) * share, 0
    for bucket in sorted(took):
        so_far += took[bucket]
        if so_far >= wanted:
            return BOUNDS[bucket] if bucket < len(BOUNDS) else None
    return None
