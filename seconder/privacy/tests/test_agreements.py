"""Agreements: recorded by an owner, never changed, and the one that holds today is the one that is answered."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.core.clock import now
from seconder.events.models import Event
from seconder.privacy.agreements.recording import Terms, record_version
from seconder.privacy.models import Agreement
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
TODAY = now().date()
FORM = {
    "standing": "customer",
    "version": "2026-11",
    "text": "We process what you bring, for nothing else.",
    "region": "eea",
    "purposes": ["service.runs", "service.reviews"],
    "notice_days": "30",
    "signed_by": "Jane Doe, Acme GmbH\nJohn Roe, Seconder Hosting",
    "signed_on": TODAY.isoformat(),
    "effective_from": TODAY.isoformat(),
}
Answer = Any  # Any: what the test client answers, which has no name of its own


def _post(client: Client, **changed: object) -> Answer:
    return client.post("/demo/agreements/new/", {**FORM, **changed})


def _terms(**changed: object) -> Terms:
    said: dict[str, Any] = {  # Any: fields of Terms
        "standing": "customer",
        "version": "1",
        "region": "eea",
        "purposes": ["service.runs"],
        "notice_days": 30,
        "signed_by": ["Jane Doe, Acme GmbH"],
        "signed_on": TODAY,
        "effective_from": TODAY,
        "text": "terms",
    }
    return Terms(**{**said, **changed})


def _sign(cast: Cast, **changed: object) -> Agreement:
    with scope(organization=cast.demo.pk):
        return record_version(cast.actor("alice", "web"), _terms(**changed))


@pytest.mark.clause("P-02")
def test_an_owner_records_one_and_admins_read_it(client: Client, cast: Cast) -> None:
    enter(client, cast.alice)
    assert b"No agreement is in force" in client.get("/demo/agreements/").content
    assert _post(client)["Location"] == "/demo/agreements/"
    shown = client.get("/demo/agreements/").content.decode()
    for said in (
        "Version 2026-11",
        "The European Economic Area",
        "Jane Doe, Acme GmbH",
        "30 days",
        "In force",
    ):
        assert said in shown, said
    found = Agreement.in_force(cast.demo)
    assert found
    assert found.document_hash == hashlib.sha256(str(FORM["text"]).encode()).hexdigest()
    whole = client.get(f"/demo/agreements/{found.pk}/").content.decode()
    assert "for nothing else" in whole
    cast.add("adam", "admin")
    admin = enter(Client(), cast.people["adam"])
    assert admin.get("/demo/agreements/").status_code == 200
    assert (admin.get("/demo/agreements/new/").status_code, _post(admin, version="2").status_code) == (
        403,
        403,
    )
    assert enter(Client(), cast.bob).get("/demo/agreements/").status_code == 403
    assert enter(Client(), cast.charlie).get(f"/demo/agreements/{found.pk}/").status_code == 404


def test_a_file_is_named_and_hashed_and_not_kept(client: Client, cast: Cast) -> None:
    enter(client, cast.alice)
    content = b"%PDF-1.7 canary-in-the-file"
    _post(client, text="", file=SimpleUploadedFile("DPA signed.pdf", content))
    found = Agreement.in_force(cast.demo)
    assert found
    assert (found.document_name, found.document) == ("DPA signed.pdf", "")
    assert found.document_hash == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": ""}, "one of the two"),
        ({"file": SimpleUploadedFile("x.pdf", b"x")}, "one of the two"),
        ({"text": "", "file": SimpleUploadedFile("x.pdf", b"")}, "empty"),
        ({"version": " "}, "required"),
        ({"standing": "king"}, "Select a valid choice"),
        ({"purposes": []}, "required"),
        ({"purposes": ["service.nothing"]}, "Select a valid choice"),
        ({"notice_days": "-1"}, "greater than or equal to 0"),
        ({"notice_days": "soon"}, "whole number"),
        ({"signed_on": (TODAY + timedelta(days=2)).isoformat()}, "has not come yet"),
        ({"signed_on": "yesterday"}, "valid date"),
        ({"effective_until": "2000-01-01"}, "ends before it begins"),
        ({"signed_by": "\n \n"}, "required"),
        ({"signed_by": "\n".join(f"Person {number}" for number in range(11))}, "1 to 10 people"),
        ({"owner": "x"}, "no field"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(
    client: Client, cast: Cast, changed: dict[str, object], said: str
) -> None:
    enter(client, cast.alice)
    refused = _post(client, **changed)
    assert (refused.status_code, said in refused.content.decode()) == (422, True)
    with scopes_disabled():
        assert not Agreement.objects.exists()


def test_a_version_is_recorded_once_and_never_changes(client: Client, cast: Cast) -> None:
    enter(client, cast.alice)
    _post(client)
    assert "is recorded already" in _post(client).content.decode()
    with scopes_disabled():
        for change in ({"version": "other"}, {"region": "us"}, {"effective_until": TODAY}):
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                Agreement.objects.update(**change)


def test_what_is_in_force_is_the_latest_that_has_begun_unless_it_has_ended(cast: Cast) -> None:
    day = date(2026, 1, 1)
    assert Agreement.in_force(cast.demo, day) is None
    for version, begins, ends in (("1", 0, None), ("2", 100, 150), ("3", 200, None)):
        until = day + timedelta(days=ends) if ends else None
        _sign(
            cast,
            version=version,
            effective_from=day + timedelta(days=begins),
            effective_until=until,
            signed_on=day,
        )

    def on(days: int) -> str | None:
        found = Agreement.in_force(cast.demo, day + timedelta(days=days))
        return found.version if found else None

    assert [on(days) for days in (-1, 0, 99, 100, 150, 151, 199, 200, 10_000)] == [
        None, "1", "1", "2", "2", None, None, "3", "3",
    ]  # fmt: skip
    assert Agreement.in_force(cast.elsewhere, day) is None


def test_of_two_from_the_same_day_the_later_recorded_holds(cast: Cast) -> None:
    _sign(cast, version="1")
    _sign(cast, version="1a")
    found = Agreement.in_force(cast.demo)
    assert found
    assert found.version == "1a"


def test_a_purpose_is_allowed_with_those_that_it_is_part_of() -> None:
    agreement = Agreement(purposes=["service.runs"])
    assert agreement.allows("service.runs")
    assert agreement.allows("service.runs.extra")
    assert not agreement.allows("service")
    assert not agreement.allows("service.running")
    assert Agreement(purposes=["service"]).allows("service.notifications")


def test_names_and_text_are_not_readable_in_the_table_nor_in_the_record(client: Client, cast: Cast) -> None:
    enter(client, cast.alice)
    _post(client)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a::text, encode(document, 'escape'), encode(signed_by, 'escape') FROM privacy_agreement a"
        )
        stored = str(cursor.fetchall())
    for clear in ("Jane Doe", "for nothing else"):
        assert clear not in stored
    with scope(organization=cast.demo.pk):
        event = Event.objects.get(name="agreement.recorded")
    assert event.facts["standing"] == "customer"
    assert "Jane" not in str(event.facts)


def test_the_api_says_and_takes_the_same(client: Client, cast: Cast) -> None:
    owner, admin = cast.bearer("alice"), cast.bearer("bob")
    said = {
        "standing": "controller",
        "version": "1",
        "text": "terms",
        "region": "any",
        "purposes": ["service"],
        "notice_days": 0,
        "signed_by": ["Jane Doe"],
        "signed_on": TODAY.isoformat(),
        "effective_from": TODAY.isoformat(),
    }
    made = client.post("/api/v1/agreements", said, "application/json", headers=owner)
    assert made.status_code == 201
    told = made.json()
    assert (told["version"], told["in_force"], told["signed_by"]) == ("1", True, ["Jane Doe"])
    assert client.get(made["Location"], headers=owner).json() == told
    assert client.get("/api/v1/agreements", headers=owner).json()["items"] == [told]
    assert client.get("/api/v1/agreements?in_force=true", headers=owner).json()["items"] == [told]
    assert client.post("/api/v1/agreements", said, "application/json", headers=owner).status_code == 409
    for wrong, path in (
        ({**said, "region": "moon"}, "region"),
        ({**said, "more": 1}, "more"),
        ({}, "standing"),
    ):
        refused = client.post("/api/v1/agreements", wrong, "application/json", headers=owner)
        assert (refused.status_code, refused.json()["path"]) == (422, path)
    assert client.get("/api/v1/agreements", headers=admin).status_code == 403
    service = {"Authorization": f"Bearer {cast.key('alice', is_service=True)}"}
    assert (
        client.post(
            "/api/v1/agreements", {**said, "version": "2"}, "application/json", headers=service
        ).status_code
        == 403
    )
