"""Numbers for somebody outside: of days that are closed, of one measure, of 25 people or more, once."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from seconder.accounts.actor import Actor, demand
from seconder.core.refusals import Conflict, Invalid
from seconder.telemetry.gate import OUTSIDE
from seconder.telemetry.gate.closing import GATE_LOCK, TOTALS, attacked, last_closed, total_of
from seconder.telemetry.gate.noise import demand_library, noisy, spend
from seconder.telemetry.gate.suppressing import let_through
from seconder.telemetry.measures import MEASURES
from seconder.telemetry.models import Aggregate, Release

LONGEST = 366  # days


class Overlap(Conflict):
    type, title = "overlapping-release", "These days were released before"


@dataclass(frozen=True)
class Wanted:
    """`recipient` and `contract`: who gets the numbers, and what binds them not to look for anybody in them."""

    measure: str
    first: date
    last: date
    recipient: str
    contract: str
    epsilon: Decimal | None = None


@transaction.atomic
def hand_out(actor: Actor, wanted: Wanted) -> Release:
    """Raises Invalid, Overlap, NoBudget. A day in which somebody could be found is left out."""
    demand(actor, "privacy.manage")
    _check(wanted)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATE_LOCK])
    _refuse_overlap(wanted)
    figures, withheld = _figures(wanted)
    if not figures:
        raise Invalid(
            f"There is nothing to hand out: no number of these days has {OUTSIDE} people behind it."
        )
    smallest = min(figures.values())
    if wanted.epsilon is not None:
        days = (wanted.last - wanted.first).days + 1
        spend(wanted.epsilon)
        figures = noisy(figures, wanted.epsilon, MEASURES[wanted.measure].cap * days)
    return Release.objects.create(
        measure=wanted.measure, first=wanted.first, last=wanted.last, audience="outside", k=OUTSIDE,
        cells=len(figures), withheld=withheld, smallest=smallest, finding=HELD,
        method="exact" if wanted.epsilon is None else "noise", epsilon=wanted.epsilon, figures=figures,
        recipient=wanted.recipient, contract=wanted.contract, by_id=actor.person.pk,
    )  # fmt: skip


HELD = (
    f"Nobody was found: on none of these days is a number, a remainder of the total or a difference to it of fewer "
    f"than {OUTSIDE} people."
)


def _check(wanted: Wanted) -> None:
    if wanted.measure not in MEASURES:
        raise Invalid("There is no such measure.", path="measure")
    if wanted.last < wanted.first:
        raise Invalid("The last day is before the first.", path="last")
    if wanted.last > last_closed():
        raise Invalid("The last day is not over yet.", path="last")
    if (wanted.last - wanted.first).days >= LONGEST:
        raise Invalid(f"At most {LONGEST} days at a time.", path="last")
    if wanted.epsilon is not None:
        demand_library()


def _refuse_overlap(wanted: Wanted) -> None:
    """Two windows of which one has a day more tell that day when they are subtracted."""
    before = Release.objects.filter(
        measure=wanted.measure, audience="outside", first__lte=wanted.last, last__gte=wanted.first
    ).first()
    if before:
        raise Overlap(
            f"{before.first} to {before.last} was released before. Two releases that have days in common could be "
            "subtracted from each other; choose days after it, or hand out that release again.",
            path="first",
        )


def _figures(wanted: Wanted) -> tuple[dict[str, int], bool]:
    """Each day passes the gate by itself, and what passed is added up."""
    span = Aggregate.objects.filter(day__gte=wanted.first, day__lte=wanted.last)
    cells: dict[date, dict[str, int]] = defaultdict(dict)
    for day, cell, people in span.filter(measure=wanted.measure).values_list("day", "cell", "people"):
        cells[day][cell] = people
    totals: dict[date, dict[str, int]] = defaultdict(lambda: dict.fromkeys(TOTALS, 0))
    for day, measure, people in span.filter(cell="everybody").values_list("day", "measure", "people"):
        totals[day][measure] = people
    lines = Release.objects.filter(measure=wanted.measure, audience="inside", withheld=True)
    partial = set(
        lines.filter(first__gte=wanted.first, last__lte=wanted.last).values_list("first", flat=True)
    )
    added, withheld = Counter[str](), bool(partial)
    for day, found in sorted(cells.items()):
        total = total_of(wanted.measure, found, totals[day])
        gated, _ = attacked(let_through(found, OUTSIDE, total, is_partial=day in partial), OUTSIDE, total)
        added.update(gated.shown)
        withheld = withheld or gated.withheld
    return dict(sorted(added.items())), withheld
