"""Reading an agent's file: only what JSON can say, whatever the spelling."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.agents.file.faults import Refused
from seconder.agents.file.reading import LARGEST, read
from seconder.core.json import JSON, Object
from seconder.core.refusals import TooLarge

REFUSED = {
    "an alias": b"a: &x [1]\nb: *x",
    "an anchor": b"a: &x 1",
    "a bomb": b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]",
    "a tag of Python": b"a: !!python/object/apply:os.system [ls]",
    "a tag of YAML": b"a: !!str 1",
    "a tag of one's own": b"a: !mine 1",
    "a key twice": b"a: 1\na: 2",
    "a key twice in JSON": b'{"a": 1, "a": 2}',
    "a key twice below": b'{"b": {"a": 1, "\\u0061": 2}}',
    "a key that is no text": b"1: x",
    "a key that is a list": b"? [a]\n: b",
    "two documents": b"a: 1\n---\nb: 2",
    "a list": b"[1]",
    "nothing": b"",
    "text": b"agent",
    "UTF-16": "id: x".encode("utf-16"),
    "not UTF-8": b"id: \xff",
    "broken YAML": b"a: b: c",
    "a tab": b"a:\n\t- b",
    "deep YAML": b"a: " + b"[" * 5000,
    "deep JSON": b'{"a": ' + b"[" * 100_000,
    "deep blocks": "\n".join(" " * n + "a:" for n in range(200)).encode(),
    "NaN": b'{"a": NaN}',
    "a number without end": b"a: 1e999",
    "a number of 5,000 digits": b"a: " + b"9" * 5000,
    "a NUL": b'a: "\\0"',
    "half of a pair": b'{"a": "\\ud800"}',
    "a control character": b"a: \x01",
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    with pytest.raises(Refused) as raised:
        read(REFUSED[name])
    assert raised.value.faults[0].path == ""
    assert len(raised.value.faults[0].value) <= 100
    assert raised.value.status == 422


def test_a_fault_of_yaml_has_its_line() -> None:
    with pytest.raises(Refused, match="line 3"):
        read(b"a: 1\nb: 2\nc: d: e\n")


def test_more_than_a_mebibyte_is_too_large() -> None:
    with pytest.raises(TooLarge) as raised:
        read(b"#" * (LARGEST + 1))
    assert raised.value.status == 413
    assert read(b"a: 1\n" + b"#" * (LARGEST - 5)) == {"a": 1}


def test_words_stay_what_was_written() -> None:
    assert read(b"on: [no, yes, 007, 2026-01-01, 1:30, 0x10, 1_000, .5, '1', =]") == {
        "on": ["no", "yes", "007", "2026-01-01", "1:30", "0x10", "1_000", ".5", "1", "="]
    }
    assert read(b"a: [1, -2.5, 1e3, true, null, ~, ]\nb:") == {
        "a": [1, -2.5, 1000.0, True, None, None],
        "b": None,
    }


def test_json_is_wanted_where_the_content_type_says_so() -> None:
    assert read(b'{"a": 1}', "application/json; charset=utf-8") == {"a": 1}
    assert read(b"\xef\xbb\xbfa: 1", "application/yaml") == {"a": 1}
    with pytest.raises(Refused, match="not JSON"):
        read(b"a: 1", "application/json")


_strings = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _strings,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_strings, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "on"]), _json))
def test_json_is_read_as_it_is(document: dict[str, JSON]) -> None:
    given_: Object = document
    assert read(json.dumps(given_).encode()) == given_


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(str.encode)
    | st.text("{}[]:,&*!|>-#'\"% \n\tab1").map(str.encode)
)
def test_no_bytes_do_anything_but_be_read_or_refused(raw: bytes) -> None:
    for content_type in (None, "application/json", "application/yaml"):
        with contextlib.suppress(Refused):
            assert isinstance(read(raw, content_type), dict)
