"""Usage and releases: what the operator sees, and what is handed to others, once."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from seconder.core.refusals import Refusal
from seconder.telemetry.gate import OUTSIDE
from seconder.telemetry.gate.noise import NoBudget, is_there, spend
from seconder.telemetry.models import Aggregate, NoiseBudget, Release, Timing
from seconder.telemetry.tests.crowds import some_days
from seconder.testing import Cast, enter

WHOM = {"recipient": "A university", "contract": "Agreement of 3 November"}


@pytest.fixture
def alice(cast: Cast, settings: Any) -> Client:
    settings.OPERATOR = "demo"
    return enter(Client(), cast.alice)


@pytest.mark.django_db
@pytest.mark.clause("V-18", "T-07")
def test_usage_shows_what_was_let_through_and_says_when_there_is_nothing(
    alice: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    assert b"No numbers yet" in alice.get("/demo/privacy/usage/").content
    yesterday = some_days()
    Timing.objects.create(day=yesterday, route="runs:list", bucket=2, count=90, is_closed=True)
    Timing.objects.create(day=yesterday, route="runs:list", bucket=5, count=10, is_closed=True)
    with django_assert_max_num_queries(10):
        text = alice.get("/demo/privacy/usage/?days=7").content.decode()
    for words in ("Runs: list", "A run was started", "Firefox 132", "Germany", "13:00", "too few to show"):
        assert words in text, words
    assert "0.03 s" in text or "0.025 s" in text
    assert enter(Client(), cast.bob).get("/demo/privacy/usage/").status_code == 403


@pytest.mark.django_db
@pytest.mark.invariant("H03", "H04", "H07")
@pytest.mark.clause("R-15", "V-20")
def test_numbers_are_handed_out_once_with_enough_people_and_a_line_in_the_register(alice: Client) -> None:
    yesterday = some_days()
    first = yesterday - timedelta(days=2)
    there = "/demo/privacy/releases/new/"
    asked = {"measure": "routes", "first": str(first), "last": str(yesterday), **WHOM}
    made = alice.post(there, asked)
    assert made.status_code == 303
    release = Release.objects.get(audience="outside")
    assert release.figures
    days = Aggregate.objects.filter(measure="routes")
    for cell, people in release.figures.items():
        kept = days.filter(cell=cell, people__gte=OUTSIDE).values_list("people", flat=True)
        assert people == sum(kept) >= OUTSIDE
    assert "api:runs" not in release.figures  # 19 of 60 people
    assert (release.k, release.recipient, release.by_id is None) == (OUTSIDE, "A university", False)
    page = alice.get(made["Location"])
    assert b"Nobody was found" in page.content
    assert b"runs:list," in alice.get(f"{made['Location']}?file").content
    again = alice.post(there, {**asked, "first": str(yesterday)})
    assert again.status_code == 422
    assert b"could be" in again.content
    for change in (
        {"last": str(yesterday + timedelta(days=1))},
        {"measure": "people by name"},
        {"first": "2031-01-01"},
    ):
        assert alice.post(there, {**asked, "measure": "hours", **change}).status_code == 422
    inside = Release.objects.filter(audience="inside", measure="routes").first()
    assert inside
    assert b"runs:list," not in alice.get(f"/demo/privacy/releases/{inside.pk}/?file").content
    assert b"A university" in alice.get("/demo/privacy/releases/").content


@pytest.mark.django_db
def test_nothing_is_handed_out_where_nobody_has_enough(alice: Client) -> None:
    yesterday = some_days(days=1, size=22)
    asked = {"measure": "routes", "first": str(yesterday), "last": str(yesterday), **WHOM}
    answer = alice.post("/demo/privacy/releases/new/", asked)
    assert answer.status_code == 422
    assert b"nothing to hand out" in answer.content


@pytest.mark.django_db
@pytest.mark.skipif(is_there(), reason="OpenDP is installed here")
def test_noise_without_its_library_is_refused_in_words_and_costs_nothing(alice: Client) -> None:
    yesterday = some_days(days=1)
    asked = {"measure": "routes", "first": str(yesterday), "last": str(yesterday), "epsilon": "1", **WHOM}
    answer = alice.post("/demo/privacy/releases/new/", asked)
    assert answer.status_code == 422
    assert b"opendp" in answer.content
    assert not NoiseBudget.objects.exists()


@pytest.mark.django_db
@pytest.mark.skipif(not is_there(), reason="OpenDP is not installed here")
def test_noise_is_added_and_taken_from_the_budget(alice: Client) -> None:
    yesterday = some_days(days=1)
    asked = {"measure": "people", "first": str(yesterday), "last": str(yesterday), "epsilon": "1", **WHOM}
    assert alice.post("/demo/privacy/releases/new/", asked).status_code == 303
    assert NoiseBudget.objects.get().spent == 1
    assert Release.objects.get(audience="outside").method == "noise"


@pytest.mark.django_db(transaction=True)
@pytest.mark.invariant("H06")
def test_the_budget_is_never_overspent_by_workers_side_by_side() -> None:
    """Each on a connection of its own, as processes have; what is spent stands in a row, so it outlives all."""
    said: list[str] = []

    def work() -> None:
        try:
            spend(Decimal(3))
            said.append("spent")
        except NoBudget:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["refused"] * 5 + ["spent"] * 3
    assert NoiseBudget.objects.get().spent == 9
    with pytest.raises(Refusal, match="between"):
        spend(Decimal(6))
