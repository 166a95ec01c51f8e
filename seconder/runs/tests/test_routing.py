"""Who is asked follows from the values: routes, of which the first or every one is taken, and expressions."""

from __future__ import annotations

from typing import Any

from django_scopes import scope, scopes_disabled

from seconder.agents.tests.scripted_model import ScriptedModel, gives
from seconder.events.models import Event
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage
from seconder.verification.models import Assignment, Review

BIG = {"when": "input.total > 100", "to": "cfo@example.com"}
ODD = {"when": "input.vendor.startsWith('x')", "to": ["finance@example.com", "bob@example.com"]}
INPUT = {
    "type": "object",
    "properties": {"total": {"type": "number"}, "vendor": {"type": "string"}, "who": {}},
}


def start(stage: Stage, assign: dict[str, Any], on_reject: str = "stop", **given: Any) -> Run:  # Any: JSON
    review = {"assign": assign, "show": ["input.total"], "answers": ["approve", "edit", "reject"]}
    agent = stage.publish(
        {"id": "approval", "on_reject": on_reject, "review": review},
        {"id": "order", "tool": "email.send", "with": {"to": "a@example.com", "subject": "x", "body": "y"}},
        input=INPUT,
        reviewers={"people": ["alice@example.com"]},
    )
    return stage.run(agent, **given)


def asked(stage: Stage, run: Run) -> list[set[str]]:
    """The names of those whom each of the open reviews asks."""
    names = {person.pk: name for name, person in stage.cast.people.items()}
    rows = [review for review in stage.reviews(run) if review.status == "open"]
    seats = Assignment.objects.filter
    return [{names[seat.person_id] for seat in seats(review=review)} for review in rows]


def because(review: Review) -> object:
    with scopes_disabled():
        return Event.objects.get(subject_id=review.pk, name="review.opened").facts.get("because")


def test_the_first_route_that_applies_is_taken(stage: Stage) -> None:
    run = start(stage, {"routes": [BIG, ODD]}, total=900, vendor="xy")
    assert asked(stage, run) == [{"cfo"}]
    assert "edit" in stage.review(run).answers
    stage.decide(stage.review(run), "cfo", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"


def test_what_no_route_takes_goes_to_the_default_reviewers(stage: Stage) -> None:
    run = start(stage, {"routes": [BIG, ODD]}, total=1, vendor="Acme")
    assert asked(stage, run) == [{"alice"}]
    assert because(stage.review(run)) == "no route applies"


def test_a_condition_without_an_answer_goes_to_the_default_reviewers(stage: Stage) -> None:
    """Also where a later route applies: whether the first does nobody knows."""
    run = start(stage, {"routes": [ODD, BIG]}, total=900)
    assert asked(stage, run) == [{"alice"}]
    assert because(stage.review(run)) == "the condition of a route has no answer"
    every = start(stage, {"routes": [ODD, BIG], "match": "every"}, total=900)
    assert asked(stage, every) == [{"alice"}, {"cfo"}]


def test_every_route_opens_a_review_and_all_must_say_yes(stage: Stage) -> None:
    run = start(stage, {"routes": [BIG, ODD], "match": "every"}, total=900, vendor="xy")
    assert asked(stage, run) == [{"cfo"}, {"bob", "finance"}]
    first, second = stage.reviews(run)
    assert first.answers == second.answers == ["approve", "reject"]  # each decides on the same values
    stage.decide(first, "cfo", "approve", note="Fine.")
    stage.work()
    assert stage.look(run).status == "waiting"
    assert stage.mails() == []
    stage.decide(second, "bob", "approve", note="Good.")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert stage.step(run, "approval").output == {"outcome": "approved", "note": "Fine.\n\nGood."}
    assert len(stage.mails()) == 1


def test_one_no_ends_it_and_the_others_are_asked_no_more(stage: Stage) -> None:
    for on_reject, status in (("stop", "rejected"), ("continue", "succeeded")):
        run = start(stage, {"routes": [BIG, ODD], "match": "every"}, on_reject, total=900, vendor="xy")
        stage.decide(stage.reviews(run)[1], "finance", "reject", note="Too much.")
        stage.work()
        assert stage.look(run).status == status
        assert stage.step(run, "approval").output == {"outcome": "rejected", "note": "Too much."}
        assert [one.status for one in stage.reviews(run)] == ["withdrawn", "decided"]


def test_who_asked_for_changes_looks_again_whatever_the_values_are_now(
    stage: Stage, model: ScriptedModel
) -> None:
    """A model shall not choose its reviewer anew."""
    order = {
        "type": "object",
        "required": ["total", "who"],
        "properties": {"total": {"type": "number"}, "who": {"type": "string"}},
    }
    total = "steps.read.output.total"
    routes = [{"when": f"{total} > 100", "to": "cfo@example.com"}, {"when": "true", "to": "bob@example.com"}]
    for assign, after in (
        ({"routes": routes}, [{"cfo"}, {"bob"}]),
        ({"expression": "steps.read.output.who"}, [{"cfo"}]),
    ):
        model.says(gives(total=900, who="cfo@example.com"), gives(total=1, who="bob@example.com"))
        agent = stage.publish(
            {"id": "read", "prompt": "Read the order.", "output": order},
            {
                "id": "approval",
                "review": {
                    "assign": assign,
                    "show": ["steps.read.output"],
                    "answers": ["approve", "reject", "request_changes"],
                },
            },
        )
        run = stage.run(agent)
        assert asked(stage, run) == [{"cfo"}]
        stage.decide(stage.review(run), "cfo", "request_changes", note="Smaller.")
        stage.work()
        assert asked(stage, run) == after
        assert {one.attempt for one in stage.reviews(run) if one.status == "open"} == {2}


def test_an_expression_yields_people_and_teams(stage: Stage) -> None:
    run = start(stage, {"expression": "['Bob@example.com ', '@legal']"})
    assert asked(stage, run) == [{"bob", "alice", "cfo"}]
    assert because(stage.review(run)) is None
    one = start(stage, {"expression": "input.who"}, who="cfo@example.com")
    assert asked(stage, one) == [{"cfo"}]


def test_whom_an_expression_cannot_name_the_default_reviewers_are_asked(stage: Stage) -> None:
    unknown = "the expression names somebody who cannot be asked"
    nobody = "the expression yields nobody"
    for who, why in (
        (["bob@example.com", "charlie@example.com"], unknown),  # of another organization
        ("@nowhere", unknown),
        ([], nobody),
        (7, nobody),
        (["bob@example.com"] * 51, nobody),
    ):
        run = start(stage, {"expression": "input.who"}, who=who)
        assert (asked(stage, run), because(stage.reviews(run)[-1])) == ([{"alice"}], why), who
    run = start(stage, {"expression": "input.who"})
    assert (asked(stage, run), because(stage.reviews(run)[-1])) == ([{"alice"}], nobody)


def test_an_expression_does_not_get_round_forbid(stage: Stage) -> None:
    """Dana asked: whom she names is judged like anybody, and she herself is kept out."""
    run = start(stage, {"expression": "input.who"}, who="dana@example.com")
    assert asked(stage, run) == [{"alice"}]


def test_nobody_named_means_the_default_reviewers_by_the_rule(stage: Stage) -> None:
    agent = stage.publish(
        {"id": "approval", "review": {"rule": {"approve": {"count": 2}}}},
        reviewers={"people": ["bob@example.com", "cfo@example.com", "alice@example.com"]},
    )
    run = stage.run(agent)
    assert stage.review(run).rule["approve"] == {"count": 2}
    stage.decide(stage.review(run), "bob", "approve")
    assert stage.review(run).status == "open"


def test_an_approval_does_not_come_along_where_another_would_be_asked_now(stage: Stage) -> None:
    run = start(stage, {"routes": [{"when": "input.vendor == 'x'", "to": "bob@example.com"}]}, vendor="x")
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    with scope(organization=run.organization_id):
        again = stage.look(run).fork(stage.cast.actor("dana"), "order", {"vendor": "y"})
    stage.work()
    assert asked(stage, again) == [{"alice"}]


def test_a_file_asks_in_stages(stage: Stage) -> None:
    stages = [
        {"assign": ["bob@example.com"]},
        {"approve": "all", "assign": {"people": ["alice@example.com"], "teams": ["legal"]}},
    ]
    agent = stage.publish({"id": "approval", "review": {"rule": {"stages": stages}}})
    run = stage.run(agent)
    for by in ("bob", "cfo", "alice"):
        assert stage.look(run).status == "waiting"
        stage.decide(stage.review(run), by, "approve")
        stage.work()
    assert stage.look(run).status == "succeeded"
