"""The commands of an operator: what they print, what they refuse, and with which exit code."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from seconder.cli import COMMANDS, overview
from seconder.cli.tests.installation import Installation


def test_the_help_names_every_command() -> None:
    for noun, (_, line) in COMMANDS.items():
        assert noun in overview()
        assert line in overview()


def test_wrong_usage_is_one_line_and_exit_code_2(installation: Installation) -> None:
    assert "did you mean people?" in installation.refused("peple", code=2)
    assert "Missing command. See `seconder people --help`" in installation.refused("people", code=2)
    assert "--name" in installation.refused("organizations", "create", "x", code=2)


def test_people_join_with_a_role_and_teams(installation: Installation) -> None:
    eve = installation.answer(
        *("people", "create", "eve@example.com", "--name", "Eve", "--organization", "acme"),
        *("--role", "reviewer", "--team", "finance", "--team", "legal"),
    )
    assert (eve["email"], eve["role"], eve["teams"]) == ("eve@example.com", "reviewer", ["finance", "legal"])
    assert eve in installation.answer("people", "list")
    assert "eve@example.com" in installation.done("people", "list")
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
    assert "is in acme already, as reviewer" in installation.refused(*again)
    assert "no organization 'nowhere'" in installation.refused(*again[:6], "nowhere", *again[7:])
    assert "is not a role" in installation.refused(*again[:-1], "king", code=2)


def test_a_slug_is_taken_once(installation: Installation) -> None:
    assert "choose another slug" in installation.refused("organizations", "create", "acme", "--name", "Other")
    assert "SLUG" in installation.refused("organizations", "create", "a b", "--name", "Other", code=2)
    assert [each["slug"] for each in installation.answer("organizations", "list")] == ["acme"]


def test_a_key_is_shown_once_and_can_be_revoked(installation: Installation) -> None:
    installation.done(
        *("people", "create", "kim@example.com", "--name", "Kim", "--organization", "acme", "--role", "owner")
    )
    make = ("keys", "create", "--person", "kim@example.com", "--organization", "acme")
    made = installation.answer(*make, "--scopes", "runs.start,runs.read")
    assert made.keys() == {"id", "key"}
    assert made["key"].startswith("sec_")
    listed = installation.done("keys", "list", "--json")
    assert made["key"] not in listed
    assert made["id"] in listed
    assert installation.answer("keys", "revoke", made["id"])["revoked_at"]
    assert "is not a scope" in installation.refused(*make, "--scopes", "everything", code=2)
    assert "seconder keys list" in installation.refused(
        "keys", "revoke", "0" * 8 + "-0000-0000-0000-" + "0" * 12
    )


def test_a_sign_in_link_is_of_one_known_person(installation: Installation) -> None:
    installation.done(
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
    first, second = (
        installation.answer("people", "sign-in-link", "lea@example.com")["url"] for _ in range(2)
    )
    assert first.startswith("http://127.0.0.1:8000/sign-in/")
    assert first != second
    assert "Nobody here" in installation.refused("people", "sign-in-link", "nobody@example.com")


def test_the_doctor_says_what_it_checked(installation: Installation) -> None:
    found = installation.run("doctor", "--json")
    report = json.loads(found.stdout)
    assert report["database"]["url"].startswith("postgresql://")
    assert {"seconder", "python", "postgresql"} <= report["versions"].keys()
    oks = {check["name"]: check["ok"] for check in report["checks"]}
    assert oks["database"]
    assert oks["tables"]
    assert oks["secret_key"]
    assert found.returncode == (0 if all(oks.values()) else 1)


def test_the_doctor_names_a_database_that_does_not_answer(data_dir: Path) -> None:
    said = Installation(data_dir).run(
        "doctor",
        SECONDER_DATABASE_URL="postgresql://me:s3cret@127.0.0.1:1/none",
        SECONDER_SECRET_KEY="k" * 40,
    )
    assert said.returncode == 1
    assert "WRONG  database" in said.stdout
    assert "SECONDER_DATABASE_URL" in said.stdout
    assert "s3cret" not in said.stdout + said.stderr


def test_a_database_without_tables_is_not_a_traceback(data_dir: Path) -> None:
    assert "run `seconder migrate`" in Installation(data_dir).refused("people", "list")


def test_a_backup_comes_back_only_under_its_key_and_never_over_something(
    installation: Installation, data_dir: Path
) -> None:
    file = data_dir / "backup.tar"
    installation.done("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "choose another name" in installation.refused("backup", str(file))
    assert "--force" in installation.refused("restore", str(file))

    other = Installation(data_dir / "var")
    assert "another SECRET_KEY" in other.refused("restore", str(file))
    key = (installation.data_dir / "secrets" / "secret_key").read_text()
    (other.data_dir / "secrets" / "secret_key").write_text(key)
    other.done("restore", str(file))
    assert other.answer("people", "list") == installation.answer("people", "list")
    other.done("organizations", "create", "later", "--name", "Later")
    other.done("restore", str(file), "--force")
    assert [each["slug"] for each in other.answer("organizations", "list")] == ["acme"]

    file.write_bytes(file.read_bytes()[:2000])
    assert "damaged" in other.refused("restore", str(file), "--force")
    assert [each["slug"] for each in other.answer("organizations", "list")] == ["acme"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_backup_into_a_closed_folder_is_refused(installation: Installation, data_dir: Path) -> None:
    (data_dir / "closed").mkdir(0o500)
    assert "choose a folder" in installation.refused("backup", str(data_dir / "closed" / "b.tar"))
