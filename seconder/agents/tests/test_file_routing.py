"""Whom the values choose: what apply refuses of routes and expressions, and how it says them."""

import pytest

from seconder.agents import in_words
from seconder.agents.file.checking import check
from seconder.agents.tests.agent_files import Acme, Parts, faults_of
from seconder.agents.tests.test_file_checking import review, step

ROUTES: Parts = {
    "routes": [
        {"when": "steps.extract.output.total > 100", "to": ["bob@example.com", "finn@example.com"]},
        {"when": "true", "to": "bob@example.com"},
    ]
}


def routed(**fields: Parts) -> Parts:
    """By routes, of which the second has other fields; those of the review or of `assign` go there."""
    first, second = ROUTES["routes"]
    assign: Parts = {key: fields.pop(key) for key in ("match", "people") if key in fields}
    of_route = {key: fields.pop(key) for key in ("when", "to") if key in fields}
    return review(assign={"routes": [first, {**second, **of_route}], **assign}, **fields)


def staged(second: Parts, **fields: Parts) -> Parts:
    first = {"assign": ["bob@example.com", "finn@example.com"]}
    return review(**{"assign": {}, "rule": {"stages": [first, second]}, **fields})


REFUSED: dict[str, tuple[Parts, str, str]] = {
    "a route by what is no condition": (
        routed(when="steps.extract.output.total"), "steps[1].review.assign.routes[1].when", "true or false"),
    "a route by a step that comes later": (
        routed(when="steps.order.output.ok"), "steps[1].review.assign.routes[1].when", "comes later"),
    "a route to a stranger": (
        routed(to="eve@example.com"), "steps[1].review.assign.routes[1].to.people", "not a member"),
    "a route to nobody": (routed(to=[]), "steps[1].review.assign.routes[1].to", "names nobody"),
    "a route of too few": (
        routed(rule={"approve": {"count": 2}}), "steps[1].review.assign.routes[1].to", "2 of 1"),
    "routes and people": (routed(people=["bob@example.com"]), "steps[1].review.assign", "only one of them"),
    "every route, and only edits": (
        routed(match="every", answers=["edit", "reject"]), "steps[1].review.answers", "nobody edits"),
    "every of no routes": (review(assign={"match": "every"}), "steps[1].review.assign.match", "no effect"),
    "a question to every route": (
        step(1, review=None, ask={"question": "?", "assign": ROUTES | {"match": "every"}}),
        "steps[1].ask.assign.match", "one answer"),
    "an expression that yields no names": (
        review(assign={"expression": "steps.extract.output.total * 2.0"}),
        "steps[1].review.assign.expression", "double and not e-mail addresses"),
    "an expression of nothing that is there": (
        review(assign={"expression": "steps.extract.output.manager"}),
        "steps[1].review.assign.expression", "does not exist"),
    "a stage of too few": (
        staged({"approve": {"count": 2}, "assign": "bob@example.com"}),
        "steps[1].review.rule.stages[1]", "2 of 1"),
    "a stage of a stranger": (
        staged({"assign": "eve@example.com"}), "steps[1].review.rule.stages[1].assign.people", "not a member"),
    "stages and people": (
        staged({"assign": "bob@example.com"}, assign="bob@example.com"), "steps[1].review.assign", "beside stages"),
    "stages and a rule": (
        review(assign={}, rule={"approve": "all", "stages": [{}]}), "steps[1].review.rule", "its own rule"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_routing_is_refused_at_its_place(name: str) -> None:
    file, path, words = REFUSED[name]
    faults = faults_of(file)
    assert any(fault.path == path and words in fault.message for fault in faults), [str(f) for f in faults]


def test_the_agents_page_says_whom_the_values_choose() -> None:
    file = check(review(assign=ROUTES), Acme())
    (said,) = in_words.steps([file.by_id["approval"]], lambda email: email.partition("@")[0])
    stages = check(staged({"approve": "all", "assign": "@finance"}), Acme()).by_id["approval"]
    (then,) = in_words.steps([stages], lambda email: email.partition("@")[0])
    assert "decided by bob or finn, then decided by all of the finance team." in then["text"]
    assert "bob or finn if total > 100; bob if true; or else the default reviewers" in said["text"]
