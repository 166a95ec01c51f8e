"""The card of a review, as people see and answer it; and the inbox that leads to it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from seconder.accounts.models import SignInLink
from seconder.testing import Cast
from seconder.verification.models import Review
from seconder.verification.tests.conftest import ORDER, SCHEMA, Desk

pytestmark = pytest.mark.django_db


def signed_in(cast: Cast, who: str, *, csrf: bool = False) -> Client:
    token = SignInLink.create(cast.people[who])
    client = Client(enforce_csrf_checks=False)
    client.post(f"/sign-in/{token}/")
    client.handler.enforce_csrf_checks = csrf
    return client


def page(client: Client, review: Review, query: str = "") -> str:
    answered = client.get(f"/demo/reviews/{review.pk}/{query}")
    assert answered.status_code == 200
    return _words(answered.content.decode())


def decide(
    client: Client, review: Review, verdict: str, **more: Any
) -> Any:  # Any: what is typed; a response
    with scopes_disabled():
        digest = Review.objects.get(pk=review.pk).digest
    return client.post(
        f"/demo/reviews/{review.pk}/decisions/", {"verdict": verdict, "digest": digest, **more}
    )


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", html)


def test_the_card_shows_what_is_shown_and_nothing_else(desk: Desk) -> None:
    review = desk.ask("bob", content={"secret": "for the engine only"}, risk="normal")
    shown = page(signed_in(desk.cast, "bob"), review)
    for text in (
        "May we order this?",
        "Acme",
        "12,000.5",
        "Waiting for a decision",
        "Dana",
        "Approve",
        "Reject",
    ):
        assert text in shown
    assert "for the engine only" not in shown
    assert "/runs/" not in shown.split("<main")[1], "a reviewer does not see the run"


def test_values_say_who_found_them_how_they_were_written_and_what_is_missing(desk: Desk) -> None:
    item = {
        "path": "steps.read.output",
        "label": "Read",
        "value": {"vendor": "Acme", "total": 12000.5, "currency": "USD"},
        "made_by": "builtin",
        "missing": ["steps.read.output.lines"],
        "sources": {
            "/total": {"start": 1, "end": 9, "text": "12.000,50", "confidence": 0.9},
            "/currency": {"start": 0, "end": 1, "text": "$", "confidence": 0.5},
        },
    }
    shown = page(signed_in(desk.cast, "bob"), desk.ask("bob", items=[item]))
    assert "$12,000.50" in shown
    assert "<mark>12.000,50</mark>" in shown
    assert "Not sure, please check" in shown
    assert "Found by the built-in model" in shown
    assert "Not found" in shown
    assert "Not everything was found" in shown


def test_what_a_model_wrote_is_quoted_escaped_and_marked(desk: Desk) -> None:
    lines = [
        {"label": "To", "value": "x@example.com"},
        {"label": "Body", "value": "Hello\n<script>alert(1)</script>"},
    ]
    item = {
        "path": "args",
        "label": "Send an e-mail",
        "value": {"to": "x@example.com"},
        "made_by": "model",
        "lines": lines,
    }
    shown = page(signed_in(desk.cast, "bob"), desk.ask("bob", kind="action", items=[item], schemas={}))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "Written by a model" in shown
    assert "blockquote" in shown


def test_approving_leads_back_to_the_card(desk: Desk) -> None:
    review = desk.ask("bob")
    bob = signed_in(desk.cast, "bob")
    answered = decide(bob, review, "approve", note="Go ahead")
    assert (answered.status_code, answered["Location"]) == (303, f"/demo/reviews/{review.pk}/")
    shown = page(bob, review)
    assert "Approved by you" in shown
    assert "Go ahead" in shown
    assert "You approved: May we order this?" in shown
    assert 'name="digest"' not in shown
    assert desk.look(review).outcome == "approved"
    assert desk.woken == ["1"]


def test_a_rejection_needs_a_note_and_nothing_is_lost(desk: Desk) -> None:
    review = desk.ask("bob")
    bob = signed_in(desk.cast, "bob")
    refused = decide(bob, review, "reject", note=" ")
    assert refused.status_code == 422
    assert "a rejection needs a note" in refused.content.decode()
    assert desk.look(review).status == "open"
    assert decide(bob, review, "reject", note="Too dear").status_code == 303
    assert desk.look(review).outcome == "rejected"


def test_values_are_edited_in_fields_and_kept_when_they_cannot_be_read(desk: Desk) -> None:
    review = desk.ask("bob")
    bob = signed_in(desk.cast, "bob")
    form = page(bob, review, "?edit")
    assert 'name="0.total" value="12000.5"' in form
    typed = {"0.vendor": "Acme Ltd", "0.total": "a lot", "0.lines": "[]", "note": "checked"}
    refused = decide(bob, review, "edit", **typed)
    shown = _words(refused.content.decode())
    assert refused.status_code == 422
    for kept in ('value="Acme Ltd"', 'value="a lot"', "This is not a number", ">checked</textarea>"):
        assert kept in shown
    assert decide(bob, review, "edit", **{**typed, "0.total": "11,000"}).status_code == 303
    with scopes_disabled():
        vote = review.decisions.get()
    assert vote.edits == {
        "steps.read.output.vendor": "Acme Ltd",
        "steps.read.output.total": 11000,
        "steps.read.output.lines": [],
    }
    done = page(bob, review)
    assert "Changed by a person" in done
    assert "Before: " in done


def test_what_the_schema_refuses_is_said_at_its_field(desk: Desk) -> None:
    review = desk.ask("bob")
    refused = decide(signed_in(desk.cast, "bob"), review, "edit", **{"0.vendor": "Acme", "0.total": "-1"})
    assert refused.status_code == 422
    assert 'id="field-0-total-more"' in refused.content.decode()
    assert desk.look(review).status == "open"


def test_an_edit_that_changes_nothing_approves_what_is_shown(desk: Desk) -> None:
    review = desk.ask("bob")
    lines = '[{"sku": "A", "quantity": 2}]'
    decide(
        signed_in(desk.cast, "bob"),
        review,
        "edit",
        **{"0.vendor": "Acme", "0.total": "12000.50", "0.lines": lines},
    )
    with scopes_disabled():
        assert review.decisions.get().verdict == "approve"


def test_a_single_value_and_an_emptied_one_are_edited_too(desk: Desk) -> None:
    total = {
        "path": "steps.read.output.total",
        "label": "Total",
        "value": None,
        "missing": ["steps.read.output.total"],
    }
    items = [total, {"path": "steps.read.output", "label": "Read", "value": ORDER}]
    schemas = {"steps.read.output.total": {"type": "number"}, "steps.read.output": SCHEMA}
    review = desk.ask("bob", items=items, schemas=schemas)
    bob = signed_in(desk.cast, "bob")
    assert 'name="0.value"' in page(bob, review, "?edit")
    decide(bob, review, "edit", **{"0.value": "7", "1.vendor": "Acme", "1.total": "12000.5", "1.lines": ""})
    with scopes_disabled():
        edits = review.decisions.get().edits
    assert edits == {"steps.read.output.total": 7, "steps.read.output": {"vendor": "Acme", "total": 12000.5}}


def test_what_changed_meanwhile_is_shown_anew_with_what_was_typed(desk: Desk) -> None:
    review = desk.ask("bob", "cfo", approve="all")
    before = review.digest
    desk.decide(review, "cfo", "edit", edits={"steps.read.output.vendor": "Bolt"})
    answered = signed_in(desk.cast, "bob").post(
        f"/demo/reviews/{review.pk}/decisions/", {"verdict": "approve", "digest": before, "note": "fine"}
    )
    shown = _words(answered.content.decode())
    assert answered.status_code == 409
    assert "This changed meanwhile: look again" in shown
    assert "Bolt" in shown
    assert ">fine</textarea>" in shown
    assert desk.look(review).digest in shown


def test_who_comes_late_is_told_who_decided(desk: Desk) -> None:
    review = desk.ask("bob", "cfo")
    desk.decide(review, "cfo", note="ordered by phone")
    late = decide(signed_in(desk.cast, "bob"), review, "approve", note="my reason")
    shown = _words(late.content.decode())
    assert late.status_code == 409
    assert "Already approved by Cfo" in shown
    assert "ordered by phone" in shown
    assert "my reason" in shown, "what was typed is not lost"


def test_who_voted_waits_for_the_others(desk: Desk) -> None:
    review = desk.ask("bob", "cfo", approve="all")
    bob = signed_in(desk.cast, "bob")
    decide(bob, review, "approve")
    assert "You approved this. It waits for the others" in page(bob, review)
    assert decide(bob, review, "approve").status_code == 409


def test_the_requester_sees_it_without_the_form(desk: Desk) -> None:
    review = desk.ask("bob")
    dana = signed_in(desk.cast, "dana")
    shown = page(dana, review)
    assert "You asked for this, so somebody else decides." in shown
    assert 'name="digest"' not in shown
    assert decide(dana, review, "approve").status_code == 403
    assert desk.look(review).status == "open"


def test_outsiders_and_strangers_to_a_review_find_nothing(desk: Desk) -> None:
    review = desk.ask("bob")
    for who in ("charlie", "cfo"):
        client = signed_in(desk.cast, who)
        assert client.get(f"/demo/reviews/{review.pk}/").status_code == 404
        assert decide(client, review, "approve").status_code == 404
    anonymous = Client().get(f"/demo/reviews/{review.pk}/")
    assert anonymous["Location"].startswith("/sign-in/")


def test_a_question_is_answered_by_choosing(desk: Desk) -> None:
    review = desk.ask(
        "bob", kind="question", answers=["answer"], answer={"enum": ["Yes, it came", "No"]}, schemas={}
    )
    bob = signed_in(desk.cast, "bob")
    assert 'type="radio" name="answer" value="Yes, it came"' in page(bob, review)
    unanswered = decide(bob, review, "answer")
    assert unanswered.status_code == 422
    assert "Choose one of the answers" in unanswered.content.decode()
    assert decide(bob, review, "answer", answer="No").status_code == 303
    assert desk.look(review).outcome == "answered"


def test_getting_changes_nothing_and_posting_needs_its_token(desk: Desk) -> None:
    review = desk.ask("bob")
    bob = signed_in(desk.cast, "bob", csrf=True)
    for query in ("", "?edit", "?verdict=approve"):
        bob.get(f"/demo/reviews/{review.pk}/{query}"), bob.head(f"/demo/reviews/{review.pk}/{query}")
    assert bob.get(f"/demo/reviews/{review.pk}/decisions/").status_code == 405
    assert decide(bob, review, "approve").status_code == 403
    assert desk.look(review).status == "open"


def test_a_closed_one_says_what_became_of_it(desk: Desk) -> None:
    from seconder.verification.timers import fire_timers

    review = desk.ask("bob")
    desk.pass_time(review, days=8)
    fire_timers()
    bob = signed_in(desk.cast, "bob")
    assert "so it counts as rejected" in page(bob, review)
    assert decide(bob, review, "approve", note="too late").status_code == 410


def test_the_inbox_sorts_by_risk_and_time_and_goes_on_page_by_page(desk: Desk) -> None:
    from datetime import timedelta

    for hours in range(40, 8, -1):
        desk.ask("bob", question=f"In {hours}?", due=timedelta(hours=hours))
    desk.ask("bob", question="Dangerous?", risk="high", due=timedelta(days=9))
    bob = signed_in(desk.cast, "bob")
    first = bob.get("/demo/reviews/").content.decode()
    asked = re.findall(r">(Dangerous\?|In \d+\?)<", first)
    assert asked[:3] == ["Dangerous?", "In 9?", "In 10?"]
    more = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert more
    second = bob.get(more[1].replace("&amp;", "&")).content.decode()
    assert set(re.findall(r">(In \d+\?)<", second)) == {"In 38?", "In 39?", "In 40?"}
    assert "Acme" in first, "the list tells one review from another"


def test_the_tabs_hold_what_they_say(desk: Desk) -> None:
    mine, done = desk.ask("bob", question="Mine?"), desk.ask("bob", question="Done?")
    desk.decide(done, "bob")
    bob, dana = signed_in(desk.cast, "bob"), signed_in(desk.cast, "dana")
    assert bob.get("/demo/reviews/count/").content == b"1"
    assert "Mine?" in bob.get("/demo/reviews/").content.decode()
    assert "Done?" in bob.get("/demo/reviews/?tab=decided").content.decode()
    assert "Mine?" not in dana.get("/demo/reviews/").content.decode()
    assert "Mine?" in dana.get("/demo/reviews/?tab=all").content.decode()
    assert dana.get("/demo/reviews/count/").content == b""
    fragment = bob.get("/demo/reviews/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert str(mine.pk) in fragment
    assert bob.get("/demo/reviews/?after=nonsense").status_code == 422


@pytest.mark.django_db(transaction=True)  # the keys of people are remembered once they are committed
def test_the_queries_of_a_page_are_few_however_many_reviews(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    reviews = [desk.ask("bob", "cfo", question=f"Number {number}?") for number in range(25)]
    bob = signed_in(desk.cast, "bob")
    with django_assert_max_num_queries(13):  # one of them: on the first visit of a day
        bob.get("/demo/reviews/")
    with django_assert_max_num_queries(14):
        bob.get(f"/demo/reviews/{reviews[0].pk}/")
