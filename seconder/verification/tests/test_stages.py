"""Stages: who is asked when, what a vote counts for, and what becomes of it when people leave or are away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.core.json import JSON, Object
from seconder.core.refusals import AlreadyVoted, DigestChanged, NotAllowed
from seconder.events.models import Event
from seconder.runs.review_news import asked_for_nothing, newly_asked
from seconder.testing import enter
from seconder.verification import inbox
from seconder.verification.asking import Then
from seconder.verification.models import Review
from seconder.verification.tests.conftest import Desk
from seconder.verification.tests.test_delegating import give
from seconder.verification.tests.test_standing_in import away
from seconder.verification.tests.test_unseating import seat_of, suspend
from seconder.verification.timers import fire_timers

pytestmark = pytest.mark.django_db
EDIT = {"steps.read.output.total": 9000}


def then(*people: str, approve: JSON = "any", reject: JSON = "any") -> Then:
    return Then(approve, reject, [f"{name}@example.com" for name in people], [])


def asked(desk: Desk, review: Review, stage: int = 0) -> set[str]:
    """Who is asked now, or at that stage."""
    names = {person.pk: name for name, person in desk.cast.people.items()}
    found = desk.look(review)
    return {names[person] for person in found.seats_at(stage or found.stage)}


def stands(desk: Desk, review: Review) -> tuple[int, str, str | None]:
    found = desk.look(review)
    return found.stage, found.status, found.outcome


def event(review: Review, name: str) -> Event:
    with scopes_disabled():
        return Event.objects.filter(subject_id=review.pk, name=name).order_by("id").last()  # type: ignore[return-value]  # there is one


def is_mine(desk: Desk, review: Review, name: str) -> bool:
    with scope(organization=desk.cast.demo.pk):
        return bool(inbox.mine(desk.cast.actor(name)).filter(pk=review.pk).exists())


def test_the_next_people_are_asked_when_those_before_have_said_yes(desk: Desk) -> None:
    review = desk.ask("bob", then=[then("finance", "cfo", approve="all"), then("alice")])
    digest = review.digest
    assert [is_mine(desk, review, name) for name in ("bob", "finance", "alice")] == [True, False, False]
    with pytest.raises(NotAllowed, match="Others decide now"):
        desk.decide(review, "cfo")
    desk.decide(review, "bob")
    assert stands(desk, review) == (2, "open", None)
    assert desk.look(review).digest == digest
    assert [is_mine(desk, review, name) for name in ("bob", "finance", "alice")] == [False, True, False]
    began = event(review, "review.stage_began")
    assert set(began.facts["people"]) == {str(desk.cast.finance.pk), str(desk.cast.cfo.pk)}
    with scopes_disabled():
        assert newly_asked([began])[began.pk] == {desk.cast.finance.pk, desk.cast.cfo.pk}
    desk.decide(review, "finance")
    assert stands(desk, review)[0] == 2
    desk.decide(review, "cfo")
    assert desk.woken == []
    desk.decide(review, "alice")
    assert stands(desk, review) == (3, "decided", "approved")
    assert desk.woken == ["1"]
    assert desk.events(review) == [
        "review.opened",
        "review.voted",
        "review.stage_began",
        "review.voted",
        "review.voted",
        "review.stage_began",
        "review.decided",
    ]


def test_a_no_ends_it_at_any_stage_by_the_rule_of_the_stage(desk: Desk) -> None:
    review = desk.ask("bob", then=[then("finance", "cfo", reject="all"), then("alice")])
    desk.decide(review, "bob")
    desk.decide(review, "cfo", "reject")
    # One no of two is not enough here; yet nobody is left who could say yes but Finance, whose yes is.
    assert stands(desk, review) == (2, "open", None)
    desk.decide(review, "finance", "reject")
    assert stands(desk, review) == (2, "decided", "rejected")
    decided = event(review, "review.decided")
    with scopes_disabled():
        assert asked_for_nothing([decided])[decided.pk] == {desk.cast.dana.pk}  # Alice was never asked


def test_an_edit_begins_with_the_first_stage(desk: Desk) -> None:
    review = desk.ask("bob", then=[then("finance"), then("cfo")])
    digest = review.digest
    desk.decide(review, "bob")
    desk.decide(review, "finance", "edit", edits=EDIT)
    assert stands(desk, review) == (1, "open", None)
    assert desk.look(review).digest != digest
    desk.decide(review, "bob")
    with pytest.raises(NotAllowed):
        desk.decide(review, "cfo")
    desk.decide(review, "finance")  # asked again: the edit counted at no stage
    desk.decide(review, "cfo")
    assert stands(desk, review) == (3, "decided", "approved")


def test_an_edit_at_the_first_stage_is_a_vote_there(desk: Desk) -> None:
    review = desk.ask("bob", then=[then("finance")])
    desk.decide(review, "bob", "edit", edits=EDIT)
    assert stands(desk, review) == (2, "open", None)


def test_who_is_in_two_stages_votes_in_each_and_a_vote_sent_twice_is_none_at_the_next(desk: Desk) -> None:
    review = desk.ask("bob", "finance", then=[then("bob")])
    desk.decide(review, "bob", stage=1)
    for stage, says in ((1, "already voted"), (None, "name the stage")):
        with pytest.raises(AlreadyVoted, match=says):
            desk.decide(review, "bob", stage=stage)
    with pytest.raises(DigestChanged):
        desk.decide(review, "bob", stage=3)
    desk.decide(review, "bob", stage=2)
    assert stands(desk, review) == (2, "decided", "approved")


def test_who_leaves_before_a_stage_is_not_asked_at_it_and_the_default_reviewers_are(desk: Desk) -> None:
    review = desk.ask("bob", then=[then("finance", "cfo", approve="all"), then("cfo")])
    suspend(desk, "cfo")
    assert (asked(desk, review, 2), asked(desk, review, 3)) == ({"alice"}, {"alice"})
    desk.decide(review, "bob")
    desk.decide(review, "alice", stage=2)
    desk.decide(review, "alice", stage=3)
    assert stands(desk, review) == (3, "decided", "approved")


def test_whoever_takes_over_takes_the_places_at_later_stages_too(desk: Desk) -> None:
    from seconder.accounts.people import leaving

    review = desk.ask("bob", then=[then("finance"), then("bob", "finance")])
    with scope(organization=desk.cast.demo.pk):
        leaving.remove(desk.cast.actor("alice"), seat_of(desk.cast, "bob"), seat_of(desk.cast, "cfo"))
    assert [asked(desk, review, stage) for stage in (1, 2, 3)] == [{"cfo"}, {"finance"}, {"cfo", "finance"}]


def test_who_is_away_when_a_stage_begins_has_a_stand_in_then(desk: Desk) -> None:
    review = desk.ask("bob", then=[then("finance")])
    away(desk, "finance", "cfo")
    assert asked(desk, review, 2) == {"finance"}
    desk.decide(review, "bob")
    assert asked(desk, review) == {"cfo"}
    assert event(review, "review.stage_began").facts["instead"] == {
        str(desk.cast.cfo.pk): str(desk.cast.finance.pk)
    }


def test_a_place_is_given_away_at_the_stage_at_which_it_is_asked(desk: Desk) -> None:
    review = desk.ask("bob", then=[then("bob"), then("cfo")])
    give(desk, review, "bob", "cfo")  # who is asked later, and so may be asked now
    assert [asked(desk, review, stage) for stage in (1, 2, 3)] == [{"cfo"}, {"bob"}, {"cfo"}]
    with pytest.raises(NotAllowed):
        give(desk, review, "bob", "finance")
    desk.decide(review, "cfo", stage=1)
    desk.decide(review, "bob")
    assert stands(desk, review) == (3, "open", None)


def test_time_asks_more_people_at_the_stage_at_which_it_is(desk: Desk) -> None:
    hour = timedelta(hours=1)
    chain: list[tuple[timedelta, list[str], list[str]]] = [(hour, ["alice@example.com"], [])]
    review = desk.ask("bob", then=[then("finance"), then("cfo")], due=8 * hour, escalate=chain)
    desk.decide(review, "bob")
    desk.pass_time(review, hours=2)
    fire_timers()
    assert [asked(desk, review, stage) for stage in (1, 2, 3)] == [{"bob"}, {"alice", "finance"}, {"cfo"}]
    desk.decide(review, "alice")
    assert stands(desk, review) == (3, "open", None)


def test_a_stage_out_of_reach_goes_to_the_default_reviewers_and_is_not_skipped(desk: Desk) -> None:
    review = desk.ask("bob", then=[then("dana", "cfo", approve="all"), then("charlie")])
    assert asked(desk, review, 2) == {"cfo"}  # Dana asked for it
    assert asked(desk, review, 3) == {"alice"}
    reasons: Object = event(review, "review.opened").facts["because_of"]
    assert reasons == {"3": "the rule cannot be met by the people assigned"}


def test_page_and_api_say_the_stage_and_who_comes_next(desk: Desk) -> None:
    review = desk.ask("bob", then=[then("bob", "cfo", approve="all")])
    bob = enter(Client(), desk.cast.bob)
    path = f"/demo/reviews/{review.pk}/"
    page = bob.get(path).content.decode()
    for said in ("Stage 1: Bob", "decides now", "Stage 2: Bob, Cfo", "comes later"):
        assert said in page
    vote = {"verdict": "approve", "digest": review.digest, "stage": "1"}
    assert bob.post(f"{path}decisions/", vote).status_code == 303
    assert bob.post(f"{path}decisions/", vote).status_code == 409  # the button, pressed twice
    page = bob.get(path).content.decode()
    assert "said yes" in page
    assert 'name="stage" value="2"' in page
    api = Client(headers=desk.cast.bearer("bob"))
    shown: dict[str, Any] = api.get(f"/api/v1/reviews/{review.pk}").json()
    assert (shown["stage"], [one["stage"] for one in shown["decisions"]]) == (2, [1])
    emails = [[one["email"] for one in stage["assignees"]] for stage in shown["stages"]]
    assert emails == [["bob@example.com"], ["bob@example.com", "cfo@example.com"]]
    assert [one["email"] for one in shown["assignees"]] == emails[1]
    decisions = f"/api/v1/reviews/{review.pk}/decisions"
    body: dict[str, Any] = {"verdict": "approve", "digest": review.digest}
    told = api.post(decisions, body, content_type="application/json")
    assert (told.status_code, told.json()["type"].rpartition("/")[2]) == (409, "already-voted")
    assert api.post(decisions, {**body, "stage": 2}, content_type="application/json").status_code == 201
