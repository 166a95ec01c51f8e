"""The commands of an operator: what they print, what they refuse, and with which exit code."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from seconder.cli import COMMANDS, overview
from seconder.cli.tests.installation import Commands
from seconder.cli.tests.installation import seconder as alone


def test_the_help_names_every_command() -> None:
    for noun, (_, line) in COMMANDS.items():
        assert noun in overview()
        assert line in overview()


def test_wrong_usage_is_one_line_and_exit_code_2(seconder: Commands) -> None:
    assert "Missing command. See `seconder people --help`" in seconder.refused("people", code=2)
    assert "--name" in seconder.refused("organizations", "create", "x", code=2)


def test_a_mistyped_command_is_met_with_what_was_meant(data_dir: Path) -> None:
    ended = alone(data_dir, "peple")
    assert ended.returncode == 2
    assert "did you mean people?" in ended.stderr


def test_people_join_with_a_role_and_teams(seconder: Commands) -> None:
    eve = seconder.answer(
        *("people", "create", "eve@example.com", "--name", "Eve", "--organization", "acme"),
        *("--role", "reviewer", "--team", "finance", "--team", "legal"),
    )
    assert (eve["email"], eve["role"], eve["teams"]) == ("eve@example.com", "reviewer", ["finance", "legal"])
    assert eve in seconder.answer("people", "list")
    assert "eve@example.com" in seconder.done("people", "list")
    again = (
        "people",
        "create",
        "EVE@example.com",
        "--name",
        "Eve",
        "--organization",
        "acme",
        "--role",
        "member",
    )
    assert "is in acme already, as reviewer" in seconder.refused(*again)
    assert "no organization 'nowhere'" in seconder.refused(*again[:6], "nowhere", *again[7:])
    assert "is not a role" in seconder.refused(*again[:-1], "king", code=2)


def test_a_slug_is_taken_once(seconder: Commands) -> None:
    assert "is an organization's already" in seconder.refused(
        "organizations", "create", "acme", "--name", "Other"
    )
    assert "SLUG" in seconder.refused("organizations", "create", "a b", "--name", "Other", code=2)
    assert slugs(seconder) == ["acme"]


def test_a_key_is_shown_once_and_can_be_revoked(seconder: Commands) -> None:
    seconder.done(
        *("people", "create", "kim@example.com", "--name", "Kim", "--organization", "acme", "--role", "owner")
    )
    make = ("keys", "create", "--person", "kim@example.com", "--organization", "acme")
    made = seconder.answer(*make, "--scopes", "runs.start,runs.read")
    assert made.keys() == {"id", "key"}
    assert made["key"].startswith("sec_")
    listed = seconder.done("keys", "list", "--json")
    assert made["key"] not in listed
    assert made["id"] in listed
    assert seconder.answer("keys", "revoke", made["id"])["revoked_at"]
    assert "is not a scope" in seconder.refused(*make, "--scopes", "everything", code=2)
    assert "seconder keys list" in seconder.refused("keys", "revoke", "0" * 8 + "-0000-0000-0000-" + "0" * 12)


def test_a_sign_in_link_is_of_one_known_person(seconder: Commands) -> None:
    seconder.done(
        *(
            "people",
            "create",
            "lea@example.com",
            "--name",
            "Lea",
            "--organization",
            "acme",
            "--role",
            "member",
        )
    )
    first, second = (seconder.answer("people", "sign-in-link", "lea@example.com")["url"] for _ in range(2))
    assert first.startswith("http://127.0.0.1:8000/sign-in/")
    assert first != second
    assert "Nobody here" in seconder.refused("people", "sign-in-link", "nobody@example.com")


def test_the_doctor_says_what_it_checked(seconder: Commands) -> None:
    code, printed, _ = seconder.run("doctor", "--json")
    report = json.loads(printed)
    assert report["database"]["url"].startswith("postgresql://")
    assert {"seconder", "python", "postgresql"} <= report["versions"].keys()
    wrong = [check["name"] for check in report["checks"] if not check["ok"]]
    assert wrong == ["people"], "acme has no owner"
    assert (code, report["ok"]) == (1, False)


def test_the_doctor_names_a_database_that_does_not_answer(data_dir: Path) -> None:
    elsewhere = "postgresql://me:s3cret@127.0.0.1:1/none"
    said = alone(data_dir, "doctor", SECONDER_DATABASE_URL=elsewhere, SECONDER_SECRET_KEY="k" * 40)
    assert said.returncode == 1
    assert "WRONG  database" in said.stdout
    assert "SECONDER_DATABASE_URL" in said.stdout
    assert "s3cret" not in said.stdout + said.stderr


def test_a_database_without_tables_is_not_a_traceback(data_dir: Path) -> None:
    said = alone(data_dir, "people", "list")
    assert said.returncode == 1
    assert said.stderr.startswith("seconder: ")
    assert "run `seconder migrate`" in said.stderr


def test_a_backup_comes_back_only_under_its_key_and_never_over_something(
    seconder: Commands, tmp_path: Path, settings: Settings
) -> None:
    file = tmp_path / "backup.tar"
    seconder.done("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "choose another name" in seconder.refused("backup", str(file))
    assert "--force" in seconder.refused("restore", str(file))

    seconder.done("organizations", "create", "later", "--name", "Later")
    key, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 8
    assert "another SECRET_KEY" in seconder.refused("restore", str(file), "--force")
    settings.SECRET_KEY = key
    seconder.done("restore", str(file), "--force")
    assert slugs(seconder) == ["acme"]

    file.write_bytes(file.read_bytes()[:2000])
    assert "damaged" in seconder.refused("restore", str(file), "--force")
    assert slugs(seconder) == ["acme"]


def slugs(seconder: Commands) -> list[str]:
    return [each["slug"] for each in seconder.answer("organizations", "list")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_backup_into_a_closed_folder_is_refused(seconder: Commands, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(0o500)
    assert "choose a folder" in seconder.refused("backup", str(tmp_path / "closed" / "b.tar"))
