"""A dry run: nothing outside changes, and nobody is asked for a decision that decides nothing."""

from __future__ import annotations

from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK, RISK, mail

MAIL = {"to": "vendor@example.org", "subject": "Order", "body": "Ten."}


def test_nobody_is_asked_and_the_run_goes_on_as_if_they_had_said_yes(stage: Stage) -> None:
    after = mail("after", **{"if": 'steps.ask.output.outcome == "approved"'})
    run = stage.start(stage.publish(ASK, after), dry_run=True)
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert stage.reviews(run) == []
    assert stage.step(run, "ask").output == {"outcome": "approved", "rehearsed": True}
    assert stage.step(run, "after").output["rehearsed"] is True
    assert stage.mails() == []


def test_what_a_model_wants_to_do_is_described_to_it(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("email_send", MAIL)), gives(risk="low"))
    act = {"id": "act", "prompt": "Order.", "output": RISK}
    run = stage.start(stage.publish(act, tools=["email.send"]), dry_run=True)
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert (stage.reviews(run), stage.effects(run), stage.mails()) == ([], [], [])
    assert "rehearsed" in str(model.asked[-1]["messages"][-1])


def test_a_fork_of_a_rehearsal_is_one_too(stage: Stage) -> None:
    from django_scopes import scope

    run = stage.start(stage.publish(ASK, mail("after")), dry_run=True)
    stage.work()
    with scope(organization=run.organization_id):
        again = stage.look(run).fork(stage.cast.actor("dana"), "after")
    stage.work()
    assert stage.look(again).is_rehearsal
    assert stage.mails() == []
