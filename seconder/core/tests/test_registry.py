"""The registry is one frozen thing with a name of its own; its words are those of the taxonomy that others read."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import timeit
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest
from fideslang.default_taxonomy import DEFAULT_TAXONOMY

from seconder.core import registry as module
from seconder.core import taxonomy
from seconder.core.purposes import PURPOSES
from seconder.core.registry import plain, registry

ROOT = Path(__file__).resolve().parents[3]
SAY = """
import django; django.setup()
from seconder.core.registry import registry
print(registry().digest)
"""


def test_it_cannot_be_changed() -> None:
    made = registry()
    assert made is registry()
    with pytest.raises(TypeError):
        made.purposes["advertising"] = PURPOSES["service"]  # type: ignore[index]  # which is the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.data = {}  # type: ignore[misc]  # as above
    assert made.data["accounts.person.email"].category == "user.contact.email"
    assert list(made.data) == sorted(made.data)


@pytest.mark.invariant("A03")
def test_two_processes_give_the_same_declarations_the_same_digest() -> None:
    environ = os.environ | {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "seconder.settings"}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", SAY],
            env=environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    first, second = (each.communicate(timeout=120)[0].strip() for each in both)
    assert first == second
    assert len(first) == 64


def test_another_declaration_is_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = registry().digest
    changed = dataclasses.replace(
        registry(),
        purposes=MappingProxyType(
            {**PURPOSES, "service": dataclasses.replace(PURPOSES["service"], words="…")}
        ),
    )
    assert changed.digest != before
    monkeypatch.setitem(module._parts, "releases", {"one": {"k": 25, "on": date(2026, 11, 25)}})
    with_part = registry.__wrapped__()
    assert with_part.digest != before
    assert with_part.parts["releases"]["one"] == {"k": 25, "on": date(2026, 11, 25)}


def test_a_declaration_is_plain_and_what_has_no_form_is_refused() -> None:
    assert plain({"b": (1, date(2026, 1, 2)), "a": frozenset({"y", "x"}), "c": lambda: True}) == {
        "a": ["x", "y"],
        "b": [1, "2026-01-02"],
        "c": True,
    }
    with pytest.raises(TypeError, match="Path has no place"):
        plain(Path())


def test_our_words_are_fideslangs() -> None:
    assert {each.fides_key for each in DEFAULT_TAXONOMY.data_use} == taxonomy.USES
    assert {each.fides_key for each in DEFAULT_TAXONOMY.data_category} == taxonomy.CATEGORIES
    subjects = {each.fides_key for each in DEFAULT_TAXONOMY.data_subject}
    assert set(taxonomy.SUBJECTS.values()) <= subjects


def test_asking_for_it_costs_next_to_nothing() -> None:
    registry()
    each = timeit.timeit(lambda: registry().data["accounts.person.email"], number=10_000) / 10_000
    print(f"registry().data[…]: {each * 1e6:.2f} µs")
    assert each < 0.0003
