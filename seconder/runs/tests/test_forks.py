"""What a new run takes over from the one that it was made from, and what it never takes over."""

from __future__ import annotations

from typing import Any

from django_scopes import scope

from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK, ORDER, mail

SHOWS_INPUT: dict[str, Any] = {"id": "ask", "review": {**ASK["review"], "show": ["input.amount"]}}  # type: ignore[dict-item]  # a literal


def fork(stage: Stage, run: Run, step: str, given: Any = None, by: str = "dana") -> Run:  # Any: an input
    with scope(organization=run.organization_id):
        return stage.look(run).fork(stage.cast.actor(by), step, given)


def retry(stage: Stage, run: Run, by: str = "dana") -> Run:
    with scope(organization=run.organization_id):
        return stage.look(run).retry(stage.cast.actor(by))


def test_an_approval_inside_a_branch_does_not_carry_over_to_another_input_either(stage: Stage) -> None:
    both = {"id": "both", "branches": [{"steps": [SHOWS_INPUT]}, {"steps": [mail("beside")]}]}
    run = stage.run(stage.publish(both, mail("order"), input=ORDER), amount=1)
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    again = fork(stage, run, "order", {"amount": 1_000_000})
    stage.work()
    assert stage.look(again).status == "waiting"
    assert stage.steps(again)["ask"] == "waiting"


def test_a_fork_may_begin_inside_a_branch(stage: Stage) -> None:
    both = {"id": "both", "branches": [{"steps": [mail("a")]}, {"steps": [mail("b1"), mail("b2")]}]}
    run = stage.run(stage.publish(both, mail("end")))
    again = fork(stage, run, "b1")
    stage.work()
    assert stage.look(again).status == "succeeded"
    assert stage.steps(again) == dict.fromkeys(("both", "a", "b1", "b2", "end"), "succeeded")
    assert len(stage.mails()) == 4 + 3


def test_who_approved_does_not_become_the_requester_of_what_was_approved(stage: Stage) -> None:
    ask = {"id": "ask", "review": {"question": "?", "assign": {"people": ["alice@example.com"]}}}
    run = stage.run(stage.publish(ask, mail("after")))
    stage.decide(stage.review(run), "alice", "approve")
    stage.work()
    again = fork(stage, run, "after", by="alice")
    stage.work()
    assert stage.look(again).status == "waiting"
    [review] = stage.reviews(again)
    assert review.status == "open"


def test_a_no_that_the_run_went_on_from_is_not_asked_again_by_a_retry(stage: Stage) -> None:
    broken = {**mail("broken"), "with": {"to": "{{ input.to }}", "subject": "s", "body": "b"}}
    agent = stage.publish(
        {**ASK, "on_reject": "continue"},
        mail("after"),
        broken,
        input={"type": "object", "properties": {"to": {"type": "string"}}},
    )
    run = stage.run(agent)
    stage.decide(stage.review(run), "bob", "reject")
    stage.work()
    assert stage.look(run).status == "failed"
    again = retry(stage, run)
    stage.work()
    assert stage.look(again).status == "failed"
    assert stage.reviews(again) == []
    assert stage.steps(again)["ask"] == "rejected"


def test_what_was_decided_can_be_read_by_later_steps_also_where_it_was_no(stage: Stage) -> None:
    agent = stage.publish(
        {**ASK, "on_reject": "continue"},
        mail("yes", **{"if": 'steps.ask.output.outcome == "approved"'}),
        mail("no", **{"if": 'steps.ask.output.outcome == "rejected"'}),
    )
    run = stage.run(agent)
    stage.decide(stage.review(run), "bob", "reject", note="Too much.")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert stage.steps(run) == {"ask": "rejected", "yes": "skipped", "no": "succeeded"}


def test_a_review_that_the_input_did_not_need_is_judged_again_for_another_input(stage: Stage) -> None:
    """Else an order of ten million would go out under the exemption of a small one."""
    ask = {"id": "ask", "review": {**ASK["review"], "when": "input.amount > 10000"}}  # type: ignore[dict-item]  # a literal
    run = stage.run(stage.publish(ask, mail("order"), input=ORDER), amount=5)
    assert stage.look(run).status == "succeeded"
    again = fork(stage, run, "order", {"amount": 10_000_000})
    stage.work()
    assert stage.look(again).status == "waiting"


def test_a_group_that_the_input_did_not_need_is_judged_again_too(stage: Stage) -> None:
    both = {
        "id": "both",
        "if": "input.amount > 10000",
        "branches": [{"steps": [ASK]}, {"steps": [mail("b")]}],
    }
    run = stage.run(stage.publish(both, mail("order"), input=ORDER), amount=5)
    assert stage.steps(run) == {"both": "skipped", "order": "succeeded"}
    again = fork(stage, run, "order", {"amount": 10_000_000})
    stage.work()
    assert stage.look(again).status == "waiting"


def test_an_approval_of_the_same_values_carries_over_whatever_else_is_new(stage: Stage) -> None:
    schema = {"type": "object", "properties": {"amount": {"type": "number"}, "memo": {"type": "string"}}}
    run = stage.run(stage.publish(SHOWS_INPUT, mail("after"), input=schema), amount=1)
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    again = fork(stage, run, "after", {"amount": 1.0, "memo": "in a hurry"})
    stage.work()
    assert stage.look(again).status == "succeeded"
