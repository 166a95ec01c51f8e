"""When somebody who is asked is suspended, leaves, or may decide no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.models import Membership
from seconder.accounts.people import changing, leaving
from seconder.events.models import Event
from seconder.testing import Cast, enter
from seconder.verification.models import Review
from seconder.verification.tests.conftest import Desk
from seconder.verification.timers import fire_timers

pytestmark = pytest.mark.django_db


def seat_of(cast: Cast, name: str) -> Membership:
    return Membership.objects.select_related("person", "custom_role").get(person=cast.people[name])


def suspend(desk: Desk, name: str) -> None:
    with scope(organization=desk.cast.demo.pk):
        changing.suspend(desk.cast.actor("alice"), seat_of(desk.cast, name))


def _reassigned(review: Review, which: int = 0) -> dict[str, object]:
    with scopes_disabled():
        found = Event.objects.filter(subject_id=review.pk, name="review.reassigned").order_by("id")
        return dict(found[which].facts)


def test_others_who_were_asked_decide_as_before(desk: Desk) -> None:
    review = desk.ask("bob", "finance")
    suspend(desk, "bob")
    assert desk.people(review) == {"finance"}
    assert "because" not in _reassigned(review)
    assert desk.decide(review, "finance")


def test_where_nobody_is_left_the_default_reviewers_are_asked(desk: Desk) -> None:
    review = desk.ask("bob")
    suspend(desk, "bob")
    assert desk.people(review) == {"alice"}
    assert _reassigned(review)["because"] == "the rule cannot be met any more by the people assigned"
    assert b"May we order this?" in enter(Client(), desk.cast.alice).get("/demo/reviews/").content
    desk.decide(review, "alice")
    assert desk.look(review).outcome == "approved"


def test_a_rule_that_cannot_be_met_any_more_is_not_weakened_to_whoever_is_left(desk: Desk) -> None:
    review = desk.ask("bob", "finance", "cfo", approve={"count": 2})
    desk.decide(review, "cfo")
    suspend(desk, "bob")
    assert desk.people(review) == {"finance", "cfo"}  # two can still be reached
    suspend(desk, "finance")
    assert desk.people(review) == {"cfo", "alice"}
    assert desk.look(review).status == "open"  # the one approval does not become enough by itself
    desk.decide(review, "alice")
    assert desk.look(review).outcome == "approved"


def test_removing_who_has_not_agreed_approves_nothing(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    desk.decide(review, "finance")
    with scope(organization=desk.cast.demo.pk):
        leaving.remove(desk.cast.actor("alice"), seat_of(desk.cast, "bob"))
    assert desk.look(review).status == "open"
    assert desk.people(review) == {"finance", "alice"}
    desk.decide(review, "alice", "reject")
    assert desk.look(review).outcome == "rejected"


def test_whoever_takes_over_takes_the_seat_and_the_rule_stands(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    desk.decide(review, "finance")
    with scope(organization=desk.cast.demo.pk):
        leaving.remove(desk.cast.actor("alice"), seat_of(desk.cast, "bob"), seat_of(desk.cast, "cfo"))
    assert desk.people(review) == {"finance", "cfo"}
    assert desk.look(review).rule["approve"] == "all"
    desk.decide(review, "cfo")
    assert desk.look(review).outcome == "approved"


def test_nobody_takes_over_a_decision_about_their_own_request(desk: Desk) -> None:
    review = desk.ask("bob")
    with scope(organization=desk.cast.demo.pk):
        leaving.remove(desk.cast.actor("alice"), seat_of(desk.cast, "bob"), seat_of(desk.cast, "dana"))
    assert desk.people(review) == {"alice"}


def test_a_role_that_does_not_decide_gives_its_seats_up(desk: Desk) -> None:
    review = desk.ask("bob")
    with scope(organization=desk.cast.demo.pk):
        changing.change_role(desk.cast.actor("alice"), seat_of(desk.cast, "bob"), "viewer")
    assert desk.people(review) == {"alice"}


def test_escalation_asks_nobody_who_has_left(desk: Desk) -> None:
    after = timedelta(hours=1)
    both = desk.ask("finance", escalate=[(after, ["bob@example.com", "cfo@example.com"], [])])
    alone = desk.ask("finance", escalate=[(after, ["bob@example.com"], [])])
    suspend(desk, "bob")
    for review in (both, alone):
        desk.pass_time(review, hours=2)
    fire_timers()
    assert desk.people(both) == {"finance", "cfo"}
    assert desk.people(alone) == {"finance", "alice"}


def test_a_percentage_does_not_sink_with_each_one_who_leaves(desk: Desk) -> None:
    desk.cast.add("erin", "reviewer")
    review = desk.ask("bob", "finance", "cfo", "erin", approve={"percent": 75})  # three of the four
    suspend(desk, "bob")
    assert desk.look(review).rule["approve"] == {"count": 3}
    suspend(desk, "finance")
    assert desk.people(review) == {"alice"}
    assert _reassigned(review, 1)["because"] == "the rule cannot be met any more by the people assigned"


def test_a_team_that_has_lost_its_people_is_not_left_out_of_the_rule(desk: Desk) -> None:
    review = desk.ask(teams=["finance", "legal"], approve={"per_team": {"finance": 1, "legal": 1}})
    suspend(desk, "bob")
    assert desk.look(review).rule["approve"] == {"per_team": {"finance": 1, "legal": 1}}
    suspend(desk, "finance")
    assert desk.people(review) == {"alice"}
    desk.decide(review, "alice")
    assert desk.look(review).outcome == "approved"


def test_who_takes_over_a_seat_of_a_team_counts_for_that_team(desk: Desk) -> None:
    review = desk.ask("bob", "cfo", approve={"per_team": {"finance": 1, "legal": 1}})
    with scope(organization=desk.cast.demo.pk):
        leaving.remove(desk.cast.actor("alice"), seat_of(desk.cast, "bob"), seat_of(desk.cast, "alice"))
    desk.decide(review, "cfo")
    desk.decide(review, "alice")
    assert desk.look(review).outcome == "approved"


def test_an_edit_after_a_voter_has_left_does_not_wait_for_the_one_who_left(desk: Desk) -> None:
    """The vote that was given counted on; the edit starts the vote anew, and that one cannot be given again."""
    review = desk.ask("bob", "finance", "cfo", approve="all")
    desk.decide(review, "bob")
    suspend(desk, "bob")
    assert desk.people(review) == {"bob", "finance", "cfo"}
    desk.decide(review, "finance", "edit", edits={"steps.read.output.total": 1})
    assert desk.look(review).status == "open"
    assert desk.people(review) == {"finance", "alice"}
    desk.decide(review, "alice")
    assert desk.look(review).outcome == "approved"
