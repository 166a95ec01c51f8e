"""The environment is read whole, checked, and documented."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from seconder.core import environment, settings_page
from seconder.core.environment import FILE, PREFIX, VARIABLES, Misconfigured

ROOT = Path(__file__).resolve().parent.parent
KEY = "k" * 40
SHOW = (
    "import seconder.settings as s; print(s.SECRET_KEY, s.DATABASES['default']['HOST'], s.EMAIL_URL, sep='|')"
)


def settings(**environ: str) -> subprocess.CompletedProcess[str]:
    """What a new process makes of this environment."""
    return python("-c", SHOW, environ=environ)


def python(*words: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return subprocess.run(
        [sys.executable, *words],
        env=clean | dict(environ),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_reference_page_is_the_table() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    assert page == settings_page.table(), "print it anew: bin/seconder settings > docs/reference/settings.md"


def test_every_variable_is_read_and_documented() -> None:
    source = (ROOT / "seconder" / "settings.py").read_text()
    for variable in VARIABLES:
        assert variable.meaning.endswith((".", "`."))
        assert variable.default is not None or variable.default_in_words
        if variable.name not in ("URL", "API_KEY"):  # the command line's
            assert f'_given["{variable.name}"]' in source


def test_an_unknown_variable_is_named_with_what_was_meant() -> None:
    with pytest.raises(Misconfigured, match=r"SECONDER_DATABSE_URL .* did you mean SECONDER_DATABASE_URL"):
        environment.read({"SECONDER_DATABSE_URL": "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://u@h/n"),
        ("SECRET_KEY", "tiny"),
        ("BASE_URL", "www.acme.com"),
        ("BASE_URL", "https://example.com/path"),
        ("MODEL", "gpt"),
        ("MODEL_BASE_URL", "localhost:11434"),
        ("EMAIL_URL", "pigeon://coop"),
        ("OBJECT_STORE_URL", "ftp://h"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
        ("LOG_FORMAT", "xml"),
        ("SECURITY_CONTACT", "security@example.com"),
        ("SECURITY_CONTACT", "http://example.com/report"),
        ("SECURITY_CONTACT", "mailto:a@example.com, mailto:nobody"),
        ("SECURITY_CONTACT", "mailto:a@example.com\nPolicy: https://evil.example"),
    ],
)
def test_a_bad_value_is_refused_by_name_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        environment.read({PREFIX + name: value})
    assert str(refused.value).startswith(PREFIX + name)
    assert value not in str(refused.value).removeprefix(PREFIX + name)


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    assert environment.read({"SECONDER_SECRET_KEY_FILE": str(tmp_path / "key")})["SECRET_KEY"] == KEY
    with pytest.raises(Misconfigured, match=r"SECONDER_SECRET_KEY_FILE names .* No such file"):
        environment.read({"SECONDER_SECRET_KEY_FILE": str(tmp_path / "none")})
    with pytest.raises(Misconfigured, match="both set"):
        environment.read({PREFIX + "SECRET_KEY": KEY, PREFIX + "SECRET_KEY" + FILE: str(tmp_path / "key")})


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first, second = (settings(SECONDER_DATA_DIR=str(tmp_path / "var")).stdout for _ in range(2))
    assert first == second
    secrets = tmp_path / "var" / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert stat.S_IMODE((secrets / "secret_key").stat().st_mode) == 0o600
    assert not [path for path in secrets.iterdir() if path.name != "secret_key"]


def test_a_lost_key_is_not_replaced_beside_a_database(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    lost = settings(SECONDER_DATA_DIR=str(tmp_path))
    assert lost.returncode
    assert "secret_key is missing" in lost.stderr


def test_a_database_of_ones_own_needs_a_key_of_ones_own(tmp_path: Path) -> None:
    given = {"SECONDER_DATABASE_URL": "postgresql://u:p%40ss@db.example:6432/n?sslmode=require"}
    assert "SECONDER_SECRET_KEY is required" in settings(**given, SECONDER_DATA_DIR=str(tmp_path)).stderr
    shown = settings(**given, SECONDER_DATA_DIR=str(tmp_path), SECONDER_SECRET_KEY=KEY)
    assert shown.stdout.startswith(f"{KEY}|db.example|file://{tmp_path}/outbox")
    assert not list(tmp_path.iterdir())


def test_the_command_line_says_it_in_one_line(tmp_path: Path) -> None:
    said = python(
        "-m", "seconder", "doctor", environ={"SECONDER_MODLE": "x", "SECONDER_DATA_DIR": str(tmp_path)}
    )
    assert said.returncode == 1
    assert said.stderr.startswith("seconder: SECONDER_MODLE is not a setting")
    assert said.stderr.count("\n") == 1
