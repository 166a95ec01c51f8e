"""Answering people about their data at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from seconder.accounts.models import Person
from seconder.cli.tests.installation import Commands


@pytest.fixture(autouse=True)
def _ledger(settings: Settings, tmp_path: Path) -> None:
    settings.ERASURES = tmp_path / "erasures"


@pytest.mark.clause("G-01")
def test_a_person_is_erased_once_the_operator_has_seen_what_goes(seconder: Commands, tmp_path: Path) -> None:
    for name, role in (("kim", "owner"), ("eve", "builder")):
        seconder.done(
            "people",
            "create",
            f"{name}@example.com",
            "--name",
            name,
            "--organization",
            "acme",
            "--role",
            role,
        )
    shown = seconder.done("privacy", "erase", "eve@example.com")
    assert "1  Your account: deleted" in shown
    assert "acme: nothing to hand over; goes to kim@example.com" in shown
    assert "Nothing was done" in shown
    assert Person.objects.filter(email="eve@example.com").exists()
    assert "no organization 'nowhere'" in seconder.refused(
        "privacy", "erase", "eve@example.com", "--to", "nowhere=kim@example.com", "--yes"
    )
    plan = seconder.answer("privacy", "erase", "eve@example.com")
    assert plan["organizations"] == [{"organization": "acme", "things": [], "to": "kim@example.com"}]
    copy = tmp_path / "copy.zip"
    assert seconder.answer("privacy", "export", "eve@example.com", str(copy))["bytes"] == copy.stat().st_size
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "File exists" in seconder.refused("privacy", "export", "eve@example.com", str(copy))
    done = seconder.answer("privacy", "erase", "eve@example.com", "--to", "acme=kim@example.com", "--yes")
    assert (done["state"], done["remarks"]) == ("ended", [])
    assert done["rows"] >= 2
    assert not Person.objects.filter(email="eve@example.com").exists()
    assert "Nothing is held" in seconder.refused("privacy", "erase", "eve@example.com")
