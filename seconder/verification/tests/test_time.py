"""What happens by itself: reminders, escalations, and the named outcome at the due time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from seconder.core.refusals import Expired
from seconder.verification.tests.conftest import Desk
from seconder.verification.timers import fire_timers, seconds_until_next

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_it_reminds_then_escalates_then_the_named_outcome(desk: Desk) -> None:
    review = desk.ask("bob", due=8 * HOUR, remind=[HOUR], escalate=[(2 * HOUR, ["cfo@example.com"], [])])
    fire_timers()
    assert desk.events(review) == ["review.opened"]
    desk.pass_time(review, minutes=61)
    fire_timers()
    assert desk.people(review) == {"bob"}
    desk.pass_time(review, minutes=61)
    fire_timers()
    fire_timers()
    assert desk.people(review) == {"bob", "cfo"}
    assert desk.events(review) == ["review.opened", "review.reminded", "review.escalated"]
    desk.pass_time(review, hours=6)
    fire_timers()
    row = desk.look(review)
    assert (row.status, row.outcome) == ("expired", "rejected")
    assert desk.woken == ["1"]
    with pytest.raises(Expired):
        desk.decide(review, "bob")


def test_neither_reminding_nor_escalating_changes_what_is_bound(desk: Desk) -> None:
    review = desk.ask("bob", due=8 * HOUR, remind=[HOUR], escalate=[(2 * HOUR, ["cfo@example.com"], [])])
    desk.pass_time(review, hours=3)
    fire_timers()
    assert desk.look(review).digest == review.digest
    desk.decide(review, "cfo", digest=review.digest)
    assert desk.look(review).outcome == "approved"


@pytest.mark.parametrize(
    ("on_timeout", "status", "outcome"),
    [("reject", "expired", "rejected"), ("cancel", "expired", None), ("continue", "expired", None)],
)
def test_the_outcome_that_the_author_named(
    desk: Desk, on_timeout: str, status: str, outcome: str | None
) -> None:
    review = desk.ask("bob", due=HOUR, on_timeout=on_timeout)
    desk.pass_time(review, hours=1)
    fire_timers()
    row = desk.look(review)
    assert (row.status, row.outcome, row.next_at) == (status, outcome, None)


def test_escalate_asks_the_default_reviewers_once_more_as_long_and_then_rejects(desk: Desk) -> None:
    review = desk.ask("bob", due=HOUR, on_timeout="escalate", otherwise=["cfo@example.com"])
    desk.pass_time(review, hours=1)
    fire_timers()
    row = desk.look(review)
    assert (row.status, desk.people(review)) == ("open", {"bob", "cfo"})
    assert timedelta(minutes=59) < row.due_at - row.opened_at - HOUR <= HOUR + timedelta(minutes=1)
    desk.pass_time(review, hours=1)
    fire_timers()
    assert desk.look(review).outcome == "rejected"
    assert desk.events(review) == ["review.opened", "review.escalated", "review.expired"]


def test_the_lane_sleeps_until_the_next_timer(desk: Desk) -> None:
    assert seconds_until_next() is None
    desk.ask("bob", due=8 * HOUR, remind=[HOUR])
    seconds = seconds_until_next()
    assert seconds is not None
    assert 3590 < seconds <= 3600


def test_a_decided_review_has_no_timers(desk: Desk) -> None:
    review = desk.ask("bob", due=HOUR)
    desk.decide(review, "bob")
    desk.pass_time(review, hours=2)
    fire_timers()
    assert desk.look(review).outcome == "approved"
