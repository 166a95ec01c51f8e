from __future__ import annotations

import itertools
import sys
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.core.json import JSON
from seconder.core.schemas import validator

UNIQUE = {"type": "array", "uniqueItems": True}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from([0.0, 1.0, 1.5]) | st.sampled_from("ab"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(st.lists(VALUES, max_size=6))
def test_what_is_unique_is_so_as_the_library_tells_two_values_apart(items: list[JSON]) -> None:
    """Two by two: its own look at a whole list passes over the repetition in [[false], [0], [false]]."""
    pairs = itertools.combinations(items, 2)
    same = any(jsonschema.Draft202012Validator({"const": one}).is_valid(two) for one, two in pairs)
    assert validator(UNIQUE).is_valid(items) is not same


def test_a_repetition_is_seen_past_what_only_looks_like_it() -> None:
    assert not validator(UNIQUE).is_valid([[False], [0], [False]])
    assert validator(UNIQUE).is_valid([[False], [0], [0.5], 0, False])


def work(items: list[JSON]) -> int:
    """The calls that it takes to look at them."""
    count = 0

    def one(*_: Any) -> None:  # Any: a frame, an event and its argument
        nonlocal count
        count += 1

    sys.setprofile(one)
    try:
        assert validator(UNIQUE).is_valid(items)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("make", [lambda n: {"n": n}, lambda n: [n], lambda n: str(n)])
def test_twice_as_many_items_are_twice_the_work(make: Any) -> None:  # Any: makes an item of a number
    small, large = (work([make(n) for n in range(count)]) for count in (200, 400))
    assert large < 2.2 * small
