"""Nothing is claimed for free: each clause of the policy rests on a declaration and is proved by a test."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from seconder.cli.reference import POLICY
from seconder.core.data_map import data_map
from seconder.core.purposes import PURPOSES
from seconder.core.recipients import RECIPIENTS
from seconder.privacy.clauses import CLAUSES, Clause
from seconder.privacy.policy import snapshot
from seconder.privacy.tests.policies import also
from seconder.privacy.unclaimed import OPEN

ROOT = Path(__file__).resolve().parent.parent
# Every clause there is, by its letter: how many, and those that are split.
COUNTS = {"P": 6, "C": 10, "A": 5, "U": 6, "K": 6, "S": 4, "D": 3, "V": 22, "T": 10, "R": 15, "X": 2, "J": 18}
COUNTS |= {"E": 3, "Z": 1, "G": 20}
SPLIT = {"R-11": ("R-11a", "R-11b", "R-11c", "R-11d")}
# And every invariant, by its letter.
INVARIANTS = {"A": 8, "B": 10, "C": 10, "D": 6, "E": 10, "F": 14, "G": 13, "H": 10, "I": 18, "J": 11, "K": 11}
INVARIANTS |= {"L": 5, "M": 7, "N": 6}


def every_clause() -> set[str]:
    names = (f"{letter}-{number:02}" for letter, count in COUNTS.items() for number in range(1, count + 1))
    return {each for name in names for each in SPLIT.get(name, (name,))}


@cache
def marked() -> dict[str, dict[str, set[str]]]:
    """marker → what it names → the files of the tests that it stands at."""
    found: dict[str, dict[str, set[str]]] = {"clause": defaultdict(set), "invariant": defaultdict(set)}
    for path in [*(ROOT / "seconder").rglob("tests/**/test_*.py"), *(ROOT / "tests").rglob("test_*.py")]:
        text = path.read_text()
        if "mark.clause" not in text and "mark.invariant" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in found
            ):
                for name in node.args:
                    assert isinstance(name, ast.Constant), f"{path}: write the names of a marker out"
                    found[node.func.attr][str(name.value)].add(str(path.relative_to(ROOT)))
    return found


def faults(clause: Clause) -> list[str]:
    categories = {datum.category for table in data_map().values() for datum in table.values() if datum}
    rests_on = [
        *(name for name in clause.purposes if name in PURPOSES),
        *(name for name in clause.data if name in categories),
        *(kind for kind in clause.recipients if any(each.kind == kind for each in RECIPIENTS.values())),
    ]
    unknown = {*clause.purposes, *clause.data, *clause.recipients} - set(rests_on)
    said = [f"rests on {name}, which nobody declares" for name in sorted(unknown)]
    return [
        *said,
        *([] if rests_on else ["rests on nothing"]),
        *([] if marked()["clause"][clause.id] else ["is proved by no test"]),
    ]


@pytest.mark.invariant("A04")
@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_a_claimed_clause_rests_on_a_declaration_and_a_test(clause: Clause) -> None:
    assert faults(clause) == []


@pytest.mark.invariant("A04")
def test_taking_either_away_is_noticed() -> None:
    assert faults(Clause("P-01", "Words.")) == ["rests on nothing"]
    assert faults(Clause("P-01", "Words.", data=("user.nothing",)))[0].startswith("rests on user.nothing")
    assert faults(Clause("V-15", "Words.", purposes=("service",))) == ["is proved by no test"]


def test_every_clause_is_claimed_or_said_to_be_open() -> None:
    assert not set(CLAUSES) & set(OPEN)
    assert set(CLAUSES) | set(OPEN) == every_clause()


def test_markers_name_what_exists() -> None:
    assert set(marked()["clause"]) <= every_clause()
    invariants = {
        f"{letter}{number:02}" for letter, count in INVARIANTS.items() for number in range(1, count + 1)
    }
    assert set(marked()["invariant"]) <= invariants


def test_words_of_a_clause_are_one_plain_line() -> None:
    for clause in CLAUSES.values():
        assert re.fullmatch(r"[A-Z][^\n]{10,180}\.", clause.words), clause.id


@pytest.mark.clause("P-04")
@pytest.mark.invariant("M07")
def test_what_is_declared_does_not_change_without_a_date_and_a_summary() -> None:
    kept = json.loads(POLICY.read_text())
    assert snapshot.faults(kept) == [], "see CONTRIBUTING.md: bin/seconder reference policy --summary …"
    with also():
        assert snapshot.faults(kept) != [], "another recipient is noticed"
        said = json.loads(snapshot.following(kept, "Helper helps.", date(2099, 1, 1)))
        assert snapshot.faults(said) == []
    assert [each["summary"] for each in said["changes"][-1:]] == ["Helper helps."]
    assert snapshot.faults({**kept, "changes": [{**kept["changes"][-1], "summary": " "}]}) != []
