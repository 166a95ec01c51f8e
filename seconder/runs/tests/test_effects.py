"""An effect happens once: whatever dies between its claim and its record, and whoever cancels meanwhile."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django_scopes import scope

from seconder.agents import tools
from seconder.core.clock import now
from seconder.core.json import JSON, Object
from seconder.runs.claiming import claim
from seconder.runs.effects import HAPPENED, NOT_HAPPENED
from seconder.runs.ledger import commit
from seconder.runs.models import Effect, Run
from seconder.runs.tests.conftest import Stage

ORDER: Object = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "additionalProperties": False,
}


class Telegraph:
    """A provider that takes no key: sending twice is sent twice."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.fails: list[tools.ToolFailed] = []

    def send(self, arguments: Object, key: str) -> JSON:
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append(key)
        return {"sent": len(self.sent)}


@pytest.fixture
def telegraph() -> Iterator[Telegraph]:
    office = Telegraph()
    tools.offer(
        tools.Tool(
            name="telegraph.send",
            title="Send a telegram",
            description="Sends a telegram",
            kind="effect",
            arguments=ORDER,
            act=office.send,
            takes_key=lambda: False,
            describe=lambda arguments: [],
        )
    )
    yield office
    tools.withdraw("telegraph.send")


def step(**more: Any) -> dict[str, Any]:  # Any: an agent's file
    return {"id": "wire", "tool": "telegraph.send", "with": {"text": "hi"}, **more}


def leave_claimed(stage: Stage, run: Run, tool: str) -> None:
    """What a worker leaves that is killed between the claim of the effect and its record."""
    Effect.objects.create(
        key=f"{run.pk}-wire", run=run, requester_id=run.requester_id, step_id="wire", tool=tool, arguments={},
        content_digest="x", lease=uuid.uuid4(),
    )  # fmt: skip
    with scope(organization=run.organization_id):
        Run.objects.filter(pk=run.pk).update(status="running", lease=uuid.uuid4())


def test_a_provider_that_takes_the_key_simply_does_it_again(stage: Stage) -> None:
    mail = {"to": "x@example.com", "subject": "s", "body": "b"}
    run = stage.start(stage.publish({"id": "wire", "tool": "email.send", "with": mail}))
    leave_claimed(stage, run, "email.send")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.mails()) == 1
    assert [effect.status for effect in stage.effects(run)] == ["done"]


@pytest.mark.parametrize(("answer", "times"), [(HAPPENED, 0), (NOT_HAPPENED, 1)])
def test_elsewhere_a_person_is_asked_whether_it_happened(
    stage: Stage, telegraph: Telegraph, answer: str, times: int
) -> None:
    run = stage.start(stage.publish(step(), reviewers={"people": ["bob@example.com"]}))
    leave_claimed(stage, run, "telegraph.send")
    stage.work()
    review = stage.review(run)
    assert (review.kind, review.answers) == ("question", ["answer"])
    assert telegraph.sent == []
    stage.decide(review, "bob", "answer", answer=answer)
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(telegraph.sent) == times
    assert stage.review(run).outcome == "answered"


def test_an_unknown_outcome_while_acting_asks_as_well(stage: Stage, telegraph: Telegraph) -> None:
    telegraph.fails = [tools.ToolFailed("The line went dead.", retryable=True, happened="unknown")]
    run = stage.run(stage.publish(step(retry={"attempts": 3, "backoff": "1s"})))
    assert run.status == "waiting"
    assert [effect.status for effect in stage.effects(run)] == ["unknown"]
    stage.decide(stage.review(run), "alice", "answer", answer=NOT_HAPPENED)
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(telegraph.sent) == 1


def test_what_surely_did_not_happen_is_tried_again_as_the_author_said(
    stage: Stage, telegraph: Telegraph
) -> None:
    telegraph.fails = [tools.ToolFailed("The office is closed.", retryable=True)]
    run = stage.run(stage.publish(step(retry={"attempts": 2, "backoff": "1s"})))
    assert stage.step(run, "wire").status == "waiting"
    stage.run_timers(run)
    assert stage.look(run).status == "succeeded"
    assert len(telegraph.sent) == 1
    assert len(stage.effects(run)) == 1


def test_what_cannot_help_to_try_again_fails_at_once(stage: Stage, telegraph: Telegraph) -> None:
    telegraph.fails = [tools.ToolFailed("There is no such address.", retryable=False)]
    run = stage.run(stage.publish(step(retry={"attempts": 5, "backoff": "1s"})))
    assert run.status == "failed"
    assert run.error == {"step": "wire", "type": "tool", "message": "There is no such address."}


def test_cancelling_while_it_happens_still_records_that_it_happened(
    stage: Stage, telegraph: Telegraph
) -> None:
    run = stage.start(stage.publish(step(), {**step(), "id": "again"}))
    sending, office = telegraph.send, telegraph

    def cancel_meanwhile(arguments: Object, key: str) -> JSON:
        with scope(organization=run.organization_id):
            stage.look(run).cancel(stage.cast.actor("dana"))
        return sending(arguments, key)

    office.send = cancel_meanwhile  # type: ignore[method-assign]  # the peer behaves differently this once
    tool = tools.find("telegraph.send")
    assert tool is not None
    tools.offer(tools.Tool(**{**tool.__dict__, "act": lambda a, k: office.send(a, k)}))
    stage.work()
    assert stage.look(run).status == "canceled"
    assert [effect.status for effect in stage.effects(run)] == ["done"]
    assert len(telegraph.sent) == 1


def test_a_worker_that_lost_its_lease_writes_nothing(stage: Stage, telegraph: Telegraph) -> None:
    run = stage.start(stage.publish(step()))
    [[progress], _] = claim(1)
    with scope(organization=run.organization_id):
        Run.objects.filter(pk=run.pk).update(next_at=now())
    [[other], _] = claim(1)
    progress.end("failed", error={"type": "x", "message": "late", "step": ""})
    assert commit([progress.take_change()]) == [False]
    assert stage.look(run).status == "running"
    other.end("succeeded")
    assert commit([other.take_change()]) == [True]
    assert stage.look(run).status == "succeeded"


def test_a_wake_up_while_the_run_is_in_hand_is_kept(stage: Stage, telegraph: Telegraph) -> None:
    from seconder.runs.waking import wake_run

    run = stage.start(stage.publish(step()))
    [[progress], _] = claim(1)
    wake_run(str(run.pk))
    assert claim(1)[0] == []
    progress.park(None)
    commit([progress.take_change()])
    stage.work()
    assert stage.look(run).status == "succeeded"


def test_a_retry_does_not_repeat_what_happened_while_the_run_was_cancelled(
    stage: Stage, telegraph: Telegraph
) -> None:
    run = stage.start(stage.publish(step()))
    leave_claimed(stage, run, "telegraph.send")
    with scope(organization=run.organization_id):
        Effect.objects.filter(run=run).update(status="done")
        stage.look(run).cancel(stage.cast.actor("dana"))
        again = stage.look(run).retry(stage.cast.actor("dana"))
    stage.work()
    assert stage.look(again).status == "succeeded"
    assert telegraph.sent == []


def test_a_retry_asks_where_nobody_knows_whether_it_happened(stage: Stage, telegraph: Telegraph) -> None:
    run = stage.start(stage.publish(step()))
    leave_claimed(stage, run, "telegraph.send")
    with scope(organization=run.organization_id):
        stage.look(run).cancel(stage.cast.actor("dana"))
        again = stage.look(run).retry(stage.cast.actor("dana"))
    stage.work()
    assert telegraph.sent == []
    question = stage.review(again)
    assert question.kind == "question"
    stage.decide(question, "alice", "answer", answer=NOT_HAPPENED)
    stage.work()
    assert stage.look(again).status == "succeeded"
    assert len(telegraph.sent) == 1


def test_a_second_unknown_outcome_is_a_second_question(stage: Stage, telegraph: Telegraph) -> None:
    telegraph.fails = [tools.ToolFailed("Dead.", retryable=False, happened="unknown") for _ in range(2)]
    run = stage.run(stage.publish(step()))
    for _ in range(2):
        stage.decide(stage.reviews(run)[-1], "alice", "answer", answer=NOT_HAPPENED)
        stage.work()
    assert stage.look(run).status == "succeeded"
    assert [review.attempt for review in stage.reviews(run)] == [1, 2]
    assert len(telegraph.sent) == 1


def test_what_is_done_stays_done_whatever_a_worker_that_was_slower_says(
    stage: Stage, telegraph: Telegraph
) -> None:
    """One worker is thought dead and still at it; the other finds the claim and wants to ask."""
    run = stage.start(stage.publish(step()))
    leave_claimed(stage, run, "telegraph.send")
    [[progress], _] = claim(1)
    Effect.objects.filter(run=run).update(status="done")
    [effect] = progress.effects.values()
    effect.status = "unknown"
    progress.change.recorded.append(effect)
    commit([progress.take_change()])
    assert [effect.status for effect in stage.effects(run)] == ["done"]


def test_a_tool_that_breaks_in_an_unforeseen_way_may_have_done_it(stage: Stage, telegraph: Telegraph) -> None:
    telegraph.fails = [ValueError("a bug")]  # type: ignore[list-item]  # that is the point
    run = stage.run(stage.publish(step()))
    assert run.status == "waiting"
    assert stage.review(run).kind == "question"


def test_a_tool_may_answer_with_what_cannot_be_stored(stage: Stage, telegraph: Telegraph) -> None:
    deep: JSON = "end"
    for _ in range(400):
        deep = {"in": deep}
    odd: Object = {"text": "a\ud800\x00", "\udfff": 1, "deep": deep}
    tool = tools.find("telegraph.send")
    assert tool is not None
    tools.offer(tools.Tool(**{**tool.__dict__, "act": lambda a, k: odd}))
    show = {"question": "?", "show": ["steps.wire.output"], "assign": {"people": ["bob@example.com"]}}
    run = stage.run(stage.publish(step(), {"id": "ask", "review": show}))
    assert run.status == "waiting"
    assert stage.review(run).items[0]["value"]["text"] == "a\ufffd\ufffd"  # type: ignore[call-overload,index]  # an object


def offer(name: str, act: Any, **more: Any) -> None:  # Any: fields of a tool
    fields: dict[str, Any] = {"takes_key": lambda: False, **more}  # Any: as above
    tools.offer(
        tools.Tool(
            name=name, title=name, description=name, kind="effect", arguments=ORDER, act=act,
            describe=lambda arguments: [], **fields,
        )
    )  # fmt: skip


@pytest.mark.parametrize("fault", ["canceled", "failed"])
def test_what_happens_in_a_branch_is_recorded_whatever_befalls_the_run_beside_it(
    stage: Stage, telegraph: Telegraph, fault: str
) -> None:
    is_sending, has_failed = threading.Event(), threading.Event()

    def slow(arguments: Object, key: str) -> JSON:
        is_sending.set()
        has_failed.wait(10)
        time.sleep(0.3)  # until the other branch's fault has come through
        return telegraph.send(arguments, key)

    def meanwhile(_: Object, __: str) -> JSON:
        is_sending.wait(10)
        if fault == "canceled":
            with scope(organization=run.organization_id):
                stage.look(run).cancel(stage.cast.actor("dana"))
            connections.close_all()
        has_failed.set()
        raise tools.ToolFailed("Dead.", retryable=False, happened="unknown")

    offer("telegraph.send", slow)
    offer("telegraph.break", meanwhile, takes_key=lambda: 1 / 0 if fault == "failed" else True)
    try:
        breaks = {"id": "break", "tool": "telegraph.break", "with": {"text": "hi"}}
        both = {"id": "both", "branches": [{"steps": [breaks]}, {"steps": [step()]}]}
        run = stage.start(stage.publish(both))
        stage.work()
    finally:
        tools.withdraw("telegraph.break")
    assert stage.look(run).status == fault
    assert {effect.step_id: effect.status for effect in stage.effects(run)}["wire"] == "done"
    assert len(telegraph.sent) == 1
