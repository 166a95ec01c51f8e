"""The register of incidents: what is written stays, the clock runs, drafts are made, nothing is closed too early."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django_scopes import scope, scopes_disabled
from hypothesis import given
from hypothesis import strategies as st

from seconder.core.clock import now
from seconder.core.data_map import data_map
from seconder.core.refusals import AlreadyFinished, Conflict, Invalid, NotAllowed
from seconder.events.models import Event
from seconder.privacy.incidents import register
from seconder.privacy.incidents.clock import Clock, clock
from seconder.privacy.incidents.kinds_of_data import KINDS
from seconder.privacy.incidents.register import Known
from seconder.privacy.models import Entry, Incident
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
Answer = Any  # Any: what the test client answers, which has no name of its own


def _form(**changed: object) -> dict[str, object]:
    return {
        "title": "Mail to the wrong list",
        "description": "A list of addresses went to another customer.",
        "aware_at": f"{now() - 2 * HOUR:%Y-%m-%dT%H:%M}",
        "role": "controller",
        "risk": "unknown",
        **changed,
    }


def _open(client: Client, **changed: object) -> str:
    """The path of a new incident's page."""
    opened = client.post("/demo/incidents/new/", _form(**changed))
    assert opened.status_code == 303, opened.content.decode()
    return str(opened["Location"])


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return enter(client, cast.alice)


@pytest.mark.clause("V-12")
def test_from_opening_to_closing(alice: Client, cast: Cast) -> None:
    assert b"Nothing has happened" in alice.get("/demo/incidents/").content
    there = _open(alice)
    shown = alice.get(there).content.decode()
    assert "1. Mail to the wrong list" in shown
    assert re.search(r"2 days 21 h left to tell the authority", shown)
    changed = _form(risk="high", people="1200", kinds=["contact", "names"], measures="Recalled.")
    assert alice.post(f"{there}changes/", changed)["Location"] == there
    alice.post(f"{there}entries/", {"text": "The customer has confirmed the deletion."})
    for to in ("authority", "people"):
        told = alice.post(f"{there}notices/", {"to": to, "happened_at": "", "how": "By its form."})
        assert told["Location"] == there
    assert alice.post(f"{there}closure/", {"lessons": "Lists are checked by two."})["Location"] == there
    shown = alice.get(there).content.decode()
    for said in (
        "Opened the incident", "Changed what is known: risk, kinds, people, measures", "risk: unknown",
        "The customer has confirmed the deletion.", "Told the supervisory authority", "Told the people concerned",
        "Closed the incident", "Lists are checked by two.", "The authority was told 2 h",
    ):  # fmt: skip
        assert said in shown, said
    assert shown.count("Alice") >= 6
    assert alice.post(f"{there}entries/", {"text": "Late."}).status_code == 422
    assert alice.post(f"{there}reopening/", {"why": "It happened again."})["Location"] == there
    assert alice.post(f"{there}entries/", {"text": "Not too late."}).status_code == 303
    printed = alice.get(f"{there}record/").content.decode()
    assert "Not too late." in printed
    assert "<form" not in printed.partition("<main")[2].partition("</main>")[0]


def test_incidents_are_numbered_by_organization(alice: Client, cast: Cast) -> None:
    _open(alice)
    _open(alice, title="Another")
    charlie = enter(Client(), cast.charlie)
    charlie.post("/elsewhere/incidents/new/", _form())
    with scopes_disabled():
        found = Incident.objects.order_by("pk").values_list("organization__slug", "number")
        assert list(found) == [("demo", 1), ("demo", 2), ("elsewhere", 1)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": " "}, "required"),
        ({"description": ""}, "required"),
        ({"aware_at": ""}, "required"),
        ({"aware_at": "yesterday"}, "valid date/time"),
        ({"aware_at": "2099-01-01T00:00"}, "has not happened yet"),
        ({"began_at": "2099-01-01T00:00"}, "has not happened yet"),
        ({"began_at": f"{now():%Y-%m-%dT%H:%M}"}, "known before it began"),
        ({"began_at": "2026-01-02T00:00", "ended_at": "2026-01-01T00:00"}, "ended before it began"),
        ({"kinds": ["souls"]}, "Select a valid choice"),
        ({"people": "-3"}, "greater than or equal to 0"),
        ({"people": "many"}, "whole number"),
        ({"risk": "huge"}, "Select a valid choice"),
        ({"title": "x" * 201}, "at most 200"),
        ({"description": "x" * 20_001}, "at most 20000"),
        ({"colour": "red"}, "no field"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_opened(
    alice: Client, changed: dict[str, object], said: str
) -> None:
    refused = alice.post("/demo/incidents/new/", _form(**changed))
    assert (refused.status_code, said in refused.content.decode()) == (422, True)
    with scopes_disabled():
        assert not Incident.objects.exists()


def test_what_is_wrong_beside_an_incident_is_said_on_its_page(alice: Client) -> None:
    there = _open(alice)
    for path, sent, said in (
        ("entries", {"text": " "}, "required"),
        ("notices", {"to": "press"}, "Select a valid choice"),
        ("notices", {"to": "people", "happened_at": "2000-01-01T00:00"}, "told before it was known"),
        ("closure", {"lessons": "x"}, "how large the risk to people is"),
        ("reopening", {"why": "x"}, "This incident is open"),
    ):
        refused = alice.post(f"{there}{path}/", sent)
        assert (refused.status_code, said in refused.content.decode()) == (422, True), path
    with scopes_disabled():
        assert Entry.objects.count() == 1


def test_only_who_keeps_the_register_sees_it(alice: Client, cast: Cast) -> None:
    there = _open(alice)
    bob, charlie = enter(Client(), cast.bob), enter(Client(), cast.charlie)
    for path in ("", "record/", "drafts/authority/", "changes/"):
        assert bob.get(f"{there}{path}").status_code == 403
        assert charlie.get(f"{there}{path}").status_code == 404
        elsewhere = there.replace("/demo/", "/elsewhere/")
        assert charlie.get(f"{elsewhere}{path}").status_code == 404
    with scope(organization=cast.demo.pk), pytest.raises(NotAllowed):
        register.note(cast.actor("bob"), Incident.objects.get(), "x")


def test_lines_of_the_history_never_change(alice: Client) -> None:
    _open(alice)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Entry.objects.update(kind="closed")


def _known(**changed: object) -> Known:
    said: dict[str, Any] = {
        "title": "x",
        "description": "x",
        "aware_at": now() - HOUR,
    }  # Any: fields of Known
    return Known(**{**said, **changed})


def test_it_is_not_closed_before_those_were_told_who_must_be(cast: Cast) -> None:
    alice = cast.actor("alice", "web")
    with scope(organization=cast.demo.pk):
        incident = register.open_incident(alice, _known(risk="risk"))
        with pytest.raises(Conflict, match="authority must be told"):
            register.close(alice, incident, "x")
        register.notified(alice, incident, "authority", None)
        register.change(alice, incident, _known(risk="high", aware_at=incident.aware_at))
        with pytest.raises(Conflict, match="people concerned must be told"):
            register.close(alice, incident, "x")
        register.notified(alice, incident, "people", None)
        register.close(alice, incident, "x")
        with pytest.raises(AlreadyFinished):
            register.change(alice, incident, _known())
        harmless = register.open_incident(alice, _known(risk="none"))
        register.close(alice, harmless, "x")
        processing = register.open_incident(alice, _known(risk="high", role="processor"))
        register.close(alice, processing, "x")


def test_telling_the_authority_late_needs_the_reason(cast: Cast) -> None:
    alice = cast.actor("alice", "web")
    with scope(organization=cast.demo.pk):
        incident = register.open_incident(alice, _known(aware_at=now() - 80 * HOUR))
        with pytest.raises(Invalid, match="Say why"):
            register.notified(alice, incident, "authority", None)
        entry = register.notified(
            alice, incident, "authority", None, "The night shift did not know whom to ask."
        )
        assert entry.facts == {"to": "authority", "late": True}
        assert clock(incident, [entry]).state == "late"
        in_time = register.notified(alice, incident, "authority", now() - 20 * HOUR)
        assert in_time.facts["late"] is False


def _clock(
    hours: float, *, role: str = "controller", risk: str = "risk", told: dict[str, float] | None = None
) -> Clock:
    """Of an incident that was known so many hours ago; `told`: whom so many hours after that."""
    aware_at = now() - timedelta(hours=hours)
    entries = [
        Entry(kind="notified", facts={"to": to}, happened_at=aware_at + timedelta(hours=after))
        for to, after in (told or {}).items()
    ]
    return clock(Incident(aware_at=aware_at, role=role, risk=risk), entries)


@pytest.mark.parametrize(
    ("found", "state", "said"),
    [
        (lambda: _clock(1), "waiting", "left to tell the authority"),
        (lambda: _clock(49), "soon", "h"),
        (lambda: _clock(73), "over", "ended 1 h"),
        (lambda: _clock(10, told={"authority": 5}), "succeeded", "told 5 h after"),
        (lambda: _clock(100, told={"authority": 80}), "late", "3 days 8 h after it was known, which was late"),
        (lambda: _clock(100, risk="none"), "skipped", "No risk to people"),
        (lambda: _clock(1, risk="unknown"), "waiting", "left"),
        (lambda: _clock(100, role="processor"), "waiting", "Tell the customer without delay"),
        (lambda: _clock(100, role="processor", told={"customer": 2}), "succeeded", "told 2 h after"),
        (lambda: _clock(1, told={"people": 0.5}), "waiting", "left to tell the authority"),
    ],
)  # fmt: skip
def test_how_the_clock_stands(found: Any, state: str, said: str) -> None:  # Any: makes it when it runs
    made = found()
    assert (made.state, said in made.text) == (state, True), made


@given(st.floats(0.01, 500), st.floats(0.01, 500))
@pytest.mark.clause("G-12")
@pytest.mark.invariant("N01")
def test_the_clock_says_late_exactly_beyond_72_hours(hours: float, after: float) -> None:
    made = _clock(hours + after, told={"authority": after})
    assert made.state == ("late" if after > 72 else "succeeded")


def test_the_page_asks_for_its_clock_anew(alice: Client) -> None:
    there = _open(alice)
    assert f'hx-get="{there}?part=clock"' in alice.get(there).content.decode()
    part = alice.get(f"{there}?part=clock").content.decode()
    assert "left to tell the authority" in part
    assert "<html" not in part


def test_drafts_say_what_is_known_and_mark_what_is_not(alice: Client) -> None:
    there = _open(alice, kinds=["contact"], people="1200")
    shown = alice.get(f"{there}drafts/authority/").content.decode()
    for said in (
        "Art. 33 GDPR",
        "Demo",
        "demo-1",
        "A list of addresses went",
        "E-mail addresses",
        "about 1,200",
    ):
        assert said in shown, said
    assert "[what may follow for the people concerned]" in shown
    file = alice.get(f"{there}drafts/people/?file")
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file["Content-Disposition"] == 'attachment; filename="demo-incident-1-people.txt"'
    assert "Something happened to your data at Demo" in file.content.decode()
    assert "as processor" in alice.get(f"{there}drafts/customer/").content.decode()
    assert alice.get(f"{there}drafts/press/").status_code == 404
    with scopes_disabled():
        Incident.objects.update(aware_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert "because: [reasons]" in alice.get(f"{there}drafts/authority/").content.decode()


def test_text_is_not_readable_in_the_tables_nor_in_the_record(alice: Client, cast: Cast) -> None:
    there = _open(alice, description="canary-description")
    alice.post(f"{there}entries/", {"text": "canary-entry"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text || e::text FROM privacy_incident i, privacy_entry e")
        stored = "".join(row[0] for row in cursor.fetchall())
    for clear in ("canary", "Mail to the wrong list"):
        assert clear not in stored
        assert clear.encode().hex() not in stored
    with scope(organization=cast.demo.pk):
        events = list(Event.objects.order_by("pk").values_list("name", "facts"))
    assert [name for name, _ in events] == ["incident.opened", "incident.noted"]
    assert "canary" not in str(events)


def test_every_category_that_is_declared_has_a_kind_that_people_can_name() -> None:
    stands_for = [category for _, categories in KINDS.values() for category in categories]
    declared = {datum.category for table in data_map().values() for datum in table.values() if datum}
    unnamed = {
        each for each in declared if not any(each == one or each.startswith(f"{one}.") for one in stands_for)
    }
    assert not unnamed


def test_the_api_says_and_takes_the_same(client: Client, cast: Cast) -> None:
    bearer = cast.bearer("alice")

    def call(method: str, path: str, said: object = None) -> Answer:
        return client.generic(
            method, f"/api/v1/incidents{path}", json.dumps(said) if said is not None else "", "application/json",
            headers=bearer,
        )  # fmt: skip

    said = {"title": "Lost laptop", "description": "Encrypted.", "aware_at": "2026-11-24T10:00:00Z"}
    made = call("POST", "", said)
    assert made.status_code == 201
    here = f"/{made.json()['id']}"
    assert made["Location"] == f"/api/v1/incidents{here}"
    assert (made.json()["number"], made.json()["status"], made.json()["clock"]["due_at"]) == (
        1,
        "open",
        "2026-11-27T10:00:00Z",
    )
    assert call("PUT", here, {**said, "risk": "none"}).json()["risk"] == "none"
    assert call("POST", f"{here}/entries", {"text": "Found again."}).status_code == 201
    told = call("POST", f"{here}/notices", {"to": "people"}).json()
    assert [entry["kind"] for entry in told["entries"]] == ["opened", "changed", "noted", "notified"]
    assert told["entries"][0]["by"]["email"] == "alice@example.com"
    assert "Encrypted." in call("GET", f"{here}/drafts/customer").json()["text"]
    assert call("GET", f"{here}/drafts/press").status_code == 404
    closed = call("POST", f"{here}/closure", {"lessons": "None."}).json()
    assert (closed["status"], closed["lessons"]) == ("closed", "None.")
    assert call("POST", f"{here}/entries", {"text": "More."}).json()["type"].endswith("/already-finished")
    assert call("POST", f"{here}/reopening", {"why": "Gone again."}).json()["status"] == "open"
    listed = call("GET", "").json()["items"]
    assert [one["title"] for one in listed] == ["Lost laptop"]
    for wrong, path in (
        ({**said, "aware_at": "2026-11-24T10:00:00"}, "aware_at"),
        ({**said, "kinds": ["souls"]}, "kinds"),
        ({**said, "more": 1}, "more"),
        ({}, "title"),
    ):
        refused = call("POST", "", wrong)
        assert (refused.status_code, refused.json()["path"]) == (422, path)
    assert client.get("/api/v1/incidents", headers=cast.bearer("bob")).status_code == 403
    assert client.get(f"/api/v1/incidents{here}", headers=cast.bearer("charlie")).status_code == 404
