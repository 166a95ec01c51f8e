"""A run from its start to its end: steps in order, conditions, branches, retries, cancel, retry, fork."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django_scopes import scope

from seconder.agents.tests.scripted_model import ScriptedModel, gives, text
from seconder.core.clock import now
from seconder.core.refusals import AlreadyFinished, Conflict, Invalid, NotAllowed
from seconder.runs.tests.conftest import Stage

ORDER = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number"}}}
RISK = {"type": "object", "required": ["risk"], "properties": {"risk": {"type": "string"}}}
ASK = {"id": "ask", "review": {"question": "Go on?", "assign": {"people": ["bob@example.com"]}}}


def mail(step_id: str = "tell", **more: object) -> dict[str, object]:
    return {
        "id": step_id,
        "tool": "email.send",
        "with": {"to": "x@example.com", "subject": step_id, "body": "b"},
        **more,
    }


def test_steps_run_in_order_and_the_record_tells_them(stage: Stage, model: ScriptedModel) -> None:
    model.says(gives(risk="low"))
    agent = stage.publish({"id": "judge", "prompt": "Judge.", "output": RISK}, mail(), input=ORDER)
    run = stage.run(agent, amount=5)
    assert run.status == "succeeded"
    assert stage.steps(run) == {"judge": "succeeded", "tell": "succeeded"}
    assert len(stage.mails()) == 1
    assert stage.events(run) == [
        "run.queued", "run.running", "step.succeeded",
        "effect.claimed", "effect.done", "step.succeeded", "run.succeeded",
    ]  # fmt: skip


def test_a_condition_skips_its_step(stage: Stage) -> None:
    agent = stage.publish(
        mail("small", **{"if": "input.amount < 10"}),
        mail("large", **{"if": "input.amount >= 10"}),
        input=ORDER,
    )
    run = stage.run(agent, amount=10)
    assert stage.steps(run) == {"small": "skipped", "large": "succeeded"}


def test_a_missing_value_fails_the_step_before_its_effect_is_claimed(stage: Stage) -> None:
    schema = {"type": "object", "properties": {"to": {"type": "string"}}}
    agent = stage.publish(
        {**mail(), "with": {"to": "{{ input.to }}", "subject": "s", "body": "b"}}, input=schema
    )
    run = stage.run(agent)
    assert run.status == "failed"
    assert run.error == {
        "step": "tell",
        "type": "missing-value",
        "message": "input.to has no value, so Send an e-mail was not started.",
    }
    assert stage.effects(run) == []


def test_branches_run_side_by_side_and_are_joined(stage: Stage, model: ScriptedModel) -> None:
    model.says(gives(risk="low"))
    branches = [
        {"steps": [{"id": "a", "prompt": "Judge.", "output": RISK}, mail("tell-a")]},
        {"steps": [ASK, mail("tell-b")]},
    ]
    agent = stage.publish({"id": "both", "branches": branches}, mail("end"))
    run = stage.run(agent)
    assert run.status == "waiting"
    assert stage.steps(run) == {"both": "running", "a": "succeeded", "tell-a": "succeeded", "ask": "waiting"}
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert stage.steps(run)["end"] == "succeeded"
    assert len(stage.mails()) == 3


def test_two_gates_in_two_branches_continue_the_run_once_each(stage: Stage) -> None:
    def gate(name: str) -> dict[str, object]:
        return {"steps": [{**ASK, "id": f"ask-{name}"}, mail(name)]}

    run = stage.run(stage.publish({"id": "both", "branches": [gate("a"), gate("b")]}, mail("end")))
    for review in stage.reviews(run):
        stage.decide(review, "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.mails()) == 3


def test_a_rejection_ends_the_run_and_withdraws_what_waits_beside_it(stage: Stage) -> None:
    branches = [{"steps": [{**ASK, "id": "a"}, mail("after-a")]}, {"steps": [{**ASK, "id": "b"}]}]
    run = stage.run(stage.publish({"id": "both", "branches": branches}))
    first, second = stage.reviews(run)
    stage.decide(first, "bob", "reject")
    stage.work()
    assert stage.look(run).status == "rejected"
    assert [review.status for review in stage.reviews(run)] == ["decided", "withdrawn"]
    assert stage.mails() == []
    assert second.step_id == "b"


def test_on_reject_continue_goes_on(stage: Stage) -> None:
    run = stage.run(stage.publish({**ASK, "on_reject": "continue"}, mail()))
    stage.decide(stage.review(run), "bob", "reject")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert stage.steps(run) == {"ask": "rejected", "tell": "succeeded"}


def test_a_model_that_fails_is_asked_again_after_the_backoff(stage: Stage, model: ScriptedModel) -> None:
    model.says(*[{"status": 400} for _ in range(1)], gives(risk="low"))
    step = {"id": "judge", "prompt": "Judge.", "output": RISK, "retry": {"attempts": 2, "backoff": "90s"}}
    run = stage.run(stage.publish(step))
    row = stage.step(run, "judge")
    assert (run.status, row.status, row.attempts) == ("waiting", "waiting", 1)
    assert run.next_at == row.retry_at
    assert row.retry_at
    assert timedelta(seconds=80) < row.retry_at - now() <= timedelta(seconds=90)
    stage.run_timers(run)
    assert stage.look(run).status == "succeeded"
    assert stage.step(run, "judge").attempts == 2


def test_a_step_that_keeps_failing_fails_the_run_and_a_retry_goes_on_from_it(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(gives(risk="low"), {"status": 400})
    steps = [
        {"id": "first", "prompt": "One.", "output": RISK},
        {"id": "second", "prompt": "Two.", "output": RISK},
    ]
    run = stage.run(stage.publish(*steps))
    assert run.status == "failed"
    assert (run.error or {}).get("step") == "second"
    model.says(gives(risk="high"))
    with scope(organization=run.organization_id):
        again = run.retry(stage.cast.actor("dana"))
    stage.work()
    assert stage.look(again).status == "succeeded"
    assert again.parent_run_id == run.pk
    assert stage.step(again, "first").output == {"risk": "low"}
    assert stage.step(again, "first").notes["carried_over"]
    assert stage.look(run).status == "failed"
    assert len(model.asked) == 3


def test_a_fork_begins_at_its_step_and_asks_again_what_it_approves(stage: Stage) -> None:
    agent = stage.publish(mail("before"), ASK, mail("after"))
    run = stage.run(agent)
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    with scope(organization=run.organization_id):
        fork = stage.look(run).fork(stage.cast.actor("dana"), "ask")
        last = stage.look(run).fork(stage.cast.actor("dana"), "after")
    stage.work()
    assert stage.look(fork).status == "waiting"
    assert stage.steps(fork) == {"before": "succeeded", "ask": "waiting"}
    assert stage.look(last).status == "succeeded"
    assert len(stage.mails()) == 3


def test_an_approval_that_showed_the_input_does_not_carry_over_to_another_input(stage: Stage) -> None:
    shows = {"id": "ask", "review": {**ASK["review"], "show": ["input.amount"]}}  # type: ignore[dict-item]  # a literal above
    run = stage.run(stage.publish(shows, mail("after"), input=ORDER), amount=1)
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    with scope(organization=run.organization_id):
        same = stage.look(run).fork(stage.cast.actor("dana"), "after")
        other = stage.look(run).fork(stage.cast.actor("dana"), "after", {"amount": 2})
    stage.work()
    assert stage.look(same).status == "succeeded"
    assert stage.look(other).status == "waiting"


def test_cancel_ends_it_and_withdraws_the_review(stage: Stage) -> None:
    run = stage.run(stage.publish(ASK, mail()))
    with scope(organization=run.organization_id):
        run.cancel(stage.cast.actor("dana"))
        with pytest.raises(AlreadyFinished):
            run.cancel(stage.cast.actor("dana"))
    stage.work()
    assert stage.look(run).status == "canceled"
    assert stage.review(run).status == "withdrawn"
    assert stage.mails() == []


def test_the_input_must_keep_its_schema(stage: Stage) -> None:
    agent = stage.publish(mail(), input=ORDER)
    with pytest.raises(Invalid, match=r"input\.amount: 'ten' is not of type 'number'"):
        stage.start(agent, amount="ten")


def test_a_reviewer_does_not_start_runs(stage: Stage) -> None:
    agent = stage.publish(mail())
    with pytest.raises(NotAllowed):
        stage.start(agent, by="bob")


def test_a_rehearsal_has_no_effects(stage: Stage) -> None:
    run = stage.start(stage.publish(mail()), dry_run=True)
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert stage.mails() == []
    assert stage.effects(run) == []
    assert stage.step(run, "tell").output["rehearsed"] is True


def test_only_what_ended_badly_is_retried(stage: Stage) -> None:
    run = stage.run(stage.publish(mail()))
    with scope(organization=run.organization_id), pytest.raises(Conflict):
        run.retry(stage.cast.actor("dana"))


def test_text_is_what_a_step_without_output_gives(stage: Stage, model: ScriptedModel) -> None:
    model.says(text("All is well."))
    run = stage.run(stage.publish({"id": "say", "prompt": "Say."}))
    assert run.output == {"text": "All is well."}
