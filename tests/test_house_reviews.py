"""docs/reference/reviews.md names a test for every rule, and every test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reference/reviews.md"


def rows() -> list[tuple[str, list[str]]]:
    """(rule, names of tests) of every line of its tables."""
    lines = re.findall(r"^\| (.+) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    return [(rule, re.findall(r"`(\w+)`", tests)) for rule, tests in lines if rule not in ("rule", "---")]


def test_every_rule_of_reviews_names_tests_that_exist() -> None:
    files = [*ROOT.glob("seconder/**/test_*.py"), *ROOT.glob("tests/**/test_*.py")]
    known = {name for file in files for name in re.findall(r"def (test_\w+)\(", file.read_text())}
    found = rows()
    assert found
    for rule, tests in found:
        assert tests, f"no test for: {rule}"
        assert not (missing := set(tests) - known), f"{rule} names {missing}"
