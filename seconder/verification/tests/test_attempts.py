"""Changes were asked for: the next attempt says who asked, for what, and what is different now, through every door."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from seconder.cli import cards
from seconder.verification.models import Review
from seconder.verification.showing import ReviewOut
from seconder.verification.tests.conftest import ORDER, SCHEMA, Desk
from seconder.verification.tests.test_page_card import decide, page, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
ALL = ["approve", "edit", "reject", "request_changes"]
PATH = "steps.read.output"


def asked_again(desk: Desk, **values: object) -> Review:
    """The second attempt, after Bob asked for changes at the first."""
    first = desk.ask("bob", answers=ALL)
    desk.decide(first, "bob", "request_changes", note="Cheaper, please.")
    items = [{"path": PATH, "label": "Read", "value": {**ORDER, **values}, "made_by": "model"}]
    return desk.ask(
        "alice",
        answers=ALL,
        items=items,
        schemas={PATH: SCHEMA},
        run_id=first.run_id,
        attempt=2,
        follows=first.pk,
    )


def test_the_page_takes_the_answer_and_shows_the_next_attempt_as_a_difference(desk: Desk) -> None:
    first = desk.ask("bob", answers=ALL)
    bob = signed_in(desk.cast, "bob")
    assert "Note (needed when you reject or ask for changes)" in page(bob, first)
    refused = decide(bob, first, "request_changes")
    assert (refused.status_code, "Say what to change" in refused.content.decode()) == (422, True)
    assert decide(bob, first, "request_changes", note="Cheaper, please.").status_code == 303
    assert "Changes requested by you" in page(bob, first)
    second = asked_again(desk, total=9000)
    shown = page(signed_in(desk.cast, "alice"), second)
    assert "What is different since the last attempt" in shown
    assert "Bob asked for changes" in shown
    assert "“Cheaper, please.”" in shown
    [before] = re.findall(r"<del>(.*?)</del>", shown)
    [after] = re.findall(r"<ins>(.*?)</ins>", shown)
    assert "12,000.5" in before
    assert "9000" in after


def test_an_attempt_that_changed_nothing_says_so(desk: Desk) -> None:
    shown = page(signed_in(desk.cast, "alice"), asked_again(desk))
    assert "Nothing: what is shown is the same as before." in shown


def test_after_the_last_round_the_page_offers_it_no_more(desk: Desk) -> None:
    first = desk.ask("bob", answers=ALL)
    last = desk.ask("bob", answers=ALL, run_id=first.run_id, attempt=4, follows=first.pk)
    assert last.answers == ["approve", "edit", "reject"]
    shown = page(signed_in(desk.cast, "bob"), last)
    assert "Changes were asked for as often as they may be" in shown
    assert "Ask for changes" not in shown


def test_the_api_and_the_terminal_show_what_is_different(desk: Desk) -> None:
    second = asked_again(desk, total=9000)
    answer = Client(headers=desk.cast.bearer("alice")).get(f"/api/v1/reviews/{second.pk}")
    shown = answer.json()
    ReviewOut.model_validate(shown)
    assert (shown["attempt"], shown["changes"]["note"], shown["changes"]["by"]["name"]) == (
        2,
        "Cheaper, please.",
        "Bob",
    )
    before, after = shown["changes"]["differences"][PATH].values()
    assert (before["total"], after["total"]) == (12000.5, 9000)
    said = cards.card(shown)
    assert "Since Bob asked for changes: “Cheaper, please.”" in said
