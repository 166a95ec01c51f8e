"""The card of an action that a model chose: exactly what will be done, editable, and done as it was approved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from seconder.accounts.models import SignInLink
from seconder.agents.models import Agent
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.runs.tests.conftest import Stage

DONE = {"type": "object", "required": ["done"], "properties": {"done": {"type": "boolean"}}}
MAIL = {
    "to": ["vendor@example.org", "copy@example.org"],
    "subject": "Order",
    "body": "Please send ten.\n\nDana",
}


def clerk(stage: Stage) -> Agent:
    step = {"id": "act", "prompt": "Order ten.", "output": DONE}
    return stage.publish(step, tools=["email.send"], reviewers={"people": ["bob@example.com"]})


def signed_in(stage: Stage, who: str) -> Client:
    client = Client()
    client.post(f"/sign-in/{SignInLink.create(stage.cast.people[who])}/")
    return client


def shown(client: Client, path: str) -> str:
    return re.sub(r"\s+", " ", client.get(path).content.decode())


@pytest.mark.clause("V-03")
def test_the_card_is_the_real_arguments_and_the_button_says_what_happens(
    stage: Stage, model: ScriptedModel
) -> None:
    model.says(calls(("email_send", MAIL)), gives(done=True))
    review = stage.review(stage.run(clerk(stage)))
    card = shown(signed_in(stage, "bob"), f"/demo/reviews/{review.pk}/")
    for text in (
        "What will be done",
        "Approve and send an e-mail to vendor@example.org, copy@example.org",
        "Written by a model",
        "Please send ten.",
        "not try the same again",
        "Clerk",
    ):
        assert text in card, text


def test_it_is_edited_in_fields_and_done_as_edited(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("email_send", MAIL)), gives(done=True))
    run = stage.run(clerk(stage))
    review, bob = stage.review(run), signed_in(stage, "bob")
    form = shown(bob, f"/demo/reviews/{review.pk}/?edit")
    assert "Approve with these values and send an e-mail<" in form
    typed = {
        "0.to": '["vendor@example.org"]',
        "0.subject": "Order",
        "0.body": "Please send nine.\r\n\r\nDana",  # as browsers send lines
        "verdict": "edit",
        "digest": review.digest,
    }
    wrong = bob.post(f"/demo/reviews/{review.pk}/decisions/", {**typed, "0.to": "not a list"})
    assert wrong.status_code == 422
    assert bob.post(f"/demo/reviews/{review.pk}/decisions/", typed).status_code == 303
    stage.work()
    [mail] = stage.mails()
    assert "nine" in mail
    assert "copy@example.org" not in mail
    page = shown(signed_in(stage, "dana"), f"/demo/runs/{run.pk}/")
    for text in ("An e-mail went to vendor@example.org: ", "Bob", "Please send nine."):
        assert text in page, text
    decided = shown(bob, f"/demo/reviews/{review.pk}/")
    assert "Please send nine." in decided
    assert "Changed by a person" in decided


def test_the_same_line_ends_are_no_edit(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("email_send", MAIL)), gives(done=True))
    review = stage.review(stage.run(clerk(stage)))
    typed = {
        "0.to": '["vendor@example.org", "copy@example.org"]',
        "0.subject": "Order",
        "0.body": "Please send ten.\r\n\r\nDana",
        "verdict": "edit",
        "digest": review.digest,
    }
    signed_in(stage, "bob").post(f"/demo/reviews/{review.pk}/decisions/", typed)
    stage.work()
    assert review.decisions.get().verdict == "approve"


WAITS, SENDS, ENDS = "It waits until enough", "Approve and send", "The run ends here as rejected"
BOTH, ALICE = {"people": ["bob@example.com", "finance@example.com"]}, {"people": ["alice@example.com"]}


@pytest.mark.parametrize(
    ("rule", "says", "first", "then"),
    [
        ({"rule": {"approve": "all"}, "assign": BOTH}, "approve", {WAITS, ENDS}, {SENDS, ENDS}),
        (
            {"rule": {"approve": "any", "reject": {"count": 2}}, "assign": BOTH},
            "reject",
            {SENDS, WAITS},
            {SENDS, ENDS},
        ),
        (
            {"rule": {"stages": [{"approve": "all", "assign": BOTH}, {"assign": ALICE}]}},
            "approve",
            {WAITS, ENDS},
            {"The next are asked: Alice.", ENDS},
        ),
    ],
)
def test_nothing_is_promised_that_comes_only_when_others_have_agreed(
    stage: Stage, rule: dict[str, Any], says: str, first: set[str], then: set[str]
) -> None:
    """What the card says to Bob before anybody has voted, and to Finance after Bob has."""
    mail = {"to": "vendor@example.org", "subject": "Order", "body": "Ten."}
    gate = {"id": "gate", "review": {"question": "Send it?", **rule}}
    run = stage.run(stage.publish(gate, {"id": "send", "tool": "email.send", "with": mail}))
    path, known = f"/demo/reviews/{stage.review(run).pk}/", first | then | {WAITS, SENDS, ENDS}
    for who, told in (("bob", first), ("finance", then)):
        card = shown(signed_in(stage, who), path)
        assert {text for text in known if text in card} == told
        if who == "bob":
            stage.decide(stage.review(run), who, says)
