"""The release gate: recounted from what was counted, attacked by subtraction, and closed on time."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from seconder.core.clock import now
from seconder.telemetry import jobs
from seconder.telemetry.gate import INSIDE, OUTSIDE
from seconder.telemetry.gate.attacking import Found, attack
from seconder.telemetry.gate.closing import GRACE, close_days
from seconder.telemetry.gate.suppressing import let_through
from seconder.telemetry.measures import MEASURES
from seconder.telemetry.models import Aggregate, Measurement, Release, Timing
from seconder.telemetry.tests.crowds import crowd

# Who was in which cells: one cell each (browsers), or any (pages).
ALONE = st.lists(st.sampled_from("abcdef").map(lambda cell: {cell}), max_size=120)
ANY = st.lists(st.sets(st.sampled_from("abcdef")), max_size=120)


def table(people: list[set[str]]) -> dict[str, int]:
    return {
        cell: sum(cell in one for one in people) for cell in "abcdef" if any(cell in one for one in people)
    }


@pytest.mark.invariant("H03", "H04")
@given(ALONE | ANY, st.sampled_from([INSIDE, OUTSIDE]))
@settings(max_examples=60)
def test_no_number_and_no_difference_is_of_few(people: list[set[str]], k: int) -> None:
    cells, total = table(people), len(people)
    gated = let_through(cells, k, total)
    assert all(cells[cell] == n >= k for cell, n in gated.shown.items())
    assert gated.withheld == (set(gated.shown) != set(cells))
    for size in range(1, len(gated.shown) + 1):
        for chosen in combinations(gated.shown, size):
            rest = total - sum(gated.shown[cell] for cell in chosen)
            assert rest <= 0 or rest >= k or (size > 1 and any(len(one) > 1 for one in people))
    attack(gated.shown, k, total)


@pytest.mark.invariant("H04")
@given(ALONE, st.sampled_from("abcdef"))
@settings(max_examples=60)
def test_what_was_shown_inside_and_then_outside_cannot_be_subtracted(
    people: list[set[str]], added: str
) -> None:
    """Outside gets of the cells that are kept those with more people; and with one person more, neither tells whose."""
    for all_of_them in (people, [*people, {added}]):
        total = len(all_of_them)
        kept = let_through(table(all_of_them), INSIDE, total)
        out = let_through(kept.shown, OUTSIDE, total, is_partial=kept.withheld)
        assert out.shown.items() <= kept.shown.items()
        rest = total - sum(out.shown.values())
        assert rest == 0 or rest >= OUTSIDE or not out.shown
        attack(out.shown, OUTSIDE, total)


@pytest.mark.parametrize(
    ("shown", "total"),
    [({"a": 9}, 40), ({"a": 35}, 40), ({"a": 20, "b": 15}, 40)],
    ids=["few", "all but few", "rest"],
)
def test_the_attack_finds_what_a_careless_gate_would_show(shown: dict[str, int], total: int) -> None:
    with pytest.raises(Found):
        attack(shown, INSIDE, total)


TOMORROW = timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.invariant("H03", "H07", "H10")
@pytest.mark.clause("D-03", "V-18", "V-20")
def test_a_day_that_is_over_leaves_numbers_of_enough_people_and_nothing_else() -> None:
    key = crowd(30, "runs:list")
    crowd(12, "agents:list", key=key)
    crowd(4, "accounts:people", key=key)
    crowd(9, "runs:list")  # another process, which may have met the same people
    today = now().date()
    for route in ("runs:list", "accounts:people"):
        Timing.objects.create(day=today, route=route, bucket=3, count=8)
    assert close_days() == []
    assert close_days(now() + TOMORROW + GRACE) == [today]
    kept = dict(Aggregate.objects.filter(measure="routes").values_list("cell", "people"))
    assert kept == {"runs:list": 30}  # the 12 would tell of the 4
    assert dict(Aggregate.objects.filter(measure="people").values_list("cell", "people")) == {"everybody": 30}
    assert not Measurement.objects.exists()
    assert [(row.route, row.is_closed) for row in Timing.objects.all()] == [("runs:list", True)]
    line = Release.objects.get(measure="people")
    assert (line.k, line.audience, line.cells, line.smallest, line.withheld) == (
        INSIDE,
        "inside",
        1,
        30,
        False,
    )
    assert "Nobody was found" in line.finding
    assert Release.objects.count() == len(MEASURES)
    assert close_days(now() + TOMORROW + GRACE) == []


@pytest.mark.django_db
@pytest.mark.invariant("H04", "H10")
def test_what_comes_after_the_closing_changes_no_number_and_does_not_stay() -> None:
    crowd(15, "runs:list")
    later = now() + TOMORROW + GRACE
    close_days(later)
    crowd(40, "agents:list")
    Timing.objects.create(day=now().date(), route="agents:list", bucket=1, count=3)
    close_days(later + timedelta(days=30))  # also where nothing ran for a month
    assert not Measurement.objects.exists()
    assert not Timing.objects.exists()
    assert dict(Aggregate.objects.values_list("measure", "people")) == {"people": 15, "routes": 15}


@pytest.mark.django_db
def test_small_numbers_are_refused_by_the_database_and_the_register_never_changes() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Aggregate.objects.create(day=now().date(), measure="routes", cell="runs:list", people=9)
    crowd(15, "runs:list")
    close_days(now() + TOMORROW + GRACE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.update(k=1)


@pytest.mark.django_db
@pytest.mark.invariant("I01")
def test_numbers_go_when_their_time_is_over() -> None:
    crowd(15, "runs:list")
    Timing.objects.create(day=now().date(), route="runs:list", bucket=1, count=3)
    close_days(now() + TOMORROW + GRACE)
    jobs.forget_old()
    assert (Aggregate.objects.count(), Timing.objects.count()) == (2, 1)
    Aggregate.objects.update(day=now().date() - timedelta(days=761) - TOMORROW)
    Timing.objects.update(day=now().date() - timedelta(days=396) - TOMORROW)
    jobs.forget_old()
    assert (Aggregate.objects.count(), Timing.objects.count()) == (0, 0)
