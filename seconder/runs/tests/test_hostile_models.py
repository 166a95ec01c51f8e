"""A model that answers absurdly: its own step may fail, nothing is done unapproved, and no other run suffers."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from seconder.agents import given, tools
from seconder.agents.models import Agent
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives, text
from seconder.core.refusals import Invalid
from seconder.runs.effects import NOT_HAPPENED
from seconder.runs.tests.conftest import Stage

DONE = {"type": "object", "required": ["done"], "properties": {"done": {"type": "boolean"}}}
MAIL = {"to": "vendor@example.org", "subject": "Order", "body": "Please send ten."}
OTHER = {**MAIL, "subject": "Another"}
ALLOW = [{"tool": "email.send", "decide": "allow"}]


def agent(stage: Stage, **more: Any) -> Agent:  # Any: an agent's file
    step = {"id": "act", "prompt": "Order ten.", "output": DONE}
    return stage.publish(step, tools=["email.send"], reviewers={"people": ["bob@example.com"]}, **more)


def raw(name: str, arguments: str, id: str = "c") -> dict[str, Any]:  # noqa: A002  the protocol's word
    function = {"name": name, "arguments": arguments}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": id, "type": "function", "function": function}],
    }


def test_two_calls_of_one_reply_with_one_id_are_two(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("email_send", MAIL), ("email_send", OTHER), ids=["x", "x"]), gives(done=True))
    run = stage.run(agent(stage))
    assert run.status == "waiting"
    assert len(stage.reviews(run)) == 2
    for review in stage.reviews(run):
        stage.decide(review, "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.mails()) == 2


def test_an_id_that_comes_again_in_a_later_reply_is_another_call(stage: Stage, model: ScriptedModel) -> None:
    first, second = (calls(("email_send", m), ids=["call_0"]) for m in (MAIL, OTHER))
    model.says(first, second, gives(done=True))
    run = stage.run(agent(stage))
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    assert stage.look(run).status == "waiting"
    assert [review.items[0]["value"] for review in stage.reviews(run)] == [MAIL, OTHER]
    assert len(stage.mails()) == 1


@pytest.mark.parametrize("id", ["", "x" * 100_000, "a\x00b", "\ud800", "outcome:c", "c d\n"])
def test_an_absurd_id_is_replaced(stage: Stage, model: ScriptedModel, id: str) -> None:  # noqa: A002  as above
    model.says(calls(("email_send", MAIL), ids=[id]), gives(done=True))
    run = stage.run(agent(stage))
    assert run.status == "waiting"
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.mails()) == 1


@pytest.mark.parametrize(
    "arguments", ["[1]", '"x"', "nonsense", "", "null", '{"a":' * 5000, '{"a":' * 400 + "1" + "}" * 400]
)
def test_arguments_that_are_no_object_go_back_to_the_model(
    stage: Stage, model: ScriptedModel, arguments: str
) -> None:
    model.says(raw("email_send", arguments), gives(done=False))
    run = stage.run(agent(stage))
    assert (run.status, run.error) == ("succeeded", None)
    assert stage.mails() == []


@pytest.mark.parametrize("name", ["email.send", "e" * 10_000, "../x", "", "a\x00b", "give_result.", "nope"])
def test_a_tool_that_there_is_not_is_said_not_to_be(stage: Stage, model: ScriptedModel, name: str) -> None:
    model.says(raw(name, "{}"), gives(done=False))
    run = stage.run(agent(stage))
    assert run.status == "succeeded"
    assert stage.mails() == []


def test_halves_of_surrogates_and_nul_become_harmless(stage: Stage, model: ScriptedModel) -> None:
    odd = {**MAIL, "subject": "a\ud800b\x00c", "body": "\udfff\x00"}
    model.says(calls(("email_send", odd)), gives(done=True))
    run = stage.run(agent(stage))
    assert run.status == "waiting"
    stage.decide(stage.review(run), "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"


def test_text_with_halves_of_surrogates_is_kept_readable(stage: Stage, model: ScriptedModel) -> None:
    model.says(text("fine \ud83d here \x00."))
    run = stage.run(stage.publish({"id": "say", "prompt": "Say."}))
    assert run.status == "succeeded"
    json.dumps(run.output, ensure_ascii=False).encode()


def test_two_hundred_calls_do_not_ask_people_two_hundred_times(stage: Stage, model: ScriptedModel) -> None:
    many = [("email_send", {**MAIL, "subject": f"n{n}"}) for n in range(200)]
    model.says(calls(*many), gives(done=True))
    run = stage.run(agent(stage))
    assert run.status == "waiting"
    assert len(stage.reviews(run)) <= 20


def test_a_result_beside_other_calls_is_answered_too(stage: Stage, model: ScriptedModel) -> None:
    """Providers refuse a talk in which a call has no answer."""
    both = calls(("email_send", MAIL), ("give_result", {"done": True}))
    model.says(both, gives(done=True))
    run = stage.run(agent(stage, policy=ALLOW))
    assert run.status == "succeeded"
    for request in model.asked:
        asked = {c["id"] for m in request["messages"] for c in m.get("tool_calls") or []}
        answered = {m["tool_call_id"] for m in request["messages"] if m["role"] == "tool"}
        assert asked == answered


def test_two_results_in_one_reply_that_do_not_fit_are_both_answered(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(calls(("give_result", {"done": 1}), ("give_result", {"done": 2})), gives(done=True))
    run = stage.run(agent(stage))
    assert run.status == "succeeded"
    asked = {c["id"] for m in model.asked[-1]["messages"] for c in m.get("tool_calls") or []}
    answered = {m["tool_call_id"] for m in model.asked[-1]["messages"] if m["role"] == "tool"}
    assert asked == answered


def test_an_edit_to_what_the_policy_denies_is_not_done(stage: Stage, model: ScriptedModel) -> None:
    policy = [{"tool": "email.send", "when": 'args.to.endsWith(".evil")', "decide": "deny"}]
    model.says(calls(("email_send", MAIL)), gives(done=False))
    run = stage.run(agent(stage, policy=policy))
    review = stage.review(run)
    with pytest.raises(Invalid, match="policy"):
        stage.decide(review, "bob", "edit", edits={"args.to": "x@y.evil"})
    # As it was stored before edits met the policy: it is asked once more when the action starts.
    review.bind([{**review.items[0], "value": {**MAIL, "to": "x@y.evil"}}])
    review.save()
    stage.decide(review, "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert stage.mails() == []


def test_after_an_edit_the_call_as_it_was_is_blocked(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("email_send", MAIL)), calls(("email_send", MAIL), ids=["again"]), gives(done=True))
    run = stage.run(agent(stage))
    stage.decide(stage.review(run), "bob", "edit", edits={"args.body": "Nine."})
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.reviews(run)) == 1
    assert len(stage.mails()) == 1


def test_an_approval_is_not_good_for_a_tool_that_has_changed(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("email_send", MAIL)), gives(done=True))
    run = stage.run(agent(stage))
    stage.decide(stage.review(run), "bob", "approve")
    before = tools.find("email.send")
    assert before is not None
    changed = {**before.arguments, "description": "Sends it to everybody."}
    fields = {name: getattr(before, name) for name in before.__dataclass_fields__}
    tools.offer(tools.Tool(**{**fields, "arguments": changed}))
    try:
        stage.work()
    finally:
        tools.offer(before)
    assert stage.mails() == []
    assert stage.effects(run) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>gateway</html>", b"[]", b"null", b"{}", b'{"choices": []}', b'{"choices": null}',
     b'{"choices": [{"message": null}]}', b'{"choices": [{"index": 0, "finish_reason": "stop", "message": {}}]}',
     b'{"error": {"message": "overloaded"}}', b'{"id": 1, "choices": "\xff"}',
     b'{"id":"c","object":"chat.completion","created":1,"model":"a\\u0000","choices":[{"index":0,"finish_reason":'
     b'"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":null,"type":"function",'
     b'"function":{"name":"email_send","arguments":null}}]}}]}'],
)  # fmt: skip
def test_whatever_a_server_answers_only_its_own_step_fails_and_says_why(
    stage: Stage, model: ScriptedModel, body: bytes
) -> None:
    model.says({"body": body})
    run = stage.run(agent(stage))
    assert run.status == "failed"
    assert (run.error or {}).get("type") in ("model-error", "no-result", "too-many-replies")
    assert stage.mails() == []


def test_an_unknown_outcome_of_a_models_act_is_asked_about_and_then_told(
    stage: Stage, model: ScriptedModel
) -> None:
    fates = [tools.ToolFailed("Dead.", retryable=False, happened="unknown")]

    def act(arguments: Any, key: str) -> dict[str, Any]:  # Any: JSON
        if fates:
            raise fates.pop()
        return {"sent": True}

    tools.offer(
        tools.Tool(
            name="telegraph.send", title="Send", description="Sends", kind="effect", arguments={"type": "object"},
            act=act, takes_key=lambda: False, describe=lambda arguments: [],
        )
    )  # fmt: skip
    try:
        model.says(calls(("telegraph_send", {"text": "hi"})), gives(done=True))
        step = {"id": "act", "prompt": "Order ten.", "output": DONE}
        run = stage.run(stage.publish(step, tools=["telegraph.send"]))
        stage.decide(stage.review(run), "alice", "approve")
        stage.work()
        question = stage.reviews(run)[-1]
        assert (question.kind, stage.look(run).status) == ("question", "waiting")
        stage.decide(question, "alice", "answer", answer=NOT_HAPPENED)
        stage.work()
        assert stage.look(run).status == "succeeded"
        assert [effect.status for effect in stage.effects(run)] == ["done"]
    finally:
        tools.withdraw("telegraph.send")


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "-1e999"])
def test_a_number_that_is_none_slips_under_no_limit(stage: Stage, model: ScriptedModel, number: str) -> None:
    """NaN is above no limit, so a paper that talks a model into it would go out without its review."""
    schema = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
    gate = {"when": "steps.read.output.total > 10000", "question": "?", "show": ["steps.read.output"]}
    model.says(raw("give_result", f'{{"total": {number}}}'))
    run = stage.run(
        stage.publish(
            {"id": "read", "prompt": "Read.", "output": schema},
            {"id": "gate", "review": gate},
            {"id": "send", "tool": "email.send", "with": MAIL},
        )
    )
    assert run.status == "failed"
    assert stage.mails() == []


def test_an_empty_reply_is_no_answer(stage: Stage, model: ScriptedModel) -> None:
    model.says(text("  "), text("Here it is."))
    run = stage.run(stage.publish({"id": "say", "prompt": "Say."}))
    assert run.output == {"text": "Here it is."}


@pytest.mark.parametrize(
    "more",
    [
        {"body": "x" * 1_000_000},
        {"to": ["a@b.c"] * given.MOST},
        {"x": {f"k{n}": n for n in range(given.MOST)}},
    ],
    ids=["text", "list", "object"],
)
def test_more_than_anybody_looks_at_goes_back_to_the_model_and_is_not_kept(
    stage: Stage, model: ScriptedModel, more: dict[str, Any]
) -> None:
    model.says(calls(("email_send", {**MAIL, **more})), gives(done=False))
    run = stage.run(agent(stage, policy=ALLOW))
    assert run.status == "succeeded"
    assert stage.mails() == []
    assert "at most 300,000 characters and 20,000 values" in model.asked[1]["messages"][-1]["content"]
    assert len(json.dumps(model.asked[1])) < 5_000
    assert len(json.dumps(stage.step(run, "act").messages)) < 5_000


def test_as_much_as_is_looked_at_goes_through(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("email_send", {**MAIL, "body": "x" * 290_000})), gives(done=True))
    run = stage.run(agent(stage, policy=ALLOW))
    assert run.status == "succeeded"
    assert len(stage.mails()) == 1


def test_a_result_or_a_text_beyond_all_bounds_is_asked_for_again(stage: Stage, model: ScriptedModel) -> None:
    model.says(gives(done=True, more="x" * 1_000_000), gives(done=True))
    assert stage.run(agent(stage)).output == {"done": True}
    model.says(text("x" * 1_000_000), text("Short."))
    run = stage.run(stage.publish({"id": "say", "prompt": "Say."}))
    assert run.output == {"text": "Short."}
    assert "at most 300,000 characters" in json.dumps(model.asked[-1])


def test_of_ten_thousand_calls_a_hundred_are_heard(stage: Stage, model: ScriptedModel) -> None:
    many = [("email_send", {**MAIL, "subject": f"n{n}"}) for n in range(10_000)]
    model.says(calls(*many), gives(done=True))
    run = stage.run(agent(stage, policy=ALLOW))
    assert run.status == "succeeded"
    assert len(stage.mails()) == 20
    assert len([one for one in model.asked[1]["messages"] if one["role"] == "tool"]) == given.PARTS


def test_of_ten_thousand_faults_a_few_are_told(stage: Stage, model: ScriptedModel) -> None:
    lines = {"type": "array", "items": {"type": "object"}}
    model.says(gives(lines=[1] * 10_000), gives(lines=[]))
    output = {"type": "object", "properties": {"lines": lines}}
    assert stage.run(stage.publish({"id": "read", "prompt": "Read.", "output": output})).status == "succeeded"
    assert model.asked[1]["messages"][-1]["content"].count("is not of type") == given.FAULTS


@pytest.mark.parametrize(("size", "is_aside"), [(100, False), (100_000, True)])
def test_a_large_reply_is_looked_at_beside_the_other_runs(
    stage: Stage, model: ScriptedModel, size: int, is_aside: bool
) -> None:
    threads: list[threading.Thread] = []

    class Watched(tools.Tool):
        def check(self, arguments: dict[str, Any]) -> None:
            threads.append(threading.current_thread())
            super().check(arguments)

    tools.offer(
        Watched(
            name="note.keep", title="Keep", description="Keeps", kind="effect", arguments={"type": "object"},
            act=lambda arguments, key: None, takes_key=lambda: False, describe=lambda arguments: [],
        )
    )  # fmt: skip
    try:
        model.says(calls(("note_keep", {"text": "x" * size})), gives(done=True))
        step = {"id": "act", "prompt": "Keep it.", "output": DONE}
        run = stage.run(stage.publish(step, tools=["note.keep"]))
    finally:
        tools.withdraw("note.keep")
    assert run.status == "waiting"
    assert [thread is not threading.main_thread() for thread in threads] == [is_aside]
