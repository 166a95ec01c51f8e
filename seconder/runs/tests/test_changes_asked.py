"""A reviewer asks for changes: the agent tries again with the note, and what comes of it is a review of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection
from django_scopes import scopes_disabled

from seconder.agents.file.faults import Refused
from seconder.agents.models import Agent
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives, text
from seconder.cli.tests.installation import ROOT
from seconder.core.clock import now
from seconder.core.refusals import Invalid
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage
from seconder.verification.models import Review

ORDER = {
    "type": "object",
    "required": ["vendor", "total"],
    "properties": {"vendor": {"type": "string"}, "total": {"type": "number"}},
}
ASK = {
    "question": "May we order this?",
    "when": "steps.read.output.total > 100",
    "show": ["steps.read.output"],
    "assign": {"people": ["bob@example.com"]},
    "answers": ["approve", "edit", "reject", "request_changes"],
}
MAIL = {"to": "vendor@example.org", "subject": "Order", "body": "Please send ten."}


def orders(stage: Stage, *between: dict[str, Any], **ask: Any) -> Agent:  # Any: an agent's file
    return stage.publish(
        {"id": "read", "prompt": "Read the order.", "output": ORDER},
        *between,
        {"id": "approval", "review": {**ASK, **ask}},
        {
            "id": "order",
            "tool": "email.send",
            "with": {**MAIL, "body": "Total {{ steps.read.output.total }}"},
        },
        instructions="You read orders.",
    )


def clerk(stage: Stage, **more: Any) -> Agent:  # Any: as above
    step = {"id": "act", "prompt": "Order ten."}
    return stage.publish(step, tools=["email.send"], reviewers={"people": ["bob@example.com"]}, **more)


def database() -> str:
    return str(connection.settings_dict["NAME"])


def environ(model: ScriptedModel) -> dict[str, str]:
    """Of a worker in a process of its own that asks this model."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "seconder.settings",
        "PYTHONPATH": str(ROOT),
        "SECONDER_MODEL": "openai:scripted",
        "SECONDER_MODEL_BASE_URL": model.url,
        "SECONDER_MODEL_API_KEY": "x",
    }


def messages(model: ScriptedModel) -> list[dict[str, Any]]:  # Any: JSON
    """What the model was told, all of it, when it was asked last."""
    return list(model.asked[-1]["messages"])


def change(stage: Stage, run: Run, note: str) -> None:
    stage.decide(stage.reviews(run)[-1], "bob", "request_changes", note=note)
    stage.work()


def test_the_step_is_done_again_with_the_note_and_the_next_attempt_is_asked(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(gives(vendor="Acme", total=900), gives(vendor="Acme", total=700))
    run = stage.run(orders(stage))
    change(stage, run, "Without the </note> delivery.")
    first, second = stage.reviews(run)
    assert (first.outcome, second.status, second.attempt) == ("changes_requested", "open", 2)
    assert second.items[0]["value"] == {"vendor": "Acme", "total": 700}
    assert first.digest != second.digest
    said = messages(model)
    assert [message["role"] for message in said[-3:]] == ["assistant", "tool", "user"]
    assert said[-1]["content"].endswith("<note>\nWithout the <\\/note> delivery.\n</note>")
    assert said[0] == {"role": "system", "content": "You read orders."}
    assert "step.again" in stage.events(run)
    stage.decide(second, "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert "Total 700" in stage.mails()[0]


def test_a_result_that_the_condition_would_let_pass_is_looked_at_all_the_same(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(gives(vendor="Acme", total=900), gives(vendor="Acme", total=1))
    run = stage.run(orders(stage))
    change(stage, run, "Smaller.")
    assert stage.reviews(run)[-1].status == "open"
    assert stage.mails() == []


def test_changes_are_asked_for_three_times_and_then_a_person_decides(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(*(gives(vendor="Acme", total=900 + n) for n in range(4)))
    run = stage.run(orders(stage, answers=["approve", "request_changes"]))
    for n in range(3):
        assert "request_changes" in stage.reviews(run)[-1].answers
        change(stage, run, f"Other {n}.")
    last = stage.reviews(run)[-1]
    assert (last.attempt, last.answers) == (4, ["approve", "reject"])
    with pytest.raises(Invalid):
        change(stage, run, "Once more.")
    stage.decide(last, "bob", "reject")
    stage.work()
    assert stage.look(run).status == "rejected"


def test_the_steps_between_are_done_again_with_what_is_new_and_hear_only_notes_on_what_was_shown(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(
        gives(vendor="Acme", total=900),
        text("Nine hundred."),
        gives(vendor="Acme", total=700),
        text("Seven."),
    )
    run = stage.run(orders(stage, {"id": "say", "prompt": "Say {{ steps.read.output.total }}."}))
    change(stage, run, "Cheaper.")
    told = messages(model)[-1]["content"]
    assert "Say 700" in told
    assert '"total": 700' in told
    assert "Cheaper." not in told
    assert stage.step(run, "say").output == {"text": "Seven."}
    assert stage.steps(run) == {"read": "succeeded", "say": "succeeded", "approval": "waiting"}


@pytest.mark.parametrize(
    "steps",
    [
        [{"id": "read", "prompt": "Read."}, {"id": "mail", "tool": "email.send", "with": MAIL}],
        [{"id": "read", "prompt": "Read."}, {"id": "first", "review": {"show": ["steps.read.output"]}}],
    ],
)
def test_what_a_tool_did_or_another_review_approved_is_not_undone(
    stage: Stage, steps: list[dict[str, Any]]
) -> None:
    ask = {"show": ["steps.read.output"], "answers": ["approve", "request_changes"]}
    with pytest.raises(Refused) as refused:
        stage.publish(*steps, {"id": "again", "review": ask})
    assert [fault.path for fault in refused.value.faults] == ["steps[2].review.answers"]


def test_changes_need_a_note(stage: Stage, model: ScriptedModel) -> None:
    model.says(gives(vendor="Acme", total=900))
    run = stage.run(orders(stage))
    with pytest.raises(Invalid, match="Say what to change"):
        stage.decide(stage.review(run), "bob", "request_changes", note=" ")


def test_one_of_several_asks_for_changes_and_all_are_asked_again(stage: Stage, model: ScriptedModel) -> None:
    model.says(gives(vendor="Acme", total=900), gives(vendor="Acme", total=700))
    asked = {"people": ["bob@example.com", "alice@example.com"]}
    run = stage.run(orders(stage, assign=asked, rule={"approve": "all"}))
    stage.decide(stage.review(run), "alice", "approve")
    change(stage, run, "Cheaper.")
    second = stage.reviews(run)[-1]
    stage.decide(second, "bob", "approve")
    stage.work()
    assert stage.look(run).status == "waiting"
    stage.decide(second, "alice", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"


def test_an_action_is_proposed_anew_and_the_first_never_happens(stage: Stage, model: ScriptedModel) -> None:
    nine = {**MAIL, "body": "Please send nine."}
    model.says(
        calls(("email_send", MAIL), ids=["a"]), calls(("email_send", nine), ids=["b"]), text("Ordered nine.")
    )
    run = stage.run(clerk(stage))
    change(stage, run, "Only nine.")
    told = json.loads(messages(model)[-1]["content"])
    assert told["note"] == "Only nine."
    _, second = stage.reviews(run)
    assert (second.attempt, second.call_id, second.items[0]["value"]) == (2, "b", nine)
    stage.decide(second, "bob", "approve")
    stage.work()
    [effect] = stage.effects(run)
    assert (effect.review_id, effect.arguments) == (second.pk, nine)
    assert len(stage.mails()) == 1


def test_what_is_proposed_anew_is_looked_at_though_the_policy_allows_it_and_the_same_is_not_asked_twice(
    stage: Stage, model: ScriptedModel
) -> None:
    inside = {**MAIL, "to": "bob@example.com"}
    model.says(
        calls(("email_send", MAIL), ids=["a"]),
        calls(("email_send", dict(reversed(MAIL.items()))), ids=["b"]),
        calls(("email_send", inside), ids=["c"]),
        text("Done."),
    )
    allow = {"tool": "email.send", "when": 'args.to.endsWith("@example.com")', "decide": "allow"}
    run = stage.run(clerk(stage, policy=[allow]))
    change(stage, run, "To Bob.")
    first, second = stage.reviews(run)
    assert (first.call_id, second.call_id) == ("a", "c")
    assert stage.mails() == []
    assert any("asked for changes to exactly this" in str(m.get("content")) for m in messages(model))


def test_a_worker_that_is_killed_between_the_answer_and_the_next_attempt_loses_and_repeats_nothing(
    stage: Stage, model: ScriptedModel
) -> None:
    worker: list[subprocess.Popen[bytes]] = []

    def kill(_: object) -> dict[str, Any]:  # Any: JSON
        os.kill(worker[0].pid, signal.SIGKILL)
        return gives(vendor="Never heard", total=0)

    model.says(gives(vendor="Acme", total=900), kill, gives(vendor="Acme", total=700))
    run = stage.run(orders(stage))
    stage.decide(stage.review(run), "bob", "request_changes", note="Cheaper.")
    command = [sys.executable, "-P", "-m", "seconder.runs.tests.mortal_worker", database(), "read"]
    worker.append(subprocess.Popen(command, env=environ(model)))
    assert worker[0].wait(60) == -signal.SIGKILL
    assert len(stage.reviews(run)) == 1
    with scopes_disabled():
        Run.objects.filter(pk=run.pk).update(next_at=now())  # its lease has run out
    stage.work()
    assert stage.reviews(run)[-1].items[0]["value"] == {"vendor": "Acme", "total": 700}
    assert [review.attempt for review in stage.reviews(run)] == [1, 2]
    assert sum("<note>" in str(message) for message in messages(model)) == 1
    with scopes_disabled():
        assert Review.objects.filter(run_id=run.pk, status="open").count() == 1
