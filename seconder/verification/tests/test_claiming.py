"""Saying that one looks at a review: the others see it, and are kept from nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.core.clock import now
from seconder.core.refusals import AlreadyVoted, Conflict, NotAllowed
from seconder.testing import enter
from seconder.verification import claiming
from seconder.verification.models import Absence, Review
from seconder.verification.tests.conftest import Desk
from seconder.verification.tests.test_delegating import give
from seconder.verification.tests.test_unseating import suspend
from seconder.verification.timers import fire_timers

pytestmark = pytest.mark.django_db


def claim(desk: Desk, review: Review, by: str) -> None:
    with scope(organization=desk.cast.demo.pk):
        claiming.claim(review, desk.cast.actor(by))


def holder(desk: Desk, review: Review) -> str | None:
    found = claiming.claimant(desk.look(review))
    return next((name for name, person in desk.cast.people.items() if person.pk == found), None)


def test_a_claim_is_seen_recorded_and_hinders_nobody(desk: Desk) -> None:
    review = desk.ask("bob", "finance")
    claim(desk, review, "bob")
    assert holder(desk, review) == "bob"
    assert desk.look(review).digest == review.digest
    with pytest.raises(Conflict):
        claim(desk, review, "finance")
    desk.decide(review, "finance")
    assert desk.look(review).outcome == "approved"
    assert holder(desk, review) is None
    assert desk.events(review) == ["review.opened", "review.claimed", "review.decided"]


def test_it_ends_by_itself_after_half_an_hour(desk: Desk) -> None:
    review = desk.ask("bob", "finance")
    claim(desk, review, "bob")
    with scopes_disabled():
        until = desk.look(review).claimed_until
        assert until
        Review.objects.filter(pk=review.pk).update(claimed_until=until - timedelta(minutes=30))
    assert holder(desk, review) is None
    claim(desk, review, "finance")
    assert holder(desk, review) == "finance"


def test_it_ends_with_release_with_a_vote_and_with_the_place(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    claim(desk, review, "bob")
    with scope(organization=desk.cast.demo.pk):
        claiming.release(review, desk.cast.actor("finance"))
        assert holder(desk, review) == "bob"
        claiming.release(review, desk.cast.actor("bob"))
    assert holder(desk, review) is None
    claim(desk, review, "bob")
    give(desk, review, "bob", "cfo")
    assert holder(desk, review) is None
    claim(desk, review, "finance")
    desk.decide(review, "finance")
    assert holder(desk, review) is None
    with pytest.raises(AlreadyVoted):
        claim(desk, review, "finance")


def test_who_may_not_decide_claims_nothing(desk: Desk) -> None:
    review = desk.ask("bob")
    for name in ("dana", "alice"):
        with pytest.raises(NotAllowed):
            claim(desk, review, name)


def test_the_page_asks_the_others_to_confirm(desk: Desk) -> None:
    review = desk.ask("bob", "finance")
    here = f"/demo/reviews/{review.pk}/"
    bob, finance = enter(Client(), desk.cast.bob), enter(Client(), desk.cast.finance)
    assert bob.post(f"{here}claim/").status_code == 303
    assert "Bob looks at it" in finance.get("/demo/reviews/").content.decode()
    page = finance.get(here).content.decode()
    assert 'name="despite_claim"' in page
    assert 'name="despite_claim"' not in bob.get(here).content.decode()
    answer = {"verdict": "approve", "digest": review.digest, "note": "Fine."}
    refused = finance.post(f"{here}decisions/", answer)
    assert refused.status_code == 409
    assert "Fine." in refused.content.decode()
    assert desk.look(review).status == "open"
    assert finance.post(f"{here}decisions/", {**answer, "despite_claim": "yes"}).status_code == 303
    assert desk.look(review).outcome == "approved"


def test_the_api_claims_shows_and_releases(desk: Desk) -> None:
    review = desk.ask("bob", "finance")
    path = f"/api/v1/reviews/{review.pk}"
    bob, finance = (Client(headers=desk.cast.bearer(name)) for name in ("bob", "finance"))
    assert bob.put(f"{path}/claim").json()["claim"]["by"]["email"] == "bob@example.com"
    assert finance.put(f"{path}/claim").status_code == 409
    assert finance.get(path).json()["claim"]["by"]["email"] == "bob@example.com"
    assert bob.delete(f"{path}/claim").json()["claim"] is None
    body = {"verdict": "approve", "digest": review.digest}
    assert finance.post(f"{path}/decisions", body, content_type="application/json").status_code == 201


def test_a_vote_of_ones_own_leaves_no_claim_behind_in_the_answer(desk: Desk) -> None:
    review = desk.ask("bob", "finance", "cfo", approve="all")
    bob, finance = (Client(headers=desk.cast.bearer(name)) for name in ("bob", "finance"))
    path = f"/api/v1/reviews/{review.pk}"
    bob.put(f"{path}/claim")
    body = {"verdict": "approve", "digest": review.digest}
    made = bob.post(f"{path}/decisions", body, content_type="application/json")
    assert made.json()["review"]["claim"] is None

    suspend(desk, "bob")  # the vote counts on, until an edit starts it anew
    finance.put(f"{path}/claim")
    edit = {"verdict": "edit", "digest": review.digest, "edits": {"steps.read.output.total": 1}}
    assert finance.post(f"{path}/decisions", edit, content_type="application/json").status_code == 201
    assert desk.people(review) == {"finance", "alice"}
    assert desk.look(review).claimed_by is None


def test_it_ends_with_the_place_of_who_is_away(desk: Desk) -> None:
    review = desk.ask("bob", due=timedelta(hours=8), remind=[timedelta(hours=1)])
    claim(desk, review, "bob")
    hour = timedelta(hours=1)
    Absence.objects.create(
        person_id=desk.cast.bob.pk, stand_in_id=desk.cast.cfo.pk, starts_at=now() - hour, ends_at=now() + hour
    )
    desk.pass_time(review, minutes=61)
    fire_timers()
    assert desk.people(review) == {"cfo"}
    assert desk.look(review).claimed_by is None


def test_a_claim_comes_after_whatever_else_stands_against_deciding(desk: Desk) -> None:
    review = desk.ask("bob", "finance", "cfo", approve="all")
    desk.decide(review, "finance")
    claim(desk, review, "bob")
    answer = {"verdict": "edit", "digest": review.digest, "0.total": "much"}

    def post(name: str) -> tuple[int, str]:
        said = enter(Client(), desk.cast.people[name]).post(f"/demo/reviews/{review.pk}/decisions/", answer)
        return said.status_code, said.content.decode()

    status, page = post("dana")
    assert status == 403
    assert "You asked for this" in page
    status, page = post("finance")
    assert status == 409
    assert "You approved this. It waits for the others" in page
    status, page = post("cfo")
    assert status == 409
    assert "A colleague looks at this just now" in page
    desk.pass_time(review, days=8)
    assert post("cfo")[0] == 410
