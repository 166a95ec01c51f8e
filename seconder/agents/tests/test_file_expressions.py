"""Expressions of an agent's file: kinds of numbers, missing values, faults that apply must see."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.agents.file import Expression, ExpressionError, MissingValue
from seconder.agents.file.kinds import Schema
from seconder.core.json import JSON, Object

ORDER: Schema = {
    "type": "object",
    "required": ["total"],
    "properties": {
        "total": {"type": "number"},
        "count": {"type": "integer"},
        "vendor": {"type": "string"},
        "paid": {"type": ["boolean", "null"]},
        "prices": {"type": "object", "additionalProperties": {"type": "number"}},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"price": {"type": "number"}, "quantity": {"type": "integer"}},
            },
        },
    },
}
SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "input": {"type": "object"},
        "steps": {
            "type": "object",
            "properties": {
                "extract": {"type": "object", "properties": {"output": ORDER}},
                "check-vendor": {
                    "type": "object",
                    "properties": {
                        "output": {"type": "object", "properties": {"known": {"type": "boolean"}}},
                    },
                },
            },
        },
    },
}


def scope(**values: JSON) -> Object:
    lines: JSON = [{"price": 10, "quantity": 3}, {"price": 2.5, "quantity": 4}]
    order: JSON = {"total": 12000, "count": 3, "vendor": "Acme", "lines": lines, "prices": {"a": 2}, **values}
    return {
        "input": {"n": 4, "order-id": "A1"},
        "steps": {"extract": {"output": order}, "check-vendor": {"output": {"known": True}}},
    }


TRUE = [
    "steps.extract.output.prices.a * 1.5 == 3",
    "steps.extract.output.prices.all(name, steps.extract.output.prices[name] * 1.5 == 3.0)",
    "steps.extract.output.total > 10000",
    "10000 < steps.extract.output.total",
    "steps.extract.output.total == 12000",
    "steps.extract.output.total >= 12000.0",
    "steps.extract.output.total * 2 > 100",
    "steps.extract.output.total - 2 == 11998",
    "steps.extract.output.count * 1.5 == 4.5",
    "steps.extract.output.count + steps.extract.output.total == 12003",
    "steps.extract.output.total / steps.extract.output.count == 4000",
    "steps.extract.output.count / 2 == 1",
    "steps.extract.output.count % 2 == 1",
    "steps.extract.output.count in [1, 3.0]",
    "1 + 1 + 0.5 == 2.5",
    "steps.extract.output.lines.map(l, l.price * l.quantity).exists(sum, sum > 29)",
    "steps.extract.output.lines.all(l, l.price < steps.extract.output.total)",
    "steps.extract.output.lines[0].price + 1 == 11",
    "size(steps.extract.output.lines) == 2",
    "steps.extract.output.vendor.endsWith('me') && steps.extract.output.vendor.matches('^A')",
    "has(steps.extract.output.vendor) && !has(steps.extract.output.paid)",
    "steps.check-vendor.output.known",
    "steps['check-vendor'].output.known",
    "input['order-id'] == 'A1'",
    "input.n - 1 == 3",
    "input.missing > 3 || steps.extract.output.total > 1  // the left side is not needed",
    "steps.extract.output.count - 1 - 1 == 1",
    "8 / (4 / 2) == 4",
    "(steps.extract.output.count > 1 ? 1 : 0.5) == 1",
    "timestamp('2026-01-01T00:00:00Z').getFullYear() == 2026",
]


@pytest.mark.parametrize("text", TRUE)
def test_it_is_true(text: str) -> None:
    assert Expression.compile(text, SCHEMA).evaluate(scope()) is True


FAULTS = {
    "steps.extract.output.vendor > 3": "compares a string with an integer",
    "steps.extract.output.vendor == 3": "compares a string with an integer",
    "steps.extract.output.vendor + 1 == 2": "cannot reckon",
    "steps.extract.output.total % 2 == 0": "cannot reckon",
    "steps.extract.output.sum > 3": "steps.extract.output.sum",
    "steps.extract.output.lines.exists(l, l.cost > 1)": "cost",
    "steps.extract.output.vendor && true": "true or false",
    "!steps.extract.output.total": "true or false",
    "steps.extract.total > 3": "steps.extract.total",
    "steps.other.output.x > 3": "steps.other",
    "now() > 3": "now",
    "total > 3": "unknown name",
    "steps.extract.output.total >": "ends too early",
    "steps.extract.output.total = 3": "cannot be read",
    "steps.extract.output.total > 3 3": "unexpected",
    "'abc": "cannot be read",
    "": "ends too early",
    "(" * 200: "nested deeper",
    "1" + " + 1" * 200: "in a row",
    "x" * 5000: "longer",
}


@pytest.mark.parametrize("text", FAULTS)
def test_it_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match=FAULTS[text]):
        Expression.compile(text, SCHEMA)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("steps.extract.output.paid", "steps.extract.output.paid"),
        ("steps.extract.output.lines[7].price > 1", "steps.extract.output.lines[7].price"),
        ("input.a.b == 1 && input.n == 4", "input.a.b"),
        ("steps.extract.output.lines.exists(l, l.price < 0) || input.z", "input.z"),
    ],
)
def test_a_missing_value_is_named(text: str, path: str) -> None:
    with pytest.raises(MissingValue) as raised:
        Expression(text, SCHEMA).evaluate(scope())
    assert raised.value.path == path


@pytest.mark.parametrize("text", ["input.n", "input.n / 0 == 1", "input.n + 'a' == ''", "input.n.m > 1"])
def test_what_cannot_be_evaluated_says_so(text: str) -> None:
    with pytest.raises((ExpressionError, MissingValue)):
        Expression(text, SCHEMA).evaluate(scope())


@given(st.one_of(st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6)), st.integers(-(10**6), 10**6))
def test_numbers_of_both_kinds_compare_and_reckon(total: float, limit: int) -> None:
    order = scope(total=total, count=limit)
    path = "steps.extract.output"
    assert Expression(f"{path}.total > {limit}", SCHEMA).evaluate(order) is (total > limit)
    assert Expression(f"{path}.total == {path}.count", SCHEMA).evaluate(order) is (total == limit)
    reckoned = Expression(f"{path}.total * 2 - {path}.count", SCHEMA).value(order)
    assert reckoned == float(total) * 2.0 - float(limit)


@given(st.text(max_size=60))
def test_no_text_does_anything_but_compile_or_be_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        Expression.compile(text, SCHEMA)


@given(
    st.lists(
        st.sampled_from(
            [
                "(",
                ")",
                "[",
                "]",
                "{",
                "}",
                ".",
                ",",
                "?",
                ":",
                "!",
                "-",
                "+",
                "*",
                "/",
                "%",
                "&&",
                "||",
                "<",
                "==",
                "in",
                "input.n",
                "steps.extract.output.total",
                "1",
                "2.5",
                "'a'",
                "has",
                "size",
                "true",
                "null",
                "l",
                "exists(",
                "l,",
                "steps.extract.output.lines",
            ]
        ),
        max_size=14,
    )
)
def test_no_heap_of_tokens_does_anything_but_answer_or_be_refused(tokens: list[str]) -> None:
    with contextlib.suppress(ExpressionError, MissingValue):
        Expression.compile(" ".join(tokens), SCHEMA).value(scope())


def test_one_expression_serves_many_threads() -> None:
    expression = Expression("steps.extract.output.total > 10000", SCHEMA)
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(expression.evaluate, [scope()] * 200))
