"""What one branch does while another waits, fails or works."""

from __future__ import annotations

import time
from typing import Any

from django.db import connections
from django_scopes import scopes_disabled

from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK, RISK, mail
from seconder.verification.models import Review

MAIL = {"to": "vendor@example.org", "subject": "Order", "body": "Ten."}


def beside(*branches: list[dict[str, Any]], **more: Any) -> dict[str, Any]:  # Any: an agent's file
    return {"id": "both", "branches": [{"steps": steps} for steps in branches], **more}


def test_an_action_that_waits_is_asked_for_once_while_the_branch_beside_it_goes_on(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(calls(("email_send", MAIL)), gives(risk="low"))
    act = {"id": "act", "prompt": "Order.", "output": RISK}
    agent = stage.publish(beside([act], [mail("one"), mail("two"), mail("three")]), tools=["email.send"])
    run = stage.run(agent)
    assert run.status == "waiting"
    assert [review.kind for review in stage.reviews(run)] == ["action"]
    stage.decide(stage.review(run), "alice", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.mails()) == 4


def test_a_review_beside_a_failing_branch_does_not_stay_open(stage: Stage) -> None:
    broken = {**mail("broken"), "with": {"to": "{{ input.to }}", "subject": "s", "body": "b"}}
    agent = stage.publish(
        beside([ASK], [mail("first"), broken]),
        input={"type": "object", "properties": {"to": {"type": "string"}}},
    )
    run = stage.run(agent)
    assert run.status == "failed"
    assert [review.status for review in stage.reviews(run)] in ([], ["withdrawn"])


def test_a_review_asked_in_the_moment_in_which_another_branch_fails_is_not_opened(stage: Stage) -> None:
    broken = {**mail("broken"), "with": {"to": "{{ input.to }}", "subject": "s", "body": "b"}}
    agent = stage.publish(
        beside([ASK], [broken]), input={"type": "object", "properties": {"to": {"type": "string"}}}
    )
    run = stage.run(agent)
    assert run.status == "failed"
    assert [review.status for review in stage.reviews(run)] in ([], ["withdrawn"])


def test_a_review_opens_although_a_model_beside_it_takes_its_time(stage: Stage, model: ScriptedModel) -> None:
    seen: list[int] = []

    def late(_: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
        end = time.monotonic() + 10
        while not (found := opened()) and time.monotonic() < end:
            time.sleep(0.02)
        seen.append(found)
        connections.close_all()
        return gives(risk="low")

    model.says(late)
    judge = {"id": "judge", "prompt": "Judge.", "output": RISK}
    run = stage.run(stage.publish(beside([judge], [mail("first"), ASK])))
    assert run.status == "waiting"
    assert seen == [1]
    assert stage.steps(run)["judge"] == "succeeded"


def opened() -> int:
    with scopes_disabled():
        return Review.objects.filter(status="open").count()
