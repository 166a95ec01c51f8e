"""Out of office: who is asked instead, where nobody is, and how one says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.events.models import Event
from seconder.testing import enter
from seconder.verification.models import Absence, Assignment, Review
from seconder.verification.tests.conftest import Desk
from seconder.verification.tests.test_delegating import give
from seconder.verification.timers import fire_timers

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def away(desk: Desk, who: str, stand_in: str, **more: object) -> Absence:
    people = desk.cast.people
    fields = {"starts_at": now() - DAY, "ends_at": now() + DAY, **more}
    return Absence.objects.create(person_id=people[who].pk, stand_in_id=people[stand_in].pk, **fields)


def facts(review: Review, name: str) -> dict[str, object]:
    with scopes_disabled():
        return dict(Event.objects.get(subject_id=review.pk, name=name).facts)


def test_who_stands_in_is_asked_when_it_opens_and_the_record_says_for_whom(desk: Desk) -> None:
    away(desk, "bob", "cfo")
    review = desk.ask("bob", "finance", approve="all")
    assert desk.people(review) == {"cfo", "finance"}
    assert facts(review, "review.opened")["instead"] == {str(desk.cast.cfo.pk): str(desk.cast.bob.pk)}
    page = enter(Client(), desk.cast.cfo).get(f"/demo/reviews/{review.pk}/").content.decode()
    assert "Cfo stands in for Bob" in page
    desk.decide(review, "cfo")
    desk.decide(review, "finance")
    assert desk.look(review).outcome == "approved"


def test_before_and_after_one_is_asked_oneself(desk: Desk) -> None:
    away(desk, "bob", "cfo", starts_at=now() + HOUR, ends_at=now() + DAY)
    away(desk, "bob", "cfo", starts_at=now() - DAY, ends_at=now() - HOUR)
    assert desk.people(desk.ask("bob")) == {"bob"}


def test_it_is_for_one_organization_or_one_agent_and_the_narrowest_counts(desk: Desk) -> None:
    demo = desk.cast.demo.pk
    away(desk, "bob", "alice", organization_id=desk.cast.elsewhere.pk)
    away(desk, "bob", "alice", organization_id=demo, agent="other")
    assert desk.people(desk.ask("bob")) == {"bob"}
    away(desk, "bob", "alice")
    assert desk.people(desk.ask("bob")) == {"alice"}
    away(desk, "bob", "finance", organization_id=demo)
    assert desk.people(desk.ask("bob")) == {"finance"}
    away(desk, "bob", "cfo", organization_id=demo, agent="clerk")
    assert desk.people(desk.ask("bob")) == {"cfo"}


def test_nobody_stands_in_whom_the_rule_keeps_out(desk: Desk) -> None:
    """Bob named Dana, who asks for it and owns the agent."""
    away(desk, "bob", "dana")
    assert desk.people(desk.ask("bob")) == {"bob"}
    assert desk.people(desk.ask("bob", forbid=["owner"])) == {"bob"}
    assert desk.people(desk.ask("bob", forbid=[])) == {"dana"}


def test_whom_it_keeps_out_is_not_brought_back_by_a_stand_in_of_their_own(desk: Desk) -> None:
    away(desk, "dana", "cfo")
    assert desk.people(desk.ask("dana", "bob")) == {"bob"}


@pytest.mark.parametrize("stand_in", ["vera", "charlie", "finance"])
def test_who_cannot_be_asked_or_is_asked_already_stands_in_for_nobody(desk: Desk, stand_in: str) -> None:
    desk.cast.add("vera", "viewer")
    away(desk, "bob", stand_in)
    assert desk.people(desk.ask("bob", "finance", approve="all")) == {"bob", "finance"}


def test_a_stand_in_who_is_away_too_passes_it_on_and_a_circle_ends(desk: Desk) -> None:
    away(desk, "bob", "finance")
    away(desk, "finance", "cfo")
    assert desk.people(desk.ask("bob")) == {"cfo"}
    away(desk, "cfo", "bob")
    assert desk.people(desk.ask("bob")) == {"bob"}


def test_two_who_name_the_same_one_do_not_make_one_vote_of_two(desk: Desk) -> None:
    away(desk, "bob", "cfo")
    away(desk, "finance", "cfo")
    review = desk.ask("bob", "finance", approve="all")
    assert desk.people(review) == {"cfo", "finance"}


def test_at_a_reminder_the_places_of_those_away_move_and_votes_stay(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all", due=8 * HOUR, remind=[HOUR])
    desk.decide(review, "finance")
    away(desk, "bob", "cfo")
    away(desk, "finance", "alice")
    desk.pass_time(review, minutes=61)
    fire_timers()
    assert desk.people(review) == {"cfo", "finance"}
    assert desk.look(review).digest == review.digest
    assert facts(review, "review.stood_in")["instead"] == {str(desk.cast.cfo.pk): str(desk.cast.bob.pk)}
    desk.decide(review, "cfo")
    assert desk.look(review).outcome == "approved"


def test_who_is_escalated_to_has_a_stand_in_too(desk: Desk) -> None:
    away(desk, "cfo", "alice")
    review = desk.ask("bob", due=8 * HOUR, escalate=[(HOUR, ["cfo@example.com"], [])])
    desk.pass_time(review, minutes=61)
    fire_timers()
    assert desk.people(review) == {"bob", "alice"}


def test_a_stand_in_counts_for_the_same_team(desk: Desk) -> None:
    away(desk, "bob", "alice")
    review = desk.ask("bob", "cfo", approve={"per_team": {"finance": 1, "legal": 1}})
    seat = Assignment.objects.get(review=review, person_id=desk.cast.alice.pk)
    assert (seat.how, seat.teams, seat.for_id) == ("stand-in", ["finance"], desk.cast.bob.pk)


def test_one_says_it_in_ones_account_and_takes_it_back(desk: Desk) -> None:
    bob = desk.cast.bob
    bob.timezone = "America/New_York"
    bob.save()
    client = enter(Client(), bob)
    said = {"starts": "2031-03-08", "ends": "2031-03-09", "stand_in": "cfo@example.com", "where": ""}
    assert client.post("/account/absences/", said).status_code == 302
    made = Absence.objects.get()
    # The second of the two days is the one on which clocks there go forward.
    assert (made.starts_at, made.ends_at) == (
        datetime(2031, 3, 8, 5, tzinfo=UTC),
        datetime(2031, 3, 10, 4, tzinfo=UTC),
    )
    assert "Cfo stands in" in client.get("/account/absences/").content.decode()
    stranger = enter(Client(), desk.cast.finance)
    assert stranger.post(f"/account/absences/{made.pk}/ending/").status_code == 404
    assert client.post(f"/account/absences/{made.pk}/ending/").status_code == 302
    assert not Absence.objects.exists()
    with scopes_disabled():
        names = Event.objects.filter(name__in=["membership.away", "membership.back"]).order_by("id")
        assert list(names.values_list("name", flat=True)) == ["membership.away", "membership.back"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ends": "2031-03-01"}, "The last day is before the first."),
        ({"starts": "2020-01-01", "ends": "2020-01-02"}, "That day is over."),
        ({"ends": "2033-03-09"}, "more than a year"),
        ({"starts": "9999-12-31", "ends": "9999-12-31"}, "more than ten years away"),
        ({"stand_in": "bob@example.com"}, "That is you"),
        ({"stand_in": "charlie@example.com"}, "No colleague there"),
        ({"where": "elsewhere"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(desk: Desk, change: dict[str, str], says: str) -> None:
    said = {
        "starts": "2031-03-08",
        "ends": "2031-03-09",
        "stand_in": "cfo@example.com",
        "where": "",
        **change,
    }
    answer = enter(Client(), desk.cast.bob).post("/account/absences/", said)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Absence.objects.exists()


def test_old_absences_are_forgotten(desk: Desk) -> None:
    from seconder.verification.jobs import forget_absences

    away(desk, "bob", "cfo", starts_at=now() - 100 * DAY, ends_at=now() - 91 * DAY)
    kept = away(desk, "bob", "cfo", starts_at=now() - 100 * DAY, ends_at=now() - 89 * DAY)
    forget_absences()
    assert list(Absence.objects.all()) == [kept]


def test_who_is_asked_already_is_not_asked_once_more_through_a_stand_in(desk: Desk) -> None:
    review = desk.ask("bob", due=8 * HOUR, escalate=[(HOUR, ["bob@example.com", "finance@example.com"], [])])
    away(desk, "bob", "cfo")
    desk.pass_time(review, minutes=61)
    fire_timers()
    assert desk.people(review) == {"bob", "finance"}
    assert facts(review, "review.escalated")["people"] == [str(desk.cast.bob.pk), str(desk.cast.finance.pk)]


def test_whoever_is_given_the_place_of_a_stand_in_stands_in(desk: Desk) -> None:
    away(desk, "bob", "cfo")
    review = desk.ask("bob")
    give(desk, review, "cfo", "alice")
    page = enter(Client(), desk.cast.alice).get(f"/demo/reviews/{review.pk}/").content.decode()
    assert "Alice stands in for Bob" in page
    give(desk, review, "alice", "bob")
    page = enter(Client(), desk.cast.bob).get(f"/demo/reviews/{review.pk}/").content.decode()
    assert "stands in for" not in page


def test_a_reminder_costs_the_same_however_many_are_asked(desk: Desk) -> None:
    names = [f"p{number}" for number in range(20)]
    for name in names:
        desk.cast.add(name, "reviewer")
    costs = []
    for asked in (names[:2], names):
        review = desk.ask(*asked, due=8 * HOUR, remind=[HOUR])
        desk.pass_time(review, minutes=61)
        with CaptureQueriesContext(connection) as statements:
            fire_timers()
        costs.append(len(statements))
    assert costs[0] == costs[1]


def say(desk: Desk, name: str, **change: str) -> tuple[int, str]:
    """What the page answers."""
    said = {
        "starts": "2031-03-08",
        "ends": "2031-03-09",
        "stand_in": "cfo@example.com",
        "where": "",
        **change,
    }
    answer = enter(Client(), desk.cast.people[name]).post("/account/absences/", said)
    return answer.status_code, answer.content.decode()


def test_two_for_the_same_at_the_same_time_are_refused(desk: Desk) -> None:
    demo = f"{desk.cast.demo.pk}/"
    assert say(desk, "bob")[0] == 302
    status, page = say(desk, "bob", starts="2031-03-09", ends="2031-03-12", stand_in="finance@example.com")
    assert status == 422
    assert "from 8 March 2031 to 9 March 2031 already, and Cfo stands in" in page
    assert say(desk, "bob", starts="2031-03-10", ends="2031-03-12")[0] == 302
    assert say(desk, "bob", where=demo)[0] == 302  # the narrower counts
    assert say(desk, "bob", where=demo)[0] == 422
    assert say(desk, "finance")[0] == 302
    assert Absence.objects.count() == 4


def test_the_record_of_an_organization_names_no_stand_in_who_is_no_member_there(desk: Desk) -> None:
    elsewhere = desk.cast.elsewhere
    with scopes_disabled():
        Membership.objects.create(organization=elsewhere, person=desk.cast.bob, role="reviewer")
    assert say(desk, "bob")[0] == 302
    with scopes_disabled():
        told = {event.organization_id: event.facts for event in Event.objects.filter(name="membership.away")}
    assert told[desk.cast.demo.pk]["stand_in"] == str(desk.cast.cfo.pk)
    assert str(desk.cast.cfo.pk) not in str(told[elsewhere.pk])


def test_the_page_costs_the_same_for_somebody_in_many_organizations(desk: Desk) -> None:
    client = enter(Client(), desk.cast.bob)
    costs = []
    for count in (0, 20):
        desk.cast.add_to_many(desk.cast.bob, count)
        with CaptureQueriesContext(connection) as statements:
            assert client.get("/account/absences/").status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
