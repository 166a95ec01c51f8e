"""Personal data are read for what they are declared for, and a read for anything else is refused and accounted for."""

from __future__ import annotations

import threading
import timeit
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership, Person, Session
from seconder.core import purposes, reading
from seconder.core.models import DeniedRead, Suppression
from seconder.core.purposes import PURPOSES, purpose
from seconder.core.reading import PurposeDenied
from seconder.core.vocabulary import DECLARED, Datum
from seconder.engine.jobs import JOBS, PURPOSES_OF_JOBS
from seconder.notifications.models import Notification
from seconder.runs.models import Run
from seconder.testing import Cast
from seconder.verification.models import Review

pytestmark = [pytest.mark.invariant("A07"), pytest.mark.clause("V-01", "V-22")]


@pytest.fixture(autouse=True)
def _everywhere() -> Iterator[None]:
    with scopes_disabled():
        yield


# Each way to read through a model.
READS: dict[str, Callable[[Any], object]] = {  # Any: a manager of any model
    "rows": lambda rows: list(rows.all()),
    "one": lambda rows: rows.first(),
    "values": lambda rows: list(rows.values_list("pk", flat=True)),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "some at a time": lambda rows: list(rows.iterator(chunk_size=2)),
    "a sum": lambda rows: rows.distinct().count(),
    "union": lambda rows: list(rows.all().union(rows.all())),
    "raw": lambda rows: rows.in_bulk(),
}


@pytest.mark.django_db(transaction=True)
def test_every_way_of_reading_is_refused_and_accounted_for(cast: Cast) -> None:
    before = threading.active_count()
    for way, read in READS.items():
        every: tuple[Any, ...] = (Session.objects, Run.objects, Notification.objects)  # Any: as above
        for rows in every:
            with purpose("analytics.usage"), pytest.raises(PurposeDenied, match="state the right purpose"):
                read(rows)
            with purpose("privacy.requests"):
                read(rows)
            read(rows)
        assert way
    noted = DeniedRead.objects.filter(purpose="analytics.usage", tables="runs_run")
    assert sum(row.times for row in noted) == len(READS)
    assert {row.place.split(":")[0] for row in noted} == {"seconder/core/tests/test_reading.py"}
    assert threading.active_count() == before


@pytest.mark.django_db(transaction=True)
def test_the_account_outlives_the_transaction_that_the_refusal_ends(cast: Cast) -> None:
    with (
        pytest.raises(PurposeDenied, match="accounts_session holds data for service"),
        transaction.atomic(),
        purpose("service.runs"),
    ):
        Session.objects.count()
    row = DeniedRead.objects.get()
    assert (row.purpose, row.tables, row.times) == ("service.runs", "accounts_session", 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_only_joined_or_asked_within_is_a_read_as_well(cast: Cast) -> None:
    inside = Exists(Session.objects.filter(person_id=OuterRef("person_id")))
    with purpose("service.notifications"):
        assert list(Membership.objects.filter(person__is_active=True))
        for rows in (
            Membership.objects.filter(inside),
            Membership.objects.filter(person_id__in=Session.objects.values("person_id")),
            Membership.objects.filter(Q(role="owner") | Q(inside)),
        ):
            with pytest.raises(PurposeDenied, match="accounts_session"):
                list(rows)
    assert sum(DeniedRead.objects.filter(tables="accounts_session").values_list("times", flat=True)) == 3
    assert list(Membership.objects.filter(inside)) == []


def test_the_tree_says_who_reads_what() -> None:
    assert purposes.reads("service.notifications", "service")
    assert purposes.reads("service", "service.security")
    assert purposes.reads("service.runs", "service.reviews")
    assert not purposes.reads("service.runs", "service.security")
    assert not purposes.reads("ai.training", "service.runs")
    assert all(purposes.reads("privacy.requests", name) for name in PURPOSES)


@pytest.mark.django_db(transaction=True)
def test_what_needs_consent_is_not_read_without_saying_so(
    monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    table: dict[str, Any] = {
        name: datum
        and Datum(datum.category, purpose="ai.training", owner=datum.owner, known_by=datum.known_by)
        for name, datum in DECLARED["core.suppression"].items()
    }
    monkeypatch.setitem(DECLARED, "core.suppression", table)
    reading._of_declarations.cache_clear()
    try:
        with pytest.raises(PurposeDenied, match="holds data for ai"):
            Suppression.objects.count()
        with purpose("ai.training"):
            assert Suppression.objects.count() == 0
    finally:
        monkeypatch.undo()
        reading._of_declarations.cache_clear()
    assert Suppression.objects.count() == 0


def test_every_job_says_what_it_reads_data_for() -> None:
    plain = sorted(name for name in JOBS if PURPOSES_OF_JOBS[name] == purposes.PLAIN)
    assert plain == [], "say it at the job: @job(name, purpose=…)"


@pytest.mark.django_db
def test_being_asked_costs_no_query_and_next_to_no_time(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1), purpose("service.notifications"):
        list(Review.objects.all())
    people = Person.objects.filter(memberships__role="owner")
    compiler = people.query.get_compiler(connection=connection)
    compiler.as_sql()
    tables = people.query.alias_map.values()
    for name in (purposes.PLAIN, "service.notifications"):
        with purpose(name):
            each = timeit.timeit(lambda: reading.refuse_denied(tables), number=20_000) / 20_000
        print(f"asked under {name}: {each * 1e6:.2f} µs")
        assert each < 0.00005
