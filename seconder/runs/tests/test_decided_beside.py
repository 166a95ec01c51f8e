"""What was decided for one branch is acted on while the model of another branch has not answered yet. A whole worker
runs here, in this process."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection, connections

from seconder.agents import tools
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.engine.worker import working
from seconder.runs.effects import NOT_HAPPENED
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK, RISK, mail
from seconder.runs.tests.test_branches_beside import MAIL, beside
from seconder.runs.tests.test_effects import Telegraph, step, telegraph
from seconder.verification.models import Review

__all__ = ["telegraph"]
JUDGE = {"id": "judge", "prompt": "Judge.", "output": RISK}


def until(true: Callable[[], bool]) -> bool:
    """Whether it came to be so within ten seconds."""
    end = time.monotonic() + 10
    while not (so := true()) and time.monotonic() < end:
        time.sleep(0.02)
    return so


def is_alone() -> bool:
    """Whether the worker's connections are gone: they end with its threads, and these with what held them."""
    gc.unfreeze()  # the first model call settles all that is there, these connections too
    gc.collect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return bool(cursor.fetchone()[0] == 1)


def work_until_ended(stage: Stage, run: Run) -> Run:
    """A worker works until the run has ended."""

    def look() -> bool:
        try:
            return stage.look(run).has_ended
        finally:
            connections.close_all()

    async def work() -> None:
        stop = asyncio.Event()
        async with working(stop):
            async with asyncio.timeout(30):
                while not await asyncio.to_thread(look):
                    await asyncio.sleep(0.05)
        await sync_to_async(connections.close_all)()  # of the thread that plans what is periodic

    asyncio.run(work())
    assert until(is_alone)
    return stage.look(run)


def answers_once(
    *tries: Callable[[], bool], seen: list[bool]
) -> Callable[[object], dict[str, Any]]:  # Any: JSON
    """A model's answer that comes when all of these, in turn, came to be so; `seen` says whether they did."""

    def answer(_: object) -> dict[str, Any]:  # Any: as above
        seen.extend(until(one) for one in tries)
        connections.close_all()
        return gives(risk="low")

    return answer


def test_an_approval_is_acted_on_while_another_branch_asks_a_model(
    stage: Stage, model: ScriptedModel
) -> None:
    run = stage.start(stage.publish(beside([JUDGE], [ASK, mail("after")])))

    def approved() -> bool:
        for review in stage.reviews(run):
            stage.decide(review, "bob", "approve")
            return True
        return False

    seen: list[bool] = []
    model.says(answers_once(approved, lambda: len(stage.mails()) == 1, seen=seen))
    ended = work_until_ended(stage, run)
    assert seen == [True, True]
    assert ended.status == "succeeded"
    assert len(stage.mails()) == len(stage.effects(run)) == 1
    assert len(model.asked) == 1
    assert stage.events(run).count("step.succeeded") == len(stage.steps(run))


def test_one_yes_of_two_reviews_of_a_step_is_not_enough_in_a_run_that_is_in_hand(
    stage: Stage, model: ScriptedModel
) -> None:
    """What is open meanwhile the worker has not read: it only hears of what is closed."""
    people = ["bob@example.com", "cfo@example.com"]
    routes = [{"when": "true", "to": one} for one in people]
    twice = {"id": "twice", "review": {"assign": {"routes": routes, "match": "every"}}}
    ways = beside([JUDGE], [twice, mail("after")], [ASK, mail("other")])
    run = stage.start(stage.publish(ways))

    def approved(step: str, by: str, place: int = 0) -> bool:
        reviews = [review for review in stage.reviews(run) if review.step_id == step]
        if reviews:
            stage.decide(reviews[place], by, "approve")
        return bool(reviews)

    def sent(*steps: str) -> bool:
        return [effect.step_id for effect in stage.effects(run) if effect.status == "done"] == list(steps)

    seen: list[bool] = []
    model.says(
        answers_once(
            lambda: approved("twice", "bob"),
            lambda: approved(str(ASK["id"]), "bob"),
            lambda: sent("other"),  # the worker has heard of both
            lambda: approved("twice", "cfo", 1),
            lambda: sent("other", "after"),
            seen=seen,
        )
    )
    assert work_until_ended(stage, run).status == "succeeded"
    assert seen == [True] * 5


def test_a_rejection_stands_although_a_model_beside_it_has_not_answered(
    stage: Stage, model: ScriptedModel
) -> None:
    go_on = {**ASK, "on_reject": "continue"}
    run = stage.start(stage.publish(beside([JUDGE], [go_on, mail("after")])))

    def rejected() -> bool:
        for review in stage.reviews(run):
            stage.decide(review, "bob", "reject")
            return True
        return False

    seen: list[bool] = []
    model.says(answers_once(rejected, lambda: len(stage.mails()) == 1, seen=seen))
    assert work_until_ended(stage, run).status == "succeeded"
    assert seen == [True, True]
    assert stage.step(run, "ask").status == "rejected"


def test_an_action_of_a_model_that_was_approved_is_done_beside_another_model(
    stage: Stage, model: ScriptedModel
) -> None:
    act = {"id": "act", "prompt": "Order it.", "output": RISK}
    run = stage.start(
        stage.publish(beside([JUDGE], [act]), tools=["email.send"], reviewers={"people": ["bob@example.com"]})
    )

    def approved() -> bool:
        reviews: list[Review] = stage.reviews(run)
        if reviews:
            stage.decide(reviews[0], "bob", "approve")
        return bool(reviews)

    seen: list[bool] = []
    slow = answers_once(approved, lambda: len(stage.mails()) == 1, seen=seen)

    def reply(request: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
        if "Judge." in str(request):
            return slow(request)
        is_told = any(message["role"] == "tool" for message in request["messages"])
        return gives(risk="low") if is_told else calls(("email_send", MAIL))

    model.says(reply)
    assert work_until_ended(stage, run).status == "succeeded"
    assert seen == [True, True]
    assert len(stage.mails()) == 1


def test_an_answer_about_an_unknown_outcome_is_heard_too(
    stage: Stage,
    model: ScriptedModel,
    telegraph: Telegraph,
) -> None:
    telegraph.fails = [tools.ToolFailed("Dead.", retryable=False, happened="unknown") for _ in range(2)]
    run = stage.start(stage.publish(beside([JUDGE], [step()])))

    def answered(attempt: int) -> bool:
        reviews = [review for review in stage.reviews(run) if review.attempt == attempt]
        for review in reviews:
            stage.decide(review, "alice", "answer", answer=NOT_HAPPENED)
        return bool(reviews)

    seen: list[bool] = []
    model.says(
        answers_once(lambda: answered(1), lambda: answered(2), lambda: len(telegraph.sent) == 1, seen=seen)
    )
    assert work_until_ended(stage, run).status == "succeeded"
    assert seen == [True, True, True]
    assert len(telegraph.sent) == 1


def test_a_step_is_tried_again_in_its_time_beside_a_model_that_has_not_answered(
    stage: Stage,
    model: ScriptedModel,
    telegraph: Telegraph,
) -> None:
    telegraph.fails = [tools.ToolFailed("The office is closed.", retryable=True)]
    retried = step(retry={"attempts": 2, "backoff": "1s"})
    seen: list[bool] = []
    model.says(answers_once(lambda: len(telegraph.sent) == 1, seen=seen))
    run = stage.run(stage.publish(beside([JUDGE], [retried])))
    assert run.status == "succeeded"
    assert seen == [True]
