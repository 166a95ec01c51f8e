"""Paths into JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.core import paths
from seconder.core.json import Object
from seconder.core.paths import MissingValue


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("input", ("input",)),
        ("input.order-id", ("input", "order-id")),
        ("steps.a.output.lines[0].sku", ("steps", "a", "output", "lines", 0, "sku")),
        ("steps.a.output.lines.0.sku", ("steps", "a", "output", "lines", 0, "sku")),
        ("input[\"a b\"]['c']", ("input", "a b", "c")),
        ("input.größe", ("input", "größe")),
    ],
)
def test_a_path_is_read(text: str, path: paths.Path) -> None:
    assert paths.parse(text) == path


@pytest.mark.parametrize(
    "text", ["", ".", "a.", "a..b", "a b", "a[", "a[x]", "a[-1]", "0.a", 'a["b]', 'a["\\x"]', "a\n"]
)
def test_it_is_no_path(text: str) -> None:
    with pytest.raises(ValueError):
        paths.parse(text)


@given(st.lists(st.text(max_size=6) | st.integers(0, 999_999_999), max_size=5))
def test_its_text_is_read_back(segments: list[str | int]) -> None:
    path = ("input", *segments)
    assert paths.parse(paths.text(path)) == path


def test_values_are_found_or_named() -> None:
    value: Object = {"a": [{"b": None}], "0": "zero"}
    assert paths.find(value, ("a", 0, "b")) is None
    assert paths.find(value, (0,)) == "zero"
    absent: list[paths.Path] = [("a", 1), ("a", "0"), ("a", 0, "c"), ("a", 0, "b", "c"), ("z",)]
    for path in absent:
        with pytest.raises(MissingValue):
            paths.find(value, path)
