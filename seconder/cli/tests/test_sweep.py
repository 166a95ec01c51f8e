"""The sweep sees a word wherever it stands, says whether it may stand there, and finds nothing after the erasure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from seconder.cli.sweep import searching
from seconder.cli.tests.installation import ROOT, environ_of

DUMP = """-- a comment of canary1
COPY public.accounts_person (id, name, email) FROM stdin;
1\tcanary1\tx@example.org
2\t\\\\x63616e61727932\tcanary3@example.org
\\.
COPY public."visitor_log" ("remark") FROM stdin;
canary1
\\.
""".replace("\\\\", "\\").replace("\\.", "\\.")


def test_a_word_is_seen_in_its_column_in_clear_and_in_hex() -> None:
    words = {"one": "canary1", "two": "canary2", "three": "canary3"}
    seen = {
        (datum, place)
        for place, content in searching._columns(DUMP)
        for datum in searching._in(content, words)
    }
    assert seen == {
        ("one", "outside of tables"),
        ("one", "accounts_person.name"),
        ("two", "accounts_person.name"),
        ("three", "accounts_person.email"),
        ("one", "visitor_log.remark"),
    }
    declared = searching._declared()
    assert declared["accounts_person.name"] == ("user.name",)
    assert "visitor_log.remark" not in declared


@pytest.mark.long
@pytest.mark.clause("G-01")
@pytest.mark.invariant("I02", "I05", "I18", "J02")
def test_each_sighting_is_declared_and_none_is_left(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "seconder", "privacy", "sweep", "--json"],
        env=environ_of(tmp_path) | {"PATH": os.environ["PATH"]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    told = json.loads(done.stdout)
    assert {one["store"] for one in told["before"]} >= {"dump", "raw data folder", "mail", "model"}
    assert all(one["is_declared"] for one in told["before"])
    assert {one["datum"] for one in told["after"]} == {"agent's description"}
