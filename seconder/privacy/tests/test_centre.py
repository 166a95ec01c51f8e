"""A person's own page about their data: what is held of them, a copy to take away, and deleting the account."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django_scopes import scopes_disabled
from pytest_django.fixtures import Settings

from seconder.accounts.models import Person
from seconder.agents.publishing import publish
from seconder.core.clock import now
from seconder.core.owners import data
from seconder.privacy import jobs
from seconder.privacy.erasure import performing
from seconder.privacy.models import Erasure, Export, ExportPart
from seconder.privacy.tests.erasing import left_of, settle
from seconder.runs.tests.conftest import Stage, stage
from seconder.testing import deliver, enter, let_proof_age

__all__ = ["stage"]


@pytest.fixture(autouse=True)
def _ledger(settings: Settings, tmp_path: Path) -> None:
    settings.ERASURES = tmp_path / "erasures"


def taken(client: Client, person: Person) -> zipfile.ZipFile:
    """Asks for a copy as the person does, and takes it away."""
    assert client.post("/account/privacy/export/").status_code == 303
    made = Export.objects.get(person_id=person.pk, state="waiting")
    jobs.export(str(made.pk))
    (link,) = re.findall(
        r"/account/privacy/export/[0-9a-f-]{36}/", client.get("/account/privacy/export/").content.decode()
    )
    answer = client.get(link)
    assert answer["Cache-Control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.mark.clause("G-01", "C-02")
@pytest.mark.invariant("I11", "I12")
def test_a_copy_holds_all_that_is_theirs_and_nothing_that_is_not(stage: Stage, client: Client) -> None:
    dana, words = settle(stage)
    stage.cast.add("erin", "builder")
    _, others = settle(stage, "erin")
    enter(client, dana)
    archive = taken(client, dana)
    texts = {name: archive.read(name).decode() for name in archive.namelist()}
    whole = "\n".join(texts.values())
    for word in words:
        assert word in whole, word
        assert word in texts["index.html"], word
    assert not {name: word for name, text in texts.items() for word in others if word in text}
    for name in ("alice", "bob", "erin"):
        assert str(stage.cast.people[name].pk) not in whole
    assert stage.cast.people["bob"].email not in whole
    assert "hash" not in json.loads(texts["data/accounts.apikey.json"])[0]

    schema = json.loads(texts["schema.json"])
    assert schema["format"] == "seconder-export/1"
    for label, table in schema["tables"].items():
        rows = json.loads(texts[f"data/{label}.json"])
        assert len(rows) == table["rows"]
        assert {column for row in rows for column in row} <= table["columns"].keys() | {"id", "organization"}
        assert all(told["label"] for told in table["columns"].values())
    declared = {model for model, _, datum in data() if datum.owner}
    assert set(schema["tables"]) <= declared

    (file,) = [name for name in texts if name.startswith("agents/")]
    taken_in = publish(stage.cast.actor("charlie"), texts[file].encode())
    assert taken_in.agent.owner_id == stage.cast.people["charlie"].pk

    performing.perform(performing.ask(dana, heirs={}, asked_by=None, grace=timedelta(0)).pk)
    kept = {line.split(".")[0] for line in left_of(*words)}
    assert kept == set()
    assert not ExportPart.objects.exists()


def test_only_who_is_there_takes_a_copy_and_only_their_own(stage: Stage, client: Client) -> None:
    dana = stage.cast.people["dana"]
    enter(client, dana)
    taken(client, dana)
    assert "is ready" in deliver(dana.email)[-1]
    link = f"/account/privacy/export/{Export.objects.get().pk}/"
    assert enter(Client(), stage.cast.bob).get(link).status_code == 404
    let_proof_age(client)
    assert client.get(link).status_code == 302
    assert client.post("/account/privacy/export/").status_code == 302
    assert Export.objects.count() == 1
    content = bytes(ExportPart.objects.get().content)
    assert b"index.html" not in content
    enter(client, dana)
    for hours, state in ((0, "waiting"), (2, "failed")):
        client.post("/account/privacy/export/")
        Export.objects.filter(state="waiting").update(asked_at=now() - timedelta(hours=hours))
        client.post("/account/privacy/export/")
        assert Export.objects.filter(state=state).count() == 1
    assert "could not be made" in client.get("/account/privacy/export/").content.decode()
    Export.objects.update(expires_at="2026-01-01T00:00Z")
    assert client.get(link).status_code == 404


@pytest.mark.clause("G-01")
def test_the_page_says_what_is_held_how_long_and_what_for(stage: Stage, client: Client) -> None:
    dana, _ = settle(stage)
    page = enter(client, dana).get("/account/privacy/").content.decode()
    assert "Runs that you asked for" in page
    assert "until a year after the run has ended" in page
    assert "Do the work that a person gave to an agent" in page
    assert "What you decided" not in page  # nothing of that kind


@pytest.mark.clause("G-01")
@pytest.mark.invariant("E05", "E08")
def test_an_account_is_deleted_by_who_proves_it_and_types_its_address(stage: Stage, client: Client) -> None:
    dana, alice = stage.cast.people["dana"], stage.cast.alice
    stage.publish({"id": "ask", "review": {"question": "Fine?", "assign": {"people": ["bob@example.com"]}}})
    enter(client, dana)
    page = client.get("/account/privacy/deletion/").content.decode()
    assert "Your account" in page
    assert "1 agents" in page
    assert "bob@example.com" not in page  # a reviewer cannot take over an agent
    form = {"when": "later", "heir-demo": str(alice.pk), "address": dana.email}
    for wrong in (
        {"address": "dana"},
        {"heir-demo": str(stage.cast.bob.pk)},
        {"extra": "x"},
        {"when": "never"},
    ):
        assert client.post("/account/privacy/deletion/", form | wrong).status_code == 422
    let_proof_age(client)
    assert client.post("/account/privacy/deletion/", form).status_code == 302
    assert not Erasure.objects.exists()

    enter(client, dana)
    assert client.post("/account/privacy/deletion/", form).status_code == 303
    assert "Keep my account" in client.get("/account/privacy/deletion/").content.decode()
    assert client.post("/account/privacy/deletion/withdrawal/").status_code == 303
    assert Erasure.objects.get().state == "withdrawn"
    assert client.post("/account/privacy/deletion/withdrawal/").status_code == 409

    gone = client.post("/account/privacy/deletion/", form | {"when": "now"})
    assert (gone.status_code, gone["Location"]) == (302, "/sign-in/")
    assert gone["Clear-Site-Data"]
    jobs.erase(str(Erasure.objects.get(state="waiting").pk))
    assert Erasure.objects.get(state="ended").counts["accounts.person"] == 1
    assert client.get("/account/privacy/").status_code == 302
    with scopes_disabled():
        assert not Person.objects.filter(pk=dana.pk).exists()


def test_a_guest_learns_no_names_from_the_way_out(stage: Stage, client: Client) -> None:
    guest = stage.cast.add("gus", "guest")
    page = enter(client, guest).get("/account/privacy/deletion/").content.decode()
    assert "Demo" in page
    assert "Who takes over" not in page
    assert "Alice" not in page
    assert (
        client.post("/account/privacy/deletion/", {"when": "later", "address": guest.email}).status_code
        == 303
    )
