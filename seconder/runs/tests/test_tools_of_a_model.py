"""A model wants to act: what needs an approval waits for one, and what was approved is exactly what runs, once."""

from __future__ import annotations

from typing import Any

import pytest

from seconder.agents.models import Agent
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.core.refusals import Invalid
from seconder.runs.tests.conftest import Stage

DONE = {"type": "object", "required": ["done"], "properties": {"done": {"type": "boolean"}}}
MAIL = {"to": "vendor@example.org", "subject": "Order", "body": "Please send ten."}


def agent(stage: Stage, **more: Any) -> Agent:  # Any: an agent's file
    step = {"id": "act", "prompt": "Order ten.", "output": DONE}
    return stage.publish(step, tools=["email.send"], reviewers={"people": ["bob@example.com"]}, **more)


def told(model: ScriptedModel) -> str:
    """What the model was told last."""
    return str(model.asked[-1]["messages"][-1]["content"])


def test_an_effect_waits_for_its_approval_and_then_happens_once(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("email_send", MAIL)), gives(done=True))
    run = stage.run(agent(stage))
    review = stage.review(run)
    assert (run.status, review.kind, review.items[0]["value"]) == ("waiting", "action", MAIL)
    assert stage.mails() == []
    decision = stage.decide(review, "bob", "approve")
    stage.work()
    assert stage.look(run).output == {"done": True}
    [effect] = stage.effects(run)
    assert (effect.review_id, effect.arguments, effect.status) == (review.pk, MAIL, "done")
    assert decision.verdict == "approve"
    [mail] = stage.mails()
    assert "Please send ten." in mail


def test_an_edited_approval_runs_what_was_edited_and_the_model_is_told(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(calls(("email_send", MAIL)), gives(done=True))
    run = stage.run(agent(stage))
    decision = stage.decide(stage.review(run), "bob", "edit", edits={"args.body": "Please send nine."})
    stage.work()
    [mail] = stage.mails()
    assert "send nine" in mail
    assert "send ten" not in mail
    assert decision.changes == {"args.body": {"before": "Please send ten.", "after": "Please send nine."}}
    assert "approved this with other values" in told(model)


def test_a_rejection_is_told_and_the_same_call_is_blocked_for_the_rest_of_the_run(
    stage: Stage, model: ScriptedModel
) -> None:
    again = calls(("email_send", dict(reversed(MAIL.items()))), ids=["call-again"])
    model.says(calls(("email_send", MAIL)), again, gives(done=False))
    run = stage.run(agent(stage))
    stage.decide(stage.review(run), "bob", "reject", note="Too many.")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert stage.mails() == []
    assert stage.effects(run) == []
    assert len(stage.reviews(run)) == 1
    tool_results = [m["content"] for m in model.asked[-1]["messages"] if m["role"] == "tool"]
    assert "Too many." in tool_results[0]
    assert "already said no" in tool_results[1]


def test_policy_allows_asks_and_denies(stage: Stage, model: ScriptedModel) -> None:
    policy = [
        {"tool": "email.send", "when": 'args.to.endsWith("@example.com")', "decide": "allow"},
        {"tool": "email.send", "when": 'args.to.endsWith(".evil")', "decide": "deny"},
    ]
    wanted = [("email_send", {**MAIL, "to": to}) for to in ("a@example.com", "b@x.evil", "c@x.org")]
    model.says(calls(*wanted, ids=["a", "b", "c"]), gives(done=True))
    run = stage.run(agent(stage, policy=policy))
    review = stage.review(run)
    assert review.items[0]["value"]["to"] == "c@x.org"  # type: ignore[index,call-overload]  # arguments are an object
    assert len(stage.mails()) == 1
    stage.decide(review, "bob", "approve")
    stage.work()
    assert len(stage.mails()) == 2
    results = [m["content"] for m in model.asked[-1]["messages"] if m["role"] == "tool"]
    assert any("policy does not allow" in result for result in results)


def test_the_policys_no_is_said_to_who_edits_before_it_is_recorded(
    stage: Stage, model: ScriptedModel
) -> None:
    policy = [{"tool": "email.send", "when": 'args.to.endsWith(".evil")', "decide": "deny"}]
    model.says(calls(("email_send", MAIL)), gives(done=True))
    run = stage.run(agent(stage, policy=policy))
    review = stage.review(run)
    with pytest.raises(Invalid, match="policy does not allow this with these values"):
        stage.decide(review, "bob", "edit", edits={"args.to": "b@x.evil"})
    assert stage.review(run).status == "open"
    stage.decide(review, "bob", "edit", edits={"args.to": "c@x.org"})
    stage.work()
    assert len(stage.mails()) == 1


def test_what_the_policy_allowed_does_not_happen_again_unseen(stage: Stage, model: ScriptedModel) -> None:
    policy = [{"tool": "email.send", "decide": "allow"}]
    other = {**MAIL, "subject": "Another order"}
    again = calls(("email_send", MAIL), ("email_send", other), ids=["again", "other"])
    model.says(calls(("email_send", MAIL)), again, gives(done=True))
    run = stage.run(agent(stage, policy=policy))
    assert len(stage.mails()) == 2, "once each"
    review = stage.review(run)
    assert str(review.question).startswith("May the agent do this once more")
    stage.decide(review, "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.mails()) == 3


def test_a_tool_that_the_file_does_not_offer_is_not_there(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("email_send", MAIL)), gives(done=False))
    run = stage.run(stage.publish({"id": "act", "prompt": "Order.", "output": DONE}))
    assert run.status == "succeeded"
    assert stage.mails() == []
    assert "no tool" in told(model)
    assert "email_send" not in str(model.asked[0].get("tools"))


def test_arguments_that_the_tool_does_not_take_go_back_to_the_model(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(calls(("email_send", {"to": "a@example.com"})), gives(done=False))
    run = stage.run(agent(stage))
    assert run.status == "succeeded"
    assert stage.reviews(run) == []
    assert "is a required property" in told(model)


def test_a_reply_is_paid_for_once_though_the_run_is_parked_and_taken_up_again(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(calls(("email_send", MAIL)), gives(done=True))
    run = stage.run(agent(stage))
    assert len(model.asked) == 1
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    assert len(model.asked) == 2
    assert stage.step(run, "act").notes["usage"] == {"input_tokens": 200, "output_tokens": 20, "amount": None}


def test_a_model_that_leaves_out_what_is_required_says_so_in_missing(
    stage: Stage, model: ScriptedModel
) -> None:
    schema = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
    gate = {"when": "steps.read.output.total > 10", "question": "?", "show": ["steps.read.output"]}
    gate["assign"] = {"people": ["bob@example.com"]}  # type: ignore[assignment]  # a literal of mixed values
    mail = {**MAIL, "body": "Total {{ steps.read.output.total }}"}
    model.says(gives())
    run = stage.run(
        stage.publish(
            {"id": "read", "prompt": "Read.", "output": schema},
            {"id": "gate", "review": gate},
            {"id": "send", "tool": "email.send", "with": mail},
        )
    )
    review = stage.review(run)
    assert stage.step(run, "read").notes["missing"] == ["total"]
    assert review.items[0]["missing"] == ["steps.read.output.total"]
    stage.decide(review, "bob", "edit", edits={"steps.read.output.total": 12.5})
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert "12.5" in stage.mails()[0]
    assert stage.step(run, "read").output == {}
    assert stage.step(run, "read").edited == {"total": 12.5}


def test_a_model_that_never_keeps_the_schema_fails_the_step_and_says_why(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(gives(done="perhaps"))
    run = stage.run(stage.publish({"id": "act", "prompt": "Order.", "output": DONE}))
    assert run.status == "failed"
    assert "done: 'perhaps' is not of type 'boolean'" in str(run.error)
    assert len(model.asked) == 3


def test_a_result_in_a_fence_of_words_is_taken(stage: Stage, model: ScriptedModel) -> None:
    model.says({"role": "assistant", "content": 'Here it is:\n```json\n{"done": true}\n```'})
    run = stage.run(stage.publish({"id": "act", "prompt": "Order.", "output": DONE}))
    assert run.output == {"done": True}
