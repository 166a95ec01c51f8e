"""What is counted: as little as answers the question, once per person, cell and day, and nobody by name."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test import Client

from seconder.core import purposes
from seconder.core.clock import now
from seconder.events.sealing import seal
from seconder.telemetry import flushing, measures, measuring
from seconder.telemetry.counting import Day
from seconder.telemetry.measuring import Look, measure
from seconder.telemetry.models import Measurement, Timing
from seconder.telemetry.visitors import DayKey, Who
from seconder.testing import Cast, enter, serving

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"


def counted(name: str) -> dict[str, int]:
    """cell → people."""
    cells = Measurement.objects.filter(measure=name).values_list("cell", flat=True)
    return {cell: list(cells).count(cell) for cell in cells}


def look(who: Who, route: str = "runs:list", minutes: float = 0, **others: Any) -> Look:
    given = {"agent": FIREFOX, "seconds": 0.02, "is_visit": True, **others}
    return Look(now() + timedelta(minutes=minutes), who, route, **given)


@pytest.mark.invariant("H01", "H05")
@pytest.mark.clause("A-02", "A-03", "A-04", "U-01", "U-03", "U-04", "U-06")
def test_a_page_is_counted_by_its_name_once_and_says_nothing_of_who_looked(cast: Cast) -> None:
    bob = enter(Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="198.51.100.77"), cast.bob)
    for _ in range(3):
        assert bob.get("/demo/runs/?text=canary-words").status_code == 200
    assert bob.get("/demo/runs/", headers={"HX-Request": "true"}).status_code == 200
    assert bob.get("/elsewhere/runs/").status_code == 404
    flushing.flush()
    assert counted("routes")["runs:list"] == 1
    assert "people" in set(Measurement.objects.values_list("measure", flat=True))
    assert counted("browsers") == {"Firefox 132": 1}
    assert counted("systems") == {"Linux": 1}
    assert counted("devices") == {"computer": 1}
    assert counted("countries") == {"unknown": 1}
    assert sum(Timing.objects.filter(route="runs:list").values_list("count", flat=True)) == 5
    kept = dump()
    for never in (str(cast.bob.pk), cast.bob.pk.hex, "198.51.100", "Gecko", "canary-words", "/demo/", "bob"):
        assert never not in kept


def dump() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM telemetry_measurement m")
        rows = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT row_to_json(t)::text FROM telemetry_timing t")
        return "\n".join([*rows, *(row[0] for row in cursor.fetchall())])


@pytest.mark.invariant("H02")
def test_nobody_can_be_followed_from_cell_to_cell_day_to_day_or_process_to_process() -> None:
    who = Who(uuid.uuid4())
    one, other = DayKey(), DayKey()
    tokens = {
        key.token(key.whom(who), name, cell)
        for key in (one, other)
        for name, cell in (("routes", "a"), ("routes", "b"), ("hours", "10"))
    }
    assert len(tokens) == 6
    flushing.flush()
    measure("hours", of=who, cell="10")
    flushing.flush()
    (yesterday,) = flushing._days
    key = flushing._days[yesterday]._key
    flushing._days[yesterday - timedelta(days=1)] = flushing._days.pop(yesterday)
    measure("hours", of=who, cell="10")
    flushing.flush()
    assert list(flushing._days) == [yesterday]
    assert flushing._days[yesterday]._key is not key
    assert len(set(Measurement.objects.values_list("token", "mark"))) == 2


@pytest.mark.invariant("H05")
def test_a_flood_counts_as_one_person_in_few_cells() -> None:
    day, who = Day(now().date()), Who(address="203.0.113.9")
    person = Who(uuid.uuid4(), "203.0.113.9")
    for number in range(500):
        for somebody in (who, person):
            day.add(look(somebody, f"route{number}", agent=f"{FIREFOX} x{number}"), may_link=False)
    of = {name: [row.cell for row in day.rows if row.measure == name] for name in measures.MEASURES}
    assert len(of["routes"]) == measures.MEASURES["routes"].cap
    assert len(of["public"]) == measures.MEASURES["public"].cap
    assert of["people"] == of["visitors"] == ["everybody"]


@pytest.mark.invariant("H03", "H05")
def test_nobody_is_two_in_a_cell_before_and_after_signing_in(cast: Cast) -> None:
    client = Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="198.51.100.77")
    client.get("/sign-in/")
    client.get("/privacy/")
    enter(client, cast.bob).get("/privacy/")
    client.get("/demo/runs/")
    flushing.flush()
    cells = Measurement.objects.values_list("measure", "cell")
    assert len(set(cells)) == len(cells)
    assert counted("visitors") == counted("people") == {"everybody": 1}
    assert set(counted("public")) >= {"account_login"}


@pytest.mark.clause("U-02", "U-03", "K-03")
def test_a_visit_leaves_how_long_and_how_many_pages_and_pairs_only_where_allowed() -> None:
    day = Day(now().date())
    known, other = uuid.uuid4(), uuid.uuid4()
    for who, may_link in (
        (Who(known), False),
        (Who(other, visit="chosen"), True),
        (Who(address="192.0.2.1"), False),
        (Who(address="192.0.2.2", visit="chosen"), True),
    ):
        for minutes, route in enumerate(("runs:list", "runs:run", "agents:list")):
            day.add(look(who, route, minutes), may_link=may_link)
        day.add(look(who, "runs:list", 60), may_link=may_link)
    day.end_visits()
    of = {
        name: [row.cell for row in day.rows if row.measure == name]
        for name in ("visits", "lengths", "ways", "public ways")
    }
    assert sorted(of["visits"]) == ["1 to 5 minutes"] * 2 + ["under a minute"] * 2
    assert sorted(of["lengths"]) == ["1 page"] * 2 + ["2 to 5 pages"] * 2
    assert of["public ways"] == of["ways"] == ["runs:list + runs:run", "agents:list + runs:run"]


def test_whoever_objected_is_not_counted_and_how_fast_the_answer_was_still_is(cast: Cast) -> None:
    purposes.bind_judge("objection", lambda person, name: person != cast.bob.pk)
    try:
        for who in (Who(cast.bob.pk), Who(cast.alice.pk)):
            measuring.notes.append(look(who))
            measure("clicks", of=who, cell="find")
        flushing.flush()
    finally:
        purposes._judges.pop("objection")
    assert counted("people") == {"everybody": 1}
    assert counted("clicks") == {"find": 1}
    assert sum(Timing.objects.values_list("count", flat=True)) == 2


def test_the_face_takes_what_is_declared_and_nothing_else() -> None:
    who = Who(uuid.uuid4())
    measure("response", 0.03, route="runs:list")
    for name, of, cell in (
        ("shoes", who, "1"),
        ("clicks", who, "salary"),
        ("hours", None, "10"),
        ("hours", who, ""),
    ):
        with pytest.raises(measures.UnknownMeasure):
            measure(name, of=of, cell=cell)
    with pytest.raises(measures.UnknownMeasure):
        measure("hours", of=who, cell="10", person="bob")
    flushing.flush()
    assert [(row.route, row.bucket) for row in Timing.objects.all()] == [("runs:list", 3)]
    assert not Measurement.objects.exists()


@pytest.mark.clause("U-06")
def test_clicks_are_of_declared_elements_on_our_own_pages(client: Client) -> None:
    here = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/privacy/clicks/", "find", "text/plain", headers=here).status_code == 204
    assert client.post("/privacy/clicks/", "bob's salary", "text/plain", headers=here).status_code == 422
    assert client.post("/privacy/clicks/", "find", "text/plain").status_code == 422
    there = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/privacy/clicks/", "find", "text/plain", headers=there).status_code == 422
    flushing.flush()
    assert counted("clicks") == {"find": 1}


@pytest.mark.django_db(transaction=True)
def test_a_deed_is_counted_from_the_record(cast: Cast) -> None:
    from seconder.accounts.models import ApiKey
    from seconder.events.recording import record

    key, _ = ApiKey.create(cast.dana, cast.demo)
    for _ in range(2):
        record("key.created", key, cast.actor("dana").by)
    seal()
    flushing.flush()
    assert counted("features") == {"key.created": 1}


@pytest.mark.django_db(transaction=True)
def test_the_web_process_writes_what_it_noted_by_itself() -> None:
    with serving() as address:
        assert httpx.get(f"{address}/sign-in/", headers={"User-Agent": FIREFOX}).status_code == 200
    assert counted("public") == {"account_login": 1}


def test_counting_asks_nothing_of_the_database_while_a_page_is_made(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    from seconder.telemetry.middleware import note

    bob = enter(Client(headers={"User-Agent": FIREFOX}), cast.bob)
    answer = bob.get("/demo/runs/")
    with django_assert_num_queries(0):
        note(answer.wsgi_request, answer, 0.01)
    assert measuring.notes[-1].who.person == cast.bob.pk  # type: ignore[union-attr]  # a look
