"""Approving with other values: what is shown twice stays one thing, and nothing but an approval approves."""

from __future__ import annotations

from typing import Any

import pytest

from seconder.core.json import JSON, Object
from seconder.core.refusals import Invalid, NotFound
from seconder.verification.models import Review
from seconder.verification.tests.conftest import ORDER, SCHEMA, Desk

pytestmark = pytest.mark.django_db
OUTER, INNER = "steps.read.output", "steps.read.output.total"


def ask_twice(desk: Desk, *order: str, **more: object) -> Review:
    values: Object = {OUTER: ORDER, INNER: ORDER["total"]}  # type: ignore[dict-item]  # a literal of JSON
    schemas = {OUTER: SCHEMA, INNER: {"type": "number", "minimum": 0}}
    items = [{"path": path, "label": path, "value": values[path]} for path in order]
    return desk.ask("bob", "alice", items=items, schemas={path: schemas[path] for path in order}, **more)


def shown(review: Review) -> list[JSON]:
    return [item["value"]["total"] if item["path"] == OUTER else item["value"] for item in review.items]  # type: ignore[call-overload,index]  # objects


@pytest.mark.parametrize("order", [(OUTER, INNER), (INNER, OUTER)])
@pytest.mark.parametrize("edit", [{INNER: 7}, {OUTER: {**ORDER, "total": 7}}])
def test_a_value_that_is_shown_twice_is_edited_in_both_places(
    desk: Desk, order: tuple[str, ...], edit: Object
) -> None:
    review = ask_twice(desk, *order)
    desk.decide(review, "bob", "edit", edits=edit)
    assert shown(desk.look(review)) == [7, 7]
    assert desk.look(review).is_intact


def test_an_edit_that_breaks_the_schema_of_the_whole_is_refused_though_it_fits_the_part(desk: Desk) -> None:
    review = ask_twice(desk, OUTER, INNER)
    with pytest.raises(Invalid):
        desk.decide(review, "bob", "edit", edits={INNER: -1})


def test_asking_for_changes_is_not_a_yes(desk: Desk) -> None:
    """Nothing offers that verdict yet; should one come, the rule must not take it for an approval."""
    from seconder.verification.rule import outcome

    votes = {1: "request_changes"}
    assert outcome({"approve": "any", "reject": "any"}, {1: [], 2: []}, votes) is None
    review = desk.ask("bob", answers=["approve", "request_changes"])
    desk.decide(review, "bob", "request_changes", note="Smaller.")
    assert desk.look(review).outcome != "approved"


def test_an_answer_goes_with_the_verdict_answer_only(desk: Desk) -> None:
    with pytest.raises(Invalid):
        desk.decide(desk.ask("bob"), "bob", "approve", answer="yes")


def test_who_acts_in_another_organization_sees_nothing_even_where_the_query_is_this_ones(desk: Desk) -> None:
    from django_scopes import scope

    review = desk.ask("bob")
    with scope(organization=desk.cast.demo.pk), pytest.raises(NotFound):
        review.decide(desk.cast.actor("charlie"), "approve", digest=review.digest)


def test_bringing_back_what_was_shown_before_is_a_round_of_its_own(desk: Desk) -> None:
    review = desk.ask("bob", "alice", approve="all")
    for by, total in (("bob", 7), ("alice", ORDER["total"]), ("bob", 7)):
        desk.decide(review, by, "edit", edits={INNER: total})
        assert desk.look(review).status == "open"
    desk.decide(review, "alice")
    assert desk.look(review).outcome == "approved"
    assert desk.look(review).items[0]["value"]["total"] == 7  # type: ignore[call-overload,index]  # an object


@pytest.mark.parametrize(
    "said",
    [{"note": "\ud800"}, {"note": "a\x00"}, {"verdict": "edit", "edits": {INNER: float("nan")}}],
)
def test_a_decision_that_cannot_be_stored_is_refused(desk: Desk, said: dict[str, Any]) -> None:
    review = desk.ask("bob")
    with pytest.raises(Invalid):
        desk.decide(review, "bob", **{"verdict": "approve", **said})
    assert desk.look(review).status == "open"
