"""Hosts that are not what they look like are said in words; those of ordinary people are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.core.lookalikes import MOST, host_of, remarks


@pytest.mark.parametrize(
    "text",
    [
        "orders@acme.example",
        "Bob <bob@example.com>, ann@example.org",
        "https://example.com:8443/a?b=c@d#e",
        "Meet @bob at 5:30",
        "no address at all",
        "5 \u00b5m or 5 \u03bcm of na\u00efve Stra\u00dfen",
        "\u041c\u043e\u0441\u043a\u0432\u0430, Berlin, T\u30b7\u30e3\u30c4",
    ],
)
def test_plain_addresses_need_no_second_look(text: str) -> None:
    assert remarks([text]) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pay@\u0430cme.example", ["Cyrillic", "xn--cme-5cd.example", "mixes Cyrillic and Latin"]),
        ("https://xn--cme-5cd.example/x", ["\u0430cme.example", "xn--cme-5cd.example", "mixes"]),
        ("https://\u0430\u0440\u0440\u04cf\u0435.com", ["but Cyrillic", "xn--80ak6aa92e.com"]),
        ("https://m\u00fcller.example", ["not plain Latin", "xn--mller-kva.example"]),
        ("https://paypal.com@evil.example/login", ["goes to evil.example, not to paypal.com"]),
        ("p\u0430ypal.com", ["mixes Cyrillic and Latin"]),
        ("Pay P\u0430ypal Ltd, not Acme", ["“P\u0430ypal” mixes Cyrillic and Latin"]),
    ],
)
def test_what_may_deceive_is_named(text: str, said: list[str]) -> None:
    found = " ".join(remarks([text]))
    assert all(words in found for words in said), found


def test_japanese_beside_latin_is_no_mixture() -> None:
    assert not any("mixes" in remark for remark in remarks(["https://\u65e5\u672ctv.example"]))


def test_many_are_counted_rather_than_cut_in_silence() -> None:
    found = remarks([" ".join(f"a@\u0430{n}.example" for n in range(20))])
    assert len(found) == MOST + 1
    assert found[-1] == "15 more names need a second look."


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (MOST, "mixes Cyrillic and Latin letters"),
        (MOST + 1, "1 more name needs a second look."),
        (8, "3 more names need a second look."),
    ],
)
def test_addresses_are_counted_and_not_what_is_said_of_them_in_however_many_texts(
    count: int, last: str
) -> None:
    mixed = [f"a@\u0430cme{n}.example" for n in range(count)]
    found = remarks([*mixed, mixed[0], "ann@example.org"])
    assert last in found[-1]
    assert sum("mixes" in remark for remark in found) == min(count, MOST)
    assert found == remarks([" ".join(mixed)])


def test_what_is_said_of_a_host_hides_nothing() -> None:
    hidden = "\u202em\u00fcller.example"
    for text in (f"https://{hidden}/", f"https://{hidden}@evil.example/"):
        found = " ".join(remarks([text]))
        assert "\u202e" not in found
        assert "\u27e8U+202E right-to-left override\u27e9m\u00fcller.example" in found


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_no_text_breaks_it(text: str) -> None:
    for shape in (text, f"a@{text}", f"https://{text}/", f"https://[{text}]:x@"):
        remarks([shape])
        host_of(shape)
