"""The link of a mail: it answers one review of low risk for one person, once, and opening it does nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.core.refusals import NotAllowed
from seconder.events.models import Event
from seconder.events.news import Mention
from seconder.testing import enter
from seconder.verification import links
from seconder.verification.delegating import delegate
from seconder.verification.models import LinkUse, Review
from seconder.verification.tests.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(desk: Desk) -> Review:
    return desk.ask("bob", "cfo", risk="low")


def to(desk: Desk, review: Review, who: str = "bob") -> str:
    return links.address(desk.look(review), desk.cast.people[who])


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def give(
    client: Client, address: str, review: Review, status: int, verdict: str = "approve", **more: str
) -> str:
    answer = client.post(address, {"verdict": verdict, "digest": review.digest, **more})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_its_button_answers_without_signing_in(desk: Desk, review: Review) -> None:
    nobody, address = Client(), to(desk, review)
    page = shown(nobody, address)
    assert "You answer as Bob" in page
    assert "12000.5" in page.replace(",", "")
    assert "?edit" not in page
    assert "/demo/runs/" not in page
    give(nobody, address, review, 303, note="Fine by me.")
    with scopes_disabled():
        (decision,) = review.decisions.all()
        event = Event.objects.get(subject_id=review.pk, name="review.decided")
    assert (decision.person_id, decision.strength, decision.channel) == (desk.cast.bob.pk, "link", "mail")
    assert (event.by_id, event.strength, event.channel) == (desk.cast.bob.pk, "link", "mail")
    assert desk.woken == ["1"]
    assert "You approved: May we order this?" in shown(nobody, address)
    assert "sessionid" not in nobody.cookies
    assert nobody.get("/demo/reviews/").status_code == 302, "it signs nobody in"


def test_it_works_once_also_where_the_vote_starts_anew(desk: Desk) -> None:
    review = desk.ask("bob", "cfo", risk="low", approve="all")
    nobody, address = Client(), to(desk, review)
    give(nobody, address, review, 303)
    desk.decide(review, "cfo", "edit", edits={"steps.read.output.total": 10.0})
    again = desk.look(review)
    assert "used before" in give(nobody, address, again, 410)
    later = shown(nobody, address)
    assert "10.0" not in later, "what came after is shown to who signs in"
    assert "has changed since" in later
    assert "Your answer is taken" not in later
    desk.decide(review, "bob")
    assert desk.look(review).outcome == "approved"


def test_what_cannot_be_taken_does_not_use_it_up(desk: Desk, review: Review) -> None:
    nobody, address = Client(), to(desk, review)
    assert "needs a note" in give(nobody, address, review, 422, "reject")
    nobody.post(address, {"verdict": "approve", "digest": "of another card"})
    assert not LinkUse.objects.exists()
    give(nobody, address, review, 303, "reject", note="Too dear")
    assert desk.look(review).outcome == "rejected"


def test_who_comes_late_is_told_by_whom_it_was_decided(desk: Desk, review: Review) -> None:
    address = to(desk, review)
    desk.decide(review, "cfo")
    assert "Approved by Cfo" in shown(Client(), address)
    give(Client(), address, review, 409)
    assert not LinkUse.objects.exists()


@pytest.mark.parametrize("risk", ["normal", "high"])
def test_there_is_none_above_low_risk_and_the_judge_takes_none(desk: Desk, risk: str) -> None:
    low = desk.ask("bob", risk="low")
    address = to(desk, low)
    opened = links.find(address.split("/")[2])
    with scopes_disabled():
        Review.objects.filter(pk=low.pk).update(risk=risk)
    assert to(desk, low) == ""
    assert "answered by who is signed in" in shown(Client(), address, 410)
    give(Client(), address, low, 410)
    with scopes_disabled(), pytest.raises(NotAllowed, match="signed in"):
        opened.review.decide(opened.actor, "approve", digest=low.digest)
    assert desk.look(low).status == "open"


def test_it_ends_when_the_review_is_due_and_after_a_fortnight(desk: Desk, review: Review) -> None:
    until = min(review.due_at, review.opened_at + links.FORTNIGHT)
    bob = desk.cast.bob
    assert to(desk, review) == f"/answer/{links.token_of(review, bob, until)}/"
    over = f"/answer/{links.token_of(review, bob, now() - timedelta(seconds=1))}/"
    assert "Its time is over" in shown(Client(), over, 410)
    give(Client(), over, review, 410)
    long = desk.ask("bob", risk="low", due=timedelta(days=90))
    assert to(desk, long)
    for each, days in ((review, 8), (long, 15)):
        desk.pass_time(each, days=days)
        assert to(desk, each) == "", "no mail offers it any more"


def test_a_changed_link_is_none(desk: Desk, review: Review) -> None:
    address = to(desk, review)
    token = address.split("/")[2]
    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        shown(Client(), f"/answer/{token[:place]}{other}{token[place + 1 :]}/", 410)
    for wrong in ("x", "%00", "a" * 5000, token[:-1], f"{token}A"):
        shown(Client(), f"/answer/{wrong}/", 410)
    assert to(desk, review, "cfo") != address, "each person has another"
    assert to(desk, review) == address, "a mail that is put together again is the same mail"


def test_holding_it_is_not_being_the_approver(desk: Desk, review: Review) -> None:
    outsider = links.address(review, desk.cast.charlie)
    assert "not yours to see any more" in shown(Client(), outsider, 410)
    dana = links.address(review, desk.cast.dana)
    assert "You asked for this" in shown(Client(), dana)
    give(Client(), dana, review, 403)
    former = to(desk, review)
    with scopes_disabled():
        Membership.objects.filter(person=desk.cast.bob).update(is_active=False)
    shown(Client(), former, 410)
    give(Client(), former, review, 410)
    assert desk.look(review).status == "open"


def test_no_mail_offers_a_link_that_was_used(desk: Desk) -> None:
    from seconder.runs.review_news import say  # knows the agent's name, so it lives above

    review = desk.ask("bob", "cfo", risk="low", approve="all")
    mention = Mention("review.reminded", review.pk, desk.cast.bob.pk)
    with scopes_disabled():
        assert say([mention])[mention].answer == to(desk, review)
    give(Client(), to(desk, review), review, 303)
    desk.decide(review, "cfo", "edit", edits={"steps.read.output.total": 10.0})
    with scopes_disabled():
        news = say([mention])[mention]
    assert news.waits
    assert news.answer == ""


def test_whoever_gave_the_place_away_sees_no_more_of_it(desk: Desk, review: Review) -> None:
    address = to(desk, review)
    with scopes_disabled():
        delegate(review, desk.cast.actor("bob"), desk.cast.alice.email)
    assert "not yours to see any more" in shown(Client(), address, 410)
    give(Client(), address, review, 410)


def test_it_ends_with_the_address_to_which_it_was_sent(desk: Desk, review: Review) -> None:
    address, bob = to(desk, review), desk.cast.bob
    type(bob).objects.filter(pk=bob.pk).update(email="bob@elsewhere.example")
    shown(Client(), address, 410)
    give(Client(), address, review, 410)


def test_its_page_leads_nowhere_that_needs_signing_in(desk: Desk, review: Review) -> None:
    page = shown(Client(), to(desk, review))
    assert "Give to a colleague" not in page
    assert "Say that I look at this" not in page
    assert not re.findall(r'action="/demo/', page)


def test_signed_in_as_somebody_else_it_answers_for_whom_it_was_made(desk: Desk, review: Review) -> None:
    alice = enter(Client(), desk.cast.alice)
    address = to(desk, review)
    assert "You answer as Bob" in shown(alice, address)
    give(alice, address, review, 303)
    assert [one.person_id for one in review.decisions.all()] == [desk.cast.bob.pk]


def test_its_button_carries_the_mark_against_forged_forms(desk: Desk, review: Review) -> None:
    careful = Client(enforce_csrf_checks=True)
    page, address = shown(careful, to(desk, review)), to(desk, review)
    give(careful, address, review, 403)
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    give(careful, address, review, 303, csrfmiddlewaretoken=found[1])
