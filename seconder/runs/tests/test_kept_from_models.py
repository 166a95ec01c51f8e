"""What a model outside is not given, and what people see of that; who works with an agent is told so in every channel,
and what a model wrote says so itself."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import LazySettings
from django.test import Client

from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.core import ai_notice
from seconder.runs.tests.conftest import Stage
from seconder.testing import enter

CARD, IBAN = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"
READ = {
    "id": "read",
    "prompt": "Read it.",
    "output": {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"]},
}
LOOK = {
    "id": "look",
    "review": {
        "question": "Fine?",
        "show": ["steps.read.output"],
        "assign": {"people": ["bob@example.com"]},
        "due": "1h",
    },
}
TEXT = f"Pay from {IBAN}, or by card {CARD} or {CARD}."


@pytest.mark.clause("V-02")
@pytest.mark.invariant("G06")
@pytest.mark.django_db(transaction=True)
def test_no_secret_reaches_a_model_and_the_card_and_the_run_say_what_was_kept(
    stage: Stage, model: ScriptedModel, client: Client, settings: LazySettings
) -> None:
    model.says(gives(), gives(x="done"))
    agent = stage.publish(READ, LOOK, instructions=f"The key is {settings.SECRET_KEY}.")
    run = stage.run(agent, text=TEXT)
    sent = json.dumps(model.asked)
    assert len(model.asked) == 2
    for secret in (CARD, IBAN, settings.SECRET_KEY):
        assert secret not in sent
    assert "by card [removed: card number] or [removed: card number]." in sent
    step = stage.step(run, "read")
    kept = {"card number": 2, "IBAN": 1, "secret setting": 1}
    assert step.notes["removed"] == kept
    assert CARD in json.dumps(step.messages)  # what was given is whole; only what went out is not
    said = "Not given to the model"
    words = "2 card numbers, 1 IBAN, 1 secret setting"
    page = enter(client, stage.cast.dana).get(f"/demo/runs/{run.pk}/").content.decode()
    assert f"{said}: {words}" in page
    shown = client.get(f"/api/v1/runs/{run.pk}", headers=stage.cast.bearer("dana")).json()
    assert shown["steps"][0]["removed"] == kept
    card = enter(client, stage.cast.bob).get(f"/demo/reviews/{stage.review(run).pk}/").content.decode()
    assert said in card
    assert words in card


@pytest.mark.invariant("G06")
@pytest.mark.django_db(transaction=True)
def test_the_built_in_model_is_on_this_machine_and_reads_all_of_it(stage: Stage) -> None:
    output = {"type": "object", "properties": {"iban": {"type": "string"}}}
    agent = stage.publish({"id": "read", "prompt": "Read the IBAN.", "output": output})
    run = stage.run(agent, text=f"IBAN: {IBAN}")
    step = stage.step(run, "read")
    assert str(step.output["iban"]).replace(" ", "") == IBAN.replace(" ", "")
    assert "removed" not in step.notes


@pytest.mark.clause("G-09")
@pytest.mark.invariant("G01")
@pytest.mark.django_db(transaction=True)
def test_who_meets_an_agent_is_told_that_it_is_one(
    stage: Stage, model: ScriptedModel, client: Client
) -> None:
    send = {"to": "out@elsewhere.example", "subject": "Hello", "body": "We ordered it."}
    model.says(calls(("email_send", send)), gives(x="done"))
    policy = [{"tool": "email.send", "when": "true", "decide": "allow"}]
    agent = stage.publish(READ, tools=["email.send"], policy=policy)
    page = enter(client, stage.cast.dana).get("/demo/agents/clerk/").content.decode()
    assert ai_notice.PAGE in page
    header = ai_notice.HEADER
    mine = stage.cast.bearer("dana")
    assert client.get("/api/v1/agents/clerk", headers=mine)[header] == ai_notice.ORIGINATED
    begun = client.post("/api/v1/agents/clerk/runs", {"input": {}}, "application/json", headers=mine)
    assert begun[header] == ai_notice.ORIGINATED
    stage.run(agent, text="x")
    [mail] = stage.mails()[:1]
    assert f"{header}: {ai_notice.ORIGINATED}" in mail
    assert ai_notice.MAIL in mail.replace("=\n", "")


@pytest.mark.clause("V-02")
@pytest.mark.invariant("G02")
@pytest.mark.django_db(transaction=True)
def test_what_a_model_wrote_says_so_after_a_download_and_what_none_wrote_does_not(
    stage: Stage, model: ScriptedModel, client: Client, settings: LazySettings
) -> None:
    model.says(gives(x="done"))
    agent = stage.publish(READ)
    address = "/demo/runs/{}/evidence/"
    enter(client, stage.cast.dana)
    kept = client.get(address.format(stage.run(agent, text="x").pk)).content.decode()
    assert f'<meta name="digital-source-type" content="{ai_notice.SOURCE}">' in kept
    head = json.loads(re.findall(r"^[0-9a-f]+ (\{.*\})$", kept, re.MULTILINE)[-1])
    assert (head["ai_generated"], head["digital_source_type"]) == (["read"], ai_notice.SOURCE)
    settings.MODEL, settings.MODEL_BASE_URL = "builtin", None
    kept = client.get(address.format(stage.run(agent, text="x").pk)).content.decode()
    assert ai_notice.SOURCE not in kept
