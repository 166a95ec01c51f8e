"""Whatever people decide, what is found has enough cases for it, few against it, and does not hang on their order."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from seconder.agents.file import Expression
from seconder.core.json import Object
from seconder.runs.learning.finding import NEEDED, SHARE, Finding, findings
from seconder.runs.learning.past import Case
from seconder.runs.learning.signs import IS, signs_of, threshold

VALUES = st.sampled_from(
    ["a@x.example", "b@x.example", "c@y.example", "https://x.example/1", 1, 2.0, 3, True, None, ""]
)


@st.composite
def cases(draw: st.DrawFn) -> list[Case]:
    made = []
    for number in range(draw(st.integers(0, 25))):
        asked: Object = {name: draw(VALUES) for name in ("args.to", "args.n")}
        outcome = draw(st.sampled_from(["approved", "rejected"]))
        edits = draw(st.dictionaries(st.sampled_from(sorted(asked)), VALUES)) if outcome == "approved" else {}
        made.append(
            Case(
                review=uuid.UUID(int=number),
                run=uuid.UUID(int=number),
                at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=draw(st.integers(0, 5))),
                kind="action",
                place=draw(st.sampled_from(["email.send", "http.request"])),
                outcome=outcome,
                asked=asked,
                stands={**asked, **edits},
                deciders=frozenset(),
                owner=uuid.UUID(int=0),
            )
        )
    return made


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_what_is_found_is_clear_and_hangs_on_no_order(past: list[Case], chance: random.Random) -> None:
    found = findings(past)
    for one in found:
        same_place = [case for case in past if case.place == one.place]
        _holds(one, same_place)
    again = findings(chance.sample(past, len(past)))
    assert [_told(one) for one in again] == [_told(one) for one in found]
    assert len({one.key for one in found}) == len(found)


def _holds(one: Finding, past: list[Case]) -> None:
    """Counted here in another way than it was found."""
    path, value = one.sign.path, one.sign.value
    assert len(one.supports) >= NEEDED
    if one.verdict == "rejected":
        assert {case.outcome for case in one.supports} == {"rejected"}
        let_pass = [case for case in past if case.outcome == "approved" and _has(one, case)]
    else:
        assert all(_same(case.stands[path], value) for case in one.supports)
        assert not any(_same(case.asked[path], value) for case in one.supports)
        let_pass = [
            case
            for case in past
            if case.outcome == "approved" and not _same(case.stands[path], value) and _changes(one, case)
        ]
    assert len(let_pass) <= SHARE * (len(one.supports) + len(let_pass))


def _changes(one: Finding, case: Case) -> bool:
    """Whether what is proposed would do anything to what was asked there."""
    asked = case.asked[one.sign.path]
    return _same(asked, one.old.value) if one.old else not _same(asked, one.sign.value)


def _same(one: object, other: object) -> bool:
    """As JSON knows it: true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _has(one: Finding, case: Case) -> bool:
    found, value = case.asked[one.sign.path], one.sign.value
    match one.sign.how:
        case "is":
            return type(found) is not bool and found == value if value is not True else found is True
        case "ends with":
            return isinstance(found, str) and found.endswith(str(value))
        case "begins with":
            return isinstance(found, str) and found.startswith(str(value))
    if not isinstance(found, int | float) or isinstance(found, bool):
        return False
    return found >= value if one.sign.how == "is at least" else found <= value  # type: ignore[operator]  # a number


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
SCOPE = {
    "type": "object",
    "required": ["args"],
    "properties": {
        "args": {
            "type": "object",
            "required": ["open"],
            "properties": {
                "open": {"anyOf": [{"type": "string"}, {"type": "array"}]},
                "text": {"type": "string"},
                "n": {"type": "number"},
            },
        }
    },
}


@given(TEXTS | st.sampled_from(["a@x.example", "https://x.example/1"]), TEXTS, st.floats(-1e9, 1e9))
@settings(max_examples=60)
def test_the_rule_holds_for_what_was_found_and_for_nothing_else(
    value: str, other: str, number: float
) -> None:
    """Whatever stands in a value, the rule compares with just that, and is no error where there is none."""
    for path in ("args.open", "args.text"):
        name = path.partition(".")[2]
        for one in signs_of(path, value):
            rule = Expression.compile(one.condition(SCOPE), SCOPE)
            assert rule.evaluate({"args": {"open": "", name: value}}) is True
            assert rule.evaluate({"args": {"open": ["a"]}}) is False
            if one.how == IS:
                assert rule.evaluate({"args": {"open": "", name: other}}) is (value == other)
    limit = threshold("args.n", [number], [number - 1])
    assert limit
    rule = Expression.compile(limit.condition(SCOPE), SCOPE)
    assert [rule.evaluate({"args": {"n": one}}) for one in (number, number - 1)] == [True, False]
    assert rule.evaluate({"args": {"open": ""}}) is False


def _told(one: Finding) -> tuple[str, list[int], list[int]]:
    return one.key, [case.review.int for case in one.supports], [case.review.int for case in one.against]
