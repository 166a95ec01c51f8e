"""The demo, alone and again, and what it leaves: a record that verifies, offline too."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seconder.cli.tests.installation import seconder
from seconder.core import embedded


def done(data_dir: Path, *words: str) -> str:
    ended = seconder(data_dir, *words)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def fresh() -> Iterator[Path]:
    """An empty folder, the database of which is up between the commands."""
    folder = Path(tempfile.mkdtemp(prefix="seconder-cli-"))
    done(folder, "migrate")
    with embedded.use(folder, durable=False):
        yield folder
    shutil.rmtree(folder)


def test_it_tells_the_main_job_any_number_of_times(fresh: Path) -> None:
    for count in (1, 2):
        said = done(fresh, "demo")
        for words in (
            "Brightwater Office Supply Ltd.",
            "line 29: Total due $12,480.00",
            "May we order this?",
            "You asked for this, so somebody else decides.",
            "approved by Finance",
            "Order PO-20417 confirmed",
            "This was already decided.",
            "there is one effect, and it is done",
            "in order and unchanged",
        ):
            assert words in said
        assert len(list((fresh / "outbox").glob("*-order.eml"))) == count


def test_its_record_is_exported_and_verified_and_a_changed_one_is_named(fresh: Path, tmp_path: Path) -> None:
    done(fresh, "demo")
    whole = tmp_path / "record.jsonl"
    done(fresh, "audit", "export", str(whole), "--organization", "demo")
    nowhere = tmp_path / "no-installation-here"
    assert "in order and unchanged" in done(nowhere, "audit", "verify", str(whole))
    assert json.loads(done(nowhere, "audit", "verify", str(whole), "--json"))["ok"] is True
    assert not nowhere.exists(), "verifying needs no installation"

    lines = whole.read_bytes().splitlines(keepends=True)
    broken = tmp_path / "broken.jsonl"
    for changed, named in [
        (lines[:2] + lines[3:], "Record 3 is missing"),
        ([lines[1], lines[0], *lines[2:]], "out of order"),
        (lines[:-1], "The end is cut off"),
        ([lines[0].replace(b'"seq":1', b'"seq":1 ', 1), *lines[1:]], "Record 1 (line 1) was changed"),
    ]:
        broken.write_bytes(b"".join(changed))
        ended = seconder(nowhere, "audit", "verify", str(broken))
        assert ended.returncode == 1
        assert named in ended.stderr

    rows = {row["organization"]: row for row in json.loads(done(fresh, "audit", "verify", "--json"))}
    assert rows["demo"]["ok"] is True
    assert rows["demo"]["records"] == len(lines) - 1
    assert done(fresh, "audit", "export", "--organization", "demo").count("\n") == len(lines)
