"""High risk: decided with a second factor of the last ten minutes, on the page, and never with a key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.freshness import NotFresh
from seconder.accounts.models import SecurityEvent
from seconder.accounts.tests.app_codes import add_app, shown
from seconder.core.refusals import AlreadyDecided, Invalid
from seconder.events.models import Event
from seconder.testing import enter, let_proof_age
from seconder.verification.models import Review
from seconder.verification.tests.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(desk: Desk) -> Review:
    return desk.ask("bob", risk="high")


@pytest.fixture
def bob(desk: Desk) -> Client:
    return enter(Client(), desk.cast.bob)


def _decide(client: Client, review: Review, **answer: object) -> str:
    """Where the answer leads, given on the page."""
    given = {"verdict": "approve", "digest": review.digest, **answer}
    there: str = client.post(f"/demo/reviews/{review.pk}/decisions/", given)["Location"]
    return there


def test_the_decision_is_carried_through_the_proof(desk: Desk, review: Review, bob: Client) -> None:
    secret = add_app(bob)
    assert "asks for your second factor" in bob.get(f"/demo/reviews/{review.pk}/").content.decode()
    there = bob.get(_decide(bob, review, note="Seen and checked."))["Location"]
    assert there.startswith("/account/confirm/factor/?next=")
    assert desk.look(review).status == "open"
    done = bob.post(there, {"code": shown(secret), "next": f"/demo/reviews/{review.pk}/decisions/"})
    assert done["Location"] == f"/demo/reviews/{review.pk}/"
    assert desk.look(review).outcome == "approved"
    with scopes_disabled():
        (decision,) = review.decisions.all()
        event = Event.objects.get(subject_id=review.pk, name="review.decided")
    assert (decision.note, decision.strength) == ("Seen and checked.", "factor")
    assert event.strength == "factor"
    assert SecurityEvent.objects.filter(kind="review.decided-high-risk", person=desk.cast.bob).count() == 1


def test_a_file_is_not_kept_through_the_proof_and_asked_for_again(desk: Desk, bob: Client) -> None:
    schema = {
        "type": "object",
        "properties": {"brief": {"type": "string", "contentMediaType": "text/plain"}},
    }
    question = desk.ask(
        "bob", risk="high", kind="question", answers=["answer"], answer=schema, items=[], schemas={}
    )
    secret = add_app(bob)
    here = f"/demo/reviews/{question.pk}/"

    def answer() -> str:
        return _decide(
            bob,
            question,
            verdict="answer",
            **{"answer.brief.file": SimpleUploadedFile("brief.txt", b"By train.")},
        )

    there = bob.get(answer())["Location"]
    assert bob.post(there, {"code": shown(secret), "next": here})["Location"] == here
    assert desk.look(question).status == "open"
    assert "Fill in the form and give it again" in bob.get(here).content.decode()
    assert answer() == here
    with scopes_disabled():
        assert question.decisions.get().answer == {"brief": "By train."}


def test_a_factor_just_used_is_not_asked_for_again_and_one_of_long_ago_is(
    desk: Desk, review: Review, bob: Client
) -> None:
    secret = add_app(bob)
    other = enter(Client(), desk.cast.bob)
    other.post("/sign-in/factor/", {"code": shown(secret)})
    let_proof_age(other)
    assert _decide(other, review).startswith("/account/confirm/")
    third = enter(Client(), desk.cast.bob)
    third.post("/sign-in/factor/", {"code": shown(secret, step=1)})
    assert _decide(third, review) == f"/demo/reviews/{review.pk}/"
    assert desk.look(review).outcome == "approved"


def test_who_has_none_is_led_to_setting_one_up_and_then_goes_on(
    desk: Desk, review: Review, bob: Client
) -> None:
    there = bob.get(_decide(bob, review))["Location"]
    assert there == "/account/factors/"
    assert "Add an authenticator app or a passkey below" in bob.get(there).content.decode()
    secret = add_app(bob)
    page = bob.get(there).content.decode()
    assert "Prove it and go on" in page
    proof = bob.get(f"/account/confirm/?next=/demo/reviews/{review.pk}/decisions/")["Location"]
    bob.post(proof, {"code": shown(secret), "next": f"/demo/reviews/{review.pk}/decisions/"})
    assert desk.look(review).outcome == "approved"


def test_neither_a_password_nor_a_code_by_mail_is_enough(desk: Desk, review: Review, bob: Client) -> None:
    desk.cast.bob.set_password("a river runs past my window")
    desk.cast.bob.save()
    bob = enter(Client(), desk.cast.bob)
    add_app(bob)
    _decide(bob, review)
    for way in ("password", "code"):
        assert bob.get(f"/account/confirm/{way}/")["Location"].startswith("/account/confirm/factor/")
    assert desk.look(review).status == "open"


def test_a_card_that_changed_meanwhile_is_shown_again(desk: Desk, review: Review, bob: Client) -> None:
    desk.cast.add("eve", "reviewer")
    two = desk.ask("bob", "eve", risk="high", approve="all")
    secret = add_app(bob)
    there = bob.get(_decide(bob, two))["Location"]
    with scope(organization=desk.cast.demo.pk):
        eve = replace(desk.cast.actor("eve"), strength="factor")
        two.decide(eve, "edit", digest=two.digest, edits={"steps.read.output.total": 12})
    told = bob.post(there, {"code": shown(secret), "next": f"/demo/reviews/{two.pk}/decisions/"})
    assert (told.status_code, b"This changed meanwhile" in told.content) == (409, True)
    assert desk.look(two).status == "open"


def test_the_proof_is_asked_for_last(desk: Desk, review: Review) -> None:
    with scope(organization=desk.cast.demo.pk):
        bob = replace(desk.cast.actor("bob"), strength="session")
        with pytest.raises(Invalid):
            review.decide(bob, "reject", digest=review.digest)  # without saying why
        with pytest.raises(NotFresh) as raised:
            review.decide(bob, "approve", digest=review.digest)
        assert (raised.value.status, raised.value.type, raised.value.facts) == (
            403,
            "fresh-sign-in-needed",
            {"needs": "factor"},
        )
        review.decide(replace(bob, strength="factor"), "approve", digest=review.digest)
        with pytest.raises(AlreadyDecided):
            review.decide(bob, "approve", digest=review.digest)


def test_a_key_never_decides_it(desk: Desk, review: Review, client: Client) -> None:
    refused = client.post(
        f"/api/v1/reviews/{review.pk}/decisions",
        {"verdict": "approve", "digest": review.digest},
        "application/json",
        headers=desk.cast.bearer("bob"),
    )
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "not-allowed")
    assert "a key is not enough" in refused.json()["detail"]
    assert desk.look(review).status == "open"
