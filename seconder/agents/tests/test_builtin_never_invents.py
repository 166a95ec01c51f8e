"""Whatever the text, each value stands in it at its source, and a hostile text costs little more than its size."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seconder.agents.builtin import Extraction, extract
from seconder.agents.builtin.amounts import amounts_in, code_of
from seconder.agents.builtin.dates import dates_in
from seconder.agents.builtin.document import plain
from seconder.core.json import JSON, Object

TEXT: Object = {"type": "string"}
EVERYTHING: Object = {
    "type": "object",
    "required": ["vendor", "total"],
    "properties": {
        "vendor": {"type": "object", "properties": {"name": TEXT, "email": {**TEXT, "format": "email"}}},
        "total": {"type": "number"},
        "tax": {"type": "number"},
        "quantity": {"type": "integer"},
        "invoice_number": TEXT,
        "due_date": {**TEXT, "format": "date"},
        "currency": TEXT,
        "note": TEXT,
        "clause": TEXT,
        "website": {**TEXT, "format": "uri"},
        "phone": TEXT,
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"description": TEXT, "quantity": {"type": "integer"}}},
        },
        "tags": {"type": "array", "items": TEXT},
    },
}
PROMPT = "State the vendor, its e-mail address and the total. Find the clause on liability and quote it."

LABELS = [
    "Total",
    "Grand total",
    "Vendor",
    "From",
    "Supplier e-mail",
    "Tax",
    "Due",
    "Invoice no.",
    "Qty",
    "Tags",
    "Note",
]
VALUES = [
    "$12,400.00", "12.400,00 €", "EUR 1 234,50", "10k",
    "1.234", "(1,200.00)", "CHF 1'250.00", "٤٢٫٠٠ USD", "１２,０００.００",
    "Acme GmbH", "Müller & Söhne", "orders@acme.example", "a\u200bb@acme.example", "3 March 2026", "03/04/2026",
    "31.12.2026",
    "INV-2026-7", "<b>PO</b>-77", "x &amp; y", "https://acme.example/a", "+49 30 123456", "8 x Desk @ $890.00",
    "- one, two and three",
]  # fmt: skip
fragments = st.one_of(
    st.sampled_from(LABELS).map(lambda label: label + ": "),
    st.sampled_from(VALUES),
    st.sampled_from(
        ["\n", "\n\n", "  ", "\t", " | ", ", ", ". ", " from ", " total ", "6. Liability\n", ";", "\r\n", " "]
    ),
    st.text(max_size=12),
)
texts = st.lists(fragments, max_size=40).map("".join)


@settings(max_examples=300)
@given(texts)
def test_every_value_stands_in_the_text_at_its_source(text: str) -> None:
    found = extract(text, EVERYTHING, PROMPT)
    for pointer, value in leaves(found.values):
        source = found.sources[pointer]
        assert text[source.start : source.end] == source.text
        assert 0.5 <= source.confidence <= 1
        stated = " ".join(value.split()) if isinstance(value, str) else value
        assert stated in readings(source.text, stated), (pointer, value, source.text)


@settings(max_examples=60)
@given(texts)
def test_the_same_text_gives_the_same_answer(text: str) -> None:
    assert extract(text, EVERYTHING, PROMPT) == extract(text, EVERYTHING, PROMPT)


@settings(max_examples=60)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner,
    max_size=3)
    | st.dictionaries(st.sampled_from(["type", "properties", "required", "items", "enum", "anyOf", "$ref", "format",
     "a", "total"]),
                      inner, max_size=4), max_leaves=12))  # fmt: skip
def test_any_schema_is_survived(schema: JSON) -> None:
    root: Object = {"type": "object", "properties": {"total": schema, "name": schema}}
    assert isinstance(extract("Total: $5.00\nName: Ann", root, ""), Extraction)


def leaves(value: JSON, path: str = "") -> list[tuple[str, JSON]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, f"{path}/{key}")]
    if isinstance(value, list):
        return [leaf for number, item in enumerate(value) for leaf in leaves(item, f"{path}/{number}")]
    return [(path, value)]


def readings(source: str, value: JSON) -> list[JSON]:
    """What the text of a source can be said to state."""
    text = plain(source)
    if isinstance(value, int | float):
        # The same digits may be read in more than one style; all its digits must be the value's.
        digits = re.sub(r"\D", "", text)
        same = re.sub(r"\D", "", f"{value:.10f}".rstrip("0").rstrip("."))
        scaled = bool(same) and (digits.rstrip("0").lstrip("0") == same.rstrip("0").lstrip("0"))
        return [*(amount.value for amount in amounts_in(text)), *([value] if scaled else [])]
    stated: list[JSON] = [text, " ".join(text.split()), str(value) if str(value) in source else text]
    stated += [mention.value for mention in dates_in(text)]
    return [*stated, code_of(text), text.upper()]


HOSTILE = {
    "words": "lorem ipsum dolor " * 60_000,
    "digits": "1" * 1_000_000,
    "commas": "1," * 500_000,
    "dots": "." * 1_000_000,
    "at signs": "a@" * 500_000,
    "tags": "<a " * 330_000,
    "brackets": "(" * 1_000_000,
    "quotes": '"' * 1_000_000,
    "lines": "Total: 5.00 USD\n" * 60_000,
    "names": "Order from " + "Abc " * 250_000,
    "roles": 'X (the "Provider") ' * 50_000,
    "CSV": "a,b,c\n1,2,3\n" * 80_000,
    "invisible": "\u200b" * 1_000_000,
    "other digits": "٣" * 1_000_000,
    "one line": "x " * 500_000 + "Total: 5 USD",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_megabyte_of_anything_stays_bounded(text: str) -> None:
    began = time.process_time()
    extract(text, EVERYTHING, PROMPT)
    assert time.process_time() - began < 6


def test_the_end_of_a_long_text_is_read() -> None:
    text = "Vendor: Acme GmbH\n" + "Nothing of note here.\n" * 50_000 + "Grand total: USD 10,001.00\n"
    found = extract(text, EVERYTHING, PROMPT)
    assert found.values["total"] == 10001
    source = found.sources["/total"]
    assert text[source.start : source.end] == "USD 10,001.00"
