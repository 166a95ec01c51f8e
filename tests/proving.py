"""Which clause of the policy a test proves: `@pytest.mark.clause("K-04")`, `@pytest.mark.invariant("B01")`.

With `--proofs FILE` a run writes what it proved (`seconder.privacy.proofs`). `bin/test` does so when it runs
everything: a part of the tests proves nothing about the rest.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from seconder.core.clock import now
from seconder.privacy import proofs

MARKERS = ("clause", "invariant")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proofs", type=Path, help="write here which clauses of the policy were proved")


def pytest_configure(config: pytest.Config) -> None:
    place = config.getoption("proofs")
    if place and not hasattr(config, "workerinput"):  # the process that hears of all tests
        config.pluginmanager.register(Proving(place))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test's report says what it proves, also from one process to another."""
    for item in items:
        for mark in MARKERS:
            found = {name for each in item.iter_markers(mark) for name in each.args}
            item.user_properties.extend((mark, name) for name in sorted(found))


class Proving:
    def __init__(self, place: Path) -> None:
        self.place = place
        self.passed: defaultdict[str, set[str]] = defaultdict(set)
        self.failed: set[str] = set()

    def pytest_sessionstart(self) -> None:
        self.place.unlink(missing_ok=True)  # a run that is cut off leaves no claim behind

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        names = [str(name) for mark, name in report.user_properties if mark in MARKERS]
        if report.failed:
            self.failed.update(names)
        elif report.when == "call" and report.passed:
            for name in names:
                self.passed[name].add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        proofs.write(self.place, now().isoformat(timespec="seconds"), self.passed, self.failed)
