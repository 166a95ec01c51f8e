"""Reviews that count hours of work. Whoever has said "always" works day and night, so that each moment can be named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django_scopes import scope

from seconder.accounts.hours import keeping, week
from seconder.accounts.models import Holiday
from seconder.core.clock import now
from seconder.core.spans import Working
from seconder.core.working_time import HORIZON
from seconder.testing import enter
from seconder.verification import snoozing
from seconder.verification.asking import Then
from seconder.verification.models import Review, Snooze
from seconder.verification.tests.conftest import Desk
from seconder.verification.tests.test_delegating import give
from seconder.verification.tests.test_standing_in import away, facts
from seconder.verification.tests.test_unseating import suspend
from seconder.verification.timers import fire_timers

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EIGHT = Working(8 * HOUR)
ALWAYS = (((0, week.MIDNIGHT),),) * 7
FEW = timedelta(seconds=30)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    for name in ("bob", "cfo", "finance", "alice"):
        keeping.say_hours(desk.cast.people[name], ALWAYS)
    return desk


def today() -> datetime:
    return datetime.combine(now().date(), datetime.min.time(), UTC)


def off(desk: Desk, name: str) -> datetime:
    """Today and tomorrow; answers when the person is at work again."""
    back = today() + 2 * DAY
    keeping.take_off(desk.cast.people[name], today().date(), (back - DAY).date())
    return back


def moments(review: Review) -> list[datetime]:
    return [datetime.fromisoformat(timer["at"]) for timer in review.timers]


def test_it_passes_while_any_of_those_who_are_asked_is_at_work(desk: Desk) -> None:
    back = off(desk, "bob")
    alone = desk.ask("bob", due=EIGHT, remind=[Working(HOUR), HOUR], escalate=[(Working(9 * HOUR), [], [])])
    assert alone.due_at == back + 8 * HOUR
    assert moments(alone) == [alone.opened_at + HOUR, back + HOUR]  # what comes after it is due is left out
    assert alone.next_at == alone.opened_at + HOUR
    together = desk.ask("bob", "finance", due=EIGHT)
    assert together.due_at == together.opened_at + 8 * HOUR
    assert desk.ask("bob", due=8 * HOUR).due_at < back  # by the clock


def test_holidays_of_the_organization_do_not_count(desk: Desk) -> None:
    days = [today().date(), (today() + DAY).date()]
    with scope(organization=desk.cast.demo.pk):
        keeping.keep_holidays(desk.cast.actor("alice"), dict.fromkeys(days, "Founders’ days"))
        assert Holiday.objects.count() == 2
    assert desk.ask("bob", "finance", due=EIGHT).due_at == today() + 2 * DAY + 8 * HOUR


def test_who_is_out_of_office_does_not_work_and_a_stand_in_does(desk: Desk) -> None:
    absence = away(desk, "bob", "charlie", ends_at=now() + 3 * DAY)  # who is no member, so Bob stays asked
    assert desk.ask("bob", due=EIGHT).due_at == absence.ends_at + 8 * HOUR
    away(desk, "finance", "cfo", ends_at=now() + 3 * DAY)
    review = desk.ask("finance", due=EIGHT)
    assert (desk.people(review), review.due_at) == ({"cfo"}, review.opened_at + 8 * HOUR)


def test_where_a_place_changes_hands_what_is_left_is_left_by_the_hours_of_the_new_one(desk: Desk) -> None:
    review = desk.ask("bob", due=EIGHT, remind=[Working(6 * HOUR), 7 * HOUR])
    by_the_clock = review.opened_at + 7 * HOUR
    desk.pass_time(review, hours=3)
    back = off(desk, "cfo")
    give(desk, review, "bob", "cfo")
    row = desk.look(review)
    assert back + 5 * HOUR - FEW < row.due_at <= back + 5 * HOUR
    first, second = moments(row)
    assert first == by_the_clock - 3 * HOUR
    assert back + 3 * HOUR - FEW < second <= back + 3 * HOUR
    assert row.digest == review.digest
    give(desk, review, "cfo", "finance")
    again = desk.look(review)
    assert timedelta(0) <= again.due_at - (now() + 5 * HOUR - FEW) < 2 * FEW
    assert again.next_at == min(moments(again))


def test_who_is_away_by_now_leaves_the_time_that_they_did_not_work(desk: Desk) -> None:
    """By their own calendar, as it is by now, nothing of it would be left."""
    review = desk.ask("bob", due=EIGHT, remind=[Working(2 * HOUR)])
    off(desk, "bob")
    desk.pass_time(review, minutes=121)
    away(desk, "bob", "cfo", ends_at=now() + 3 * DAY)
    fire_timers()
    row = desk.look(review)
    assert desk.people(review) == {"cfo"}
    assert now() + 5 * HOUR < row.due_at <= now() + 8 * HOUR
    keeping.say_hours(desk.cast.cfo, (((0, 1),), *[()] * 6))  # a minute on Mondays
    give(desk, review, "cfo", "finance")
    assert desk.look(review).due_at > now() + 5 * HOUR


def test_what_is_put_aside_comes_back_by_an_earlier_due_time(desk: Desk) -> None:
    back = off(desk, "bob")
    off(desk, "finance")
    review = desk.ask("bob", "finance", approve="all", due=EIGHT)
    with scope(organization=desk.cast.demo.pk):
        snoozing.snooze(review, desk.cast.actor("finance"), back + HOUR)
    give(desk, review, "bob", "cfo")
    assert Snooze.objects.get().until == desk.look(review).due_at < back


def test_the_next_stage_goes_on_by_the_hours_of_its_people(desk: Desk) -> None:
    then = [Then("any", "any", ["finance@example.com"], [])]
    review = desk.ask("bob", due=EIGHT, then=then)
    back = off(desk, "finance")
    desk.decide(review, "bob")
    row = desk.look(review)
    assert (row.stage, row.digest) == (2, review.digest)
    assert back + 8 * HOUR - FEW < row.due_at <= back + 8 * HOUR


def test_who_leaves_hands_over_what_time_is_left(desk: Desk) -> None:
    back = off(desk, "alice")
    review = desk.ask("bob", due=EIGHT, otherwise=["alice@example.com"])
    suspend(desk, "bob")
    assert desk.people(review) == {"alice"}
    assert back + 8 * HOUR - FEW < desk.look(review).due_at <= back + 8 * HOUR


def test_who_is_asked_in_addition_brings_their_hours(desk: Desk) -> None:
    back = off(desk, "bob")
    review = desk.ask("bob", due=EIGHT, escalate=[(HOUR, ["cfo@example.com"], [])])
    keeping.work_after_all(desk.cast.bob, (back - DAY).date())  # which counts from the next change on
    assert review.due_at == back + 8 * HOUR
    desk.pass_time(review, minutes=61)
    fire_timers()
    assert desk.people(review) == {"bob", "cfo"}
    assert desk.look(review).due_at < back


def test_escalate_asks_once_more_for_as_long_in_working_time(desk: Desk) -> None:
    review = desk.ask("bob", due=EIGHT, on_timeout="escalate", otherwise=["cfo@example.com"])
    off(desk, "bob")
    desk.pass_time(review, hours=8)
    fire_timers()
    row = desk.look(review)
    assert row.status == "open"
    assert timedelta(0) <= now() + 8 * HOUR - row.due_at < FEW


def test_who_works_too_little_within_a_year_is_waited_for_a_year(desk: Desk) -> None:
    away(desk, "bob", "charlie", ends_at=now() + 500 * DAY)
    review = desk.ask("bob", due=EIGHT, remind=[Working(HOUR)])
    assert (review.due_at, review.timers) == (review.opened_at + HORIZON, [])
    assert facts(review, "review.opened")["due_beyond"] is True
    page = enter(Client(), desk.cast.bob).get(f"/demo/reviews/{review.pk}/").content.decode()
    assert "work less than 8 hours until then" in page
    give(desk, review, "bob", "cfo")
    assert timedelta(0) <= now() + 8 * HOUR - desk.look(review).due_at < FEW


def test_the_card_says_the_moment_in_the_readers_zone_and_how_it_counts(desk: Desk) -> None:
    back = off(desk, "bob")
    review = desk.ask("bob", due=EIGHT)
    desk.cast.bob.timezone = "Asia/Kolkata"
    desk.cast.bob.save()
    page = enter(Client(), desk.cast.bob).get(f"/demo/reviews/{review.pk}/").content.decode()
    assert "(8 hours of working time of those who are asked)" in page
    assert (back + 8 * HOUR).isoformat()[:16] in page or "13:30" in page
    shown = Client().get(f"/api/v1/reviews/{review.pk}", headers=desk.cast.bearer("bob")).json()
    assert shown["working_seconds"] == 8 * 3600
