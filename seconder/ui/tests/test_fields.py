"""A form out of a JSON Schema, and the values out of the form again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.core.json import JSON, Object
from seconder.ui.fields import Field, fields_of, read
from seconder.ui.tests.conftest import Show

SCHEMA: Object = {
    "type": "object",
    "required": ["vendor", "total", "order"],
    "properties": {
        "vendor": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "total": {"type": "number", "description": "In US dollars."},
        "count": {"type": "integer"},
        "rush": {"type": "boolean"},
        "terms": {"type": "string", "enum": ["net 15", "net 30"]},
        "lines": {"type": "array"},
        "order": {"type": "object", "required": ["number"], "properties": {"number": {"type": "string"}}},
    },
}
TYPED = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)
    .map(str.strip)
    .filter(bool)
)


@given(
    vendor=TYPED,
    total=st.floats(allow_nan=False, allow_infinity=False, width=32),
    count=st.integers(-(10**12), 10**12),
    rush=st.booleans(),
    number=TYPED,
    lines=st.lists(st.dictionaries(TYPED, st.integers()), min_size=1),
)
def test_what_a_form_shows_is_read_back_as_it_was(
    vendor: str, total: float, count: int, rush: bool, number: str, lines: list[JSON]
) -> None:
    values: Object = {
        "vendor": vendor, "total": total, "count": count, "rush": rush, "lines": lines, "order": {"number": number},
    }  # fmt: skip
    posted = {field.name: field.value for field in fields_of(SCHEMA, values) if field.value}
    assert read(SCHEMA, posted) == (values, {})


@pytest.mark.parametrize(
    ("typed", "meant"), [("12,400.50", 12400.5), ("12 400", 12400.0), ("-3", -3.0), ("1e3", 1000.0)]
)
def test_numbers_as_people_type_them(typed: str, meant: float) -> None:
    assert read({"properties": {"total": {"type": "number"}}}, {"total": typed}) == ({"total": meant}, {})


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("total", "a lot", "This is not a number"),
        ("total", "NaN", "This is not a number"),
        ("count", "1.5", "whole number"),
        ("lines", "[1,", "not JSON"),
        ("lines", "[" * 200_000, "too many levels"),
        ("lines", "9" * 5000, "too long a number"),
        ("count", "1e5000", "too large"),
        ("count", "1e999999999", "too large"),
        ("count", "9" * 302, "too large"),
        ("total", "-1e5000", "too large"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(name: str, typed: str, says: str) -> None:
    posted = {"vendor": "Acme", "total": "1", "order.number": "7", name: typed}
    _values, errors = read(SCHEMA, posted)
    assert list(errors) == [name]
    assert says in errors[name]


def test_the_largest_number_is_read() -> None:
    schema: Object = {"properties": {"count": {"type": "integer"}, "total": {"type": "number"}}}
    assert read(schema, {"count": "9" * 301, "total": "1e300"}) == (
        {"count": int("9" * 301), "total": 1e300},
        {},
    )


@pytest.mark.parametrize("choices", [[1, 2, 3], [0.5, 1.0], [True, False], ["Pay ", " Wait"], ["1", "2"]])
def test_a_choice_is_read_back_as_the_value_that_it_is(choices: list[JSON]) -> None:
    schema: Object = {"properties": {"it": {"enum": choices}}, "required": ["it"]}
    for choice in choices:
        [field] = fields_of(schema, {"it": choice})
        assert field.value in [value for value, _ in field.options]
        values, errors = read(schema, {"it": field.value})
        assert (values, errors) == ({"it": choice}, {})
        assert type(values["it"]) is type(choice)


def test_a_choice_is_shown_for_what_it_is_and_given_as_it_is() -> None:
    [field] = fields_of({"properties": {"it": {"enum": ["No\x1b[2J"]}}})
    assert field.options == [("No\x1b[2J", "No⟨U+001B⟩[2J")]


def test_required_fields_are_asked_for_by_their_label() -> None:
    _values, errors = read(SCHEMA, {})
    assert errors["vendor"] == "Vendor is needed. Fill it in."
    assert set(errors) == {"vendor", "total", "order.number"}


def test_optional_fields_left_empty_are_left_out() -> None:
    values, errors = read(SCHEMA, {"vendor": "Acme", "total": "1", "order.number": "7"})
    assert not errors
    assert values == {"vendor": "Acme", "total": 1.0, "rush": False, "order": {"number": "7"}}


def test_a_field_is_labelled_described_and_says_what_is_wrong(show: Show) -> None:
    field = Field("order.total", "Total", "number", "12", error="This is not a number.", required=True)
    html = show("{% field field %}", field=field)
    assert '<label for="field-order-total">Total</label>' in html
    assert 'aria-describedby="field-order-total-more" aria-invalid="true"' in html
    assert 'id="field-order-total-more"' in html
    assert 'inputmode="decimal"' in html


@pytest.mark.parametrize(
    "kind", ["text", "longtext", "email", "url", "date", "number", "integer", "boolean", "choice", "json"]
)
def test_every_kind_of_control_belongs_to_its_label_and_form(show: Show, kind: str) -> None:
    html = show('{% field field form="decision" %}', field=Field("a", "A", kind, options=[("x", "X")]))
    assert 'id="field-a"' in html
    assert 'for="field-a"' in html or "<label class=" in html
    assert html.count('form="decision"') == 1
