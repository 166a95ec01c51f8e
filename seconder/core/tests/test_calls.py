"""What a body may be: any JSON that can be stored and read again; anything else is refused and breaks nothing."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.core import calls
from seconder.core.json import canonical
from seconder.core.refusals import Invalid

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=30,
)


@given(VALUES)
def test_what_can_be_stored_is_read_as_it_was_written(value: object) -> None:
    for ascii_only in (True, False):
        assert calls.parse(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary())
def test_anything_else_is_refused_and_what_is_read_can_be_hashed(content: bytes) -> None:
    with contextlib.suppress(Invalid):
        canonical(calls.parse(content))


@pytest.mark.parametrize("levels", [64, 65])
def test_depth_has_a_limit(levels: int) -> None:
    content = b"[" * levels + b"]" * levels
    if levels <= calls.DEEPEST:
        calls.parse(content)
    else:
        with pytest.raises(Invalid, match="deeper than 64"):
            calls.parse(content)


def test_a_backslash_before_u0000_is_text() -> None:
    assert calls.parse(rb'"\\u0000"') == "\\u0000"
    with pytest.raises(Invalid, match="NUL"):
        calls.parse(rb'"\\\u0000"')


def test_long_values_are_cut() -> None:
    assert calls.shortened("x" * 101) == "x" * 100 + "…"
    assert calls.shortened({"a": 1}) == '{"a": 1}'
