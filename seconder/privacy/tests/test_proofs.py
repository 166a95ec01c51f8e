"""A clause is said to be proved where its tests passed on this code, and nowhere else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from seconder.privacy import proofs

ROOT = Path(__file__).resolve().parents[3]
TESTS = """
import pytest

@pytest.mark.clause("K-04")
@pytest.mark.invariant("B02")
def test_holds(): pass

@pytest.mark.clause("K-01", "K-04")
def test_also(): pass

@pytest.mark.clause("K-01")
def test_fails(): raise AssertionError

@pytest.mark.clause("K-02")
def test_skipped(): pytest.skip("not here")
"""


def test_a_run_says_what_it_proved(tmp_path: Path) -> None:
    (tmp_path / "test_clauses.py").write_text(TESTS)
    place = tmp_path / "proofs.json"
    words = f"-m pytest -p tests.proving -p no:django -p no:cacheprovider -n 1 -W ignore --rootdir {tmp_path}"
    done = subprocess.run(
        [sys.executable, *words.split(), "--proofs", place, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr  # one of them fails
    found = proofs.read(place)
    assert found.at
    assert [test.rpartition("::")[2] for test in found.of("K-04")] == ["test_also", "test_holds"]
    assert found.of("B02")
    assert not found.of("K-01"), "one of its tests failed"
    assert not found.of("K-02"), "a skipped test proves nothing"


def test_of_other_code_nothing_is_claimed(tmp_path: Path) -> None:
    place = tmp_path / "proofs.json"
    assert proofs.read(place) == proofs.NONE
    proofs.write(place, "2026-11-25T00:00:00Z", {"K-04": {"a"}}, set())
    assert proofs.read(place).of("K-04") == ("a",)
    place.write_text(json.dumps(json.loads(place.read_text()) | {"build": "another"}))
    assert proofs.read(place) == proofs.NONE
