"""What cannot be seen is written out; what people write is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.core.visible import hides, holds_hidden, visible

PLAIN = [
    "Order 7 for Müller & Söhne, 12 000,50 €\r\n\tThank you",
    "שלום עולם",
    "می‌خواهم",  # Persian needs the non-joiner
    "क्‍ष",  # and Hindi the joiner
    "👩‍💻 👨‍👩‍👧 👍🏽 ❤️",
    "日本語 한국어 ไทย e\u0301",
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_people_write_is_left_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert not holds_hidden(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("pay \u202eFDP.exe", "pay ⟨U+202E right-to-left override⟩FDP.exe"),
        ("ac\u200bme", "ac⟨U+200B zero width space⟩me"),
        ("a\u00adb", "a⟨U+00AD soft hyphen⟩b"),
        ("a\u200db", "a⟨U+200D zero width joiner⟩b"),
        ("\x1b[31mred", "⟨U+001B⟩[31mred"),
        ("a\rb", "a⟨U+000D⟩b"),
        ("tag\U000e0041", "tag⟨U+E0041 tag latin capital letter a⟩"),
        ("x\u3164y", "x⟨U+3164 hangul filler⟩y"),
        ("a\ufe0f\ufe0f", "a\ufe0f⟨U+FE0F variation selector-16⟩"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 4 + "⟨U+0301 combining acute accent⟩"),
    ],
)
def test_what_is_hidden_is_written_out(text: str, seen: str) -> None:
    assert visible(text) == seen
    assert holds_hidden(text)


@given(st.text())
def test_nothing_stays_hidden_in_any_text_and_nothing_else_is_changed(text: str) -> None:
    seen = visible(text)
    kept = [one for place, one in enumerate(text) if not hides(text, place)]
    assert [one for one in seen.replace("⟨", "").replace("⟩", "") if one in kept] or not kept
    assert not any(
        one in seen for one in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\u2060\ufeff\x1b\x00"
    )
    if not holds_hidden(text):
        assert seen == text
