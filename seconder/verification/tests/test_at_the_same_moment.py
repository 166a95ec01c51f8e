"""What two do to one review in the same moment: whoever comes second meets what the first one left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection, connections, transaction
from django_scopes import scope

from seconder.accounts.people import leaving
from seconder.core.clock import now
from seconder.core.json import JSON
from seconder.core.refusals import Refusal
from seconder.events.sealing import seal
from seconder.testing import make_cast
from seconder.verification import late_leaving
from seconder.verification.asking import Then
from seconder.verification.being_away import go_away
from seconder.verification.models import Absence, Decision, Review
from seconder.verification.tests.conftest import Desk, await_waiting
from seconder.verification.tests.test_delegating import give
from seconder.verification.tests.test_unseating import seat_of, suspend
from seconder.verification.timers import fire_timers

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
PER_TEAM: JSON = {"per_team": {"finance": 1, "legal": 1}}


@pytest.fixture
def desk() -> Desk:
    return Desk(make_cast(), [])


def meet(first: Callable[[], object], second: Callable[[], object]) -> str:
    """What the second is told, which waits while the first has done its part and not committed it."""
    told: list[str] = []

    def come_second() -> None:
        try:
            second()
            told.append("done")
        except Refusal as refused:
            told.append(refused.type)
        finally:
            connections.close_all()

    other = threading.Thread(target=come_second)
    try:
        with transaction.atomic():
            first()
            other.start()
            await_waiting(1)
    finally:
        other.join()
    return told[0] if told else "fell over"


def remove(desk: Desk, name: str, to: str) -> None:
    with scope(organization=desk.cast.demo.pk):
        leaving.remove(desk.cast.actor("alice"), seat_of(desk.cast, name), seat_of(desk.cast, to))


def gives(desk: Desk, review: Review) -> None:
    give(desk, review, "bob", "cfo")


def is_reminded(desk: Desk, review: Review) -> None:
    bob, cfo = desk.cast.bob.pk, desk.cast.cfo.pk
    Absence.objects.create(
        person_id=bob, stand_in_id=cfo, starts_at=now() - 9 * HOUR, ends_at=now() + 9 * HOUR
    )
    desk.pass_time(review, minutes=61)
    fire_timers()


def is_removed(desk: Desk, review: Review) -> None:
    remove(desk, "bob", to="cfo")


@pytest.mark.parametrize("moves", [gives, is_reminded, is_removed])
@pytest.mark.parametrize("approve", ["any", "all", PER_TEAM])
def test_who_has_no_place_any_more_does_not_vote(
    desk: Desk, moves: Callable[[Desk, Review], None], approve: JSON
) -> None:
    review = desk.ask("bob", "alice", approve=approve, wake="", due=8 * HOUR, remind=[HOUR])
    told = meet(lambda: moves(desk, review), lambda: desk.decide(review, "bob", digest=review.digest))
    assert told == "not-found"
    assert not Decision.objects.exists()
    if approve != "any":
        desk.decide(review, "alice")
        assert desk.look(review).status == "open"
    desk.decide(review, "cfo")
    assert desk.look(review).outcome == "approved"


def test_a_place_that_was_given_away_is_not_handed_over_once_more(desk: Desk) -> None:
    review = desk.ask("bob", wake="")
    assert meet(lambda: gives(desk, review), lambda: remove(desk, "bob", to="finance")) == "done"
    assert desk.people(review) == {"cfo"}
    assert "review.reassigned" not in desk.events(review)


@pytest.mark.parametrize("leaves", [suspend, lambda desk, name: remove(desk, name, to="finance")])
def test_a_vote_given_while_its_person_is_made_to_leave_counts_on(
    desk: Desk, leaves: Callable[[Desk, str], None]
) -> None:
    review = desk.ask("bob", "cfo", approve=PER_TEAM, wake="")
    assert meet(lambda: desk.decide(review, "bob"), lambda: leaves(desk, "bob")) == "done"
    assert desk.people(review) == {"bob", "cfo"}
    desk.decide(review, "cfo")
    assert desk.look(review).outcome == "approved"


def test_an_edit_while_a_voter_is_made_to_leave_waits_for_nobody_who_is_gone(desk: Desk) -> None:
    """The edit still finds the voter here, and starts the vote anew; who removes the voter finds no vote any more."""
    review = desk.ask("bob", "finance", "cfo", approve="all", wake="")
    desk.decide(review, "bob")
    edits = {"steps.read.output.total": 1}
    told = meet(lambda: desk.decide(review, "finance", "edit", edits=edits), lambda: suspend(desk, "bob"))
    assert told == "done"
    assert desk.people(review) == {"finance", "alice"}


def test_nobody_takes_a_place_while_they_are_made_to_leave(desk: Desk) -> None:
    review = desk.ask("bob", wake="")
    assert meet(lambda: suspend(desk, "cfo"), lambda: gives(desk, review)) == "invalid"
    assert desk.people(review) == {"bob"}


def test_who_is_made_to_leave_while_they_take_a_place_gives_it_up(desk: Desk) -> None:
    review = desk.ask("bob", wake="")
    assert meet(lambda: gives(desk, review), lambda: remove(desk, "cfo", to="finance")) == "done"
    assert desk.people(review) == {"finance"}


def test_of_two_absences_for_the_same_said_at_once_one_is_kept(desk: Desk) -> None:
    bob, cfo, first = desk.cast.bob, desk.cast.cfo, date(2031, 3, 8)
    by = desk.cast.actor("bob").by
    told = meet(
        lambda: go_away(bob, cfo, first, date(2031, 3, 9), by=by),
        lambda: go_away(bob, desk.cast.finance, first, first, by=by),
    )
    assert told == "invalid"
    assert Absence.objects.get().stand_in_id == cfo.pk


@pytest.mark.parametrize(
    ("second", "stage", "told"),
    [("bob", 1, "already-voted"), ("bob", None, "already-voted"), ("finance", 1, "not-allowed")],
)
def test_the_last_yes_of_a_stage_twice_in_one_moment_begins_the_next_once(
    desk: Desk, second: str, stage: int | None, told: str
) -> None:
    """The second was given for the stage that is over, also where its person is asked at the next."""
    review = desk.ask("bob", "finance", then=[Then("any", "any", ["bob@example.com"], [])])
    other, digest = desk.look(review), review.digest
    said = meet(
        lambda: desk.decide(review, "bob", stage=1),
        lambda: desk.decide(other, second, digest=digest, stage=stage),
    )
    assert said == told
    assert (desk.look(review).stage, desk.look(review).status) == (2, "open")
    assert desk.events(review).count("review.stage_began") == 1


def test_who_is_made_to_leave_while_their_stage_begins_is_not_waited_for(desk: Desk) -> None:
    review = desk.ask("bob", then=[Then("any", "any", ["cfo@example.com"], [])])
    assert meet(lambda: desk.decide(review, "bob"), lambda: suspend(desk, "cfo")) == "done"
    assert desk.look(review).stage == 2
    assert list(desk.look(review).seats) == [desk.cast.alice.pk]


_JOBS = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND args->>'organization' = %s"


def test_who_leaves_while_a_review_is_opened_or_asks_more_is_not_waited_for(desk: Desk) -> None:
    """Each has read that Bob is there, and commits when he is gone."""
    started, over = threading.Event(), threading.Event()

    def read_then_ask() -> None:
        with transaction.atomic():
            review.append(desk.ask("bob"))
            started.set()
            assert over.wait(20)
        connections.close_all()

    review: list[Review] = []
    opening = threading.Thread(target=read_then_ask)
    opening.start()
    assert started.wait(20)
    suspend(desk, "bob")
    since = now()
    late_leaving.leave_out(desk.cast.demo.pk, since)  # which does not see it yet, and looks again
    over.set()
    opening.join()
    assert desk.people(review[0]) == {"bob"}, "as nobody locks each other"
    seal()
    with connection.cursor() as cursor:
        cursor.execute(_JOBS, [late_leaving.JOB, str(desk.cast.demo.pk)])
        assert cursor.fetchone()[0] == 2, "once as it was heard, and once more"
    late_leaving.leave_out(desk.cast.demo.pk, since)
    assert desk.people(review[0]) == {"alice"}, "who runs the organization"
    assert desk.events(review[0]) == ["review.opened", "review.reassigned"]
