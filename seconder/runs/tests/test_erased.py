"""A run whose requester was erased: it is read, it ends, and nothing is done with what is not there."""

from __future__ import annotations

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.agents import tools
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.core.encryption import ERASED, keyring
from seconder.core.models import DataKey
from seconder.runs.showing import serialize
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK, RISK, mail
from seconder.runs.tests.test_allowances import LIKE, allowed, happens, pays, publish
from seconder.runs.tests.test_running_sums import PAY
from seconder.testing import enter
from seconder.verification.models import Allowance

MAIL = {"to": "vendor@example.org", "subject": "Order", "body": "Ten."}
SCHEMA = {"type": "object", "properties": {"to": {"type": "string"}}}


def erase(stage: Stage, name: str) -> None:
    DataKey.objects.filter(owner_id=stage.cast.people[name].pk).delete()
    keyring.forget()


def test_a_waiting_run_of_an_erased_requester_goes_on_to_no_effect(stage: Stage) -> None:
    after = {**mail("after"), "with": {"to": "{{ input.to }}", "subject": "s", "body": "b"}}
    run = stage.run(stage.publish(ASK, after, input=SCHEMA), to="x@example.com")
    review = stage.review(run)
    stage.decide(review, "bob", "approve")
    erase(stage, "dana")
    stage.work()
    ended = stage.look(run)
    assert ended.status == "failed"
    assert stage.mails() == []
    with scope(organization=run.organization_id):
        assert serialize([ended])[0]["input"] == ERASED


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_an_action_of_an_erased_requester_is_not_done(
    stage: Stage, model: ScriptedModel, verdict: str
) -> None:
    model.says(calls(("email_send", MAIL)), gives(risk="low"))
    act = {"id": "act", "prompt": "Order.", "output": RISK}
    run = stage.run(stage.publish(act, tools=["email.send"]))
    erase(stage, "dana")
    stage.decide(stage.review(run), "alice", verdict)
    stage.work()
    assert stage.mails() == []
    assert stage.look(run).status == "failed"
    assert len(model.asked) == 1


def test_the_values_of_an_allowance_are_erased_with_whose_action_it_was_given_for(
    stage: Stage, model: ScriptedModel, client: Client
) -> None:
    tools.offer(PAY)
    try:
        clerk = publish(stage)
        allowance = allowed(stage, model, clerk, like={**LIKE, "to": {"equals": "a@example.com"}})
        erase(stage, "dana")
        with scopes_disabled():
            assert Allowance.objects.get(pk=allowance.pk).like is None
        page = enter(client, stage.cast.bob).get("/demo/allowances/").content.decode()
        assert "a@example.com" not in page
        assert not happens(stage, pays(stage, model, clerk, by="alice"))
    finally:
        tools.withdraw("pay")
