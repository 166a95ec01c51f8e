"""The measures: counted as things stand, for who runs the organization, as charts that are tables as well."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.core.clock import now
from seconder.runs import metrics
from seconder.testing import enter
from seconder.verification import timers
from seconder.verification.measures import measure, reading
from seconder.verification.models import Assignment, Review
from seconder.verification.tests.conftest import Desk
from seconder.verification.tests.test_inbox import best_ms, multiply

pytestmark = pytest.mark.django_db
PAGE = "/demo/reviews/measures/"


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """Two approved (one after 100 s, one after 300 s), one edited, two rejected, one expired, two open."""
    for after in (100, 300):
        _close(desk, after)
    desk.decide(desk.ask("bob"), "bob", "edit", edits={"steps.read.output.total": 1.0})
    desk.decide(desk.ask("bob"), "bob", "reject")
    desk.decide(desk.ask("cfo"), "cfo", "reject")
    late = desk.ask("bob", due=timedelta(hours=1))
    desk.pass_time(late, hours=2)
    timers.fire_timers()
    old = desk.ask("bob", "cfo", due=timedelta(days=30))
    desk.ask("bob")
    with scopes_disabled():
        Review.objects.filter(pk=old.pk).update(opened_at=now() - timedelta(days=5))
    return desk


def _close(desk: Desk, seconds: int) -> None:
    review = desk.ask("bob")
    desk.pass_time(review, seconds=seconds)
    desk.decide(review, "bob")


def test_they_are_what_happened(worked: Desk) -> None:
    with scope(organization=worked.cast.demo.pk):
        found = measure(worked.cast.demo.pk, 30, "Europe/Berlin")
    assert found.open == 2
    assert found.oldest
    assert found.oldest < now() - timedelta(days=4)
    assert found.ages == {
        "under an hour": 1,
        "under a day": 0,
        "under 3 days": 0,
        "under a week": 1,
        "older": 0,
    }
    assert list(found.outcomes.values()) == [2, 1, 2, 0, 1]
    assert found.median is not None
    assert 0 < found.median < 100, "of 0, 0, 0, 100 and 300 seconds the third"
    assert found.p95 is not None
    assert 200 < found.p95 < 301
    names = {person.pk: name for name, person in worked.cast.people.items()}
    assert [(names[who], count) for who, count in found.waits] == [("bob", 2), ("cfo", 1)]
    assert [(names[who], count) for who, count in found.gave] == [("bob", 4), ("cfo", 1)]
    assert len(found.by_day) == 31
    assert sum(opened for _, opened, _ in found.by_day) == 8
    assert sum(closed for _, _, closed in found.by_day) == 6


def test_for_whom_nothing_waits_is_no_row_and_takes_no_place(desk: Desk) -> None:
    desk.decide(desk.ask("bob"), "bob")
    desk.ask("cfo")
    with scope(organization=desk.cast.demo.pk):
        found = measure(desk.cast.demo.pk, 7, "UTC")
    assert found.waits == [(desk.cast.people["cfo"].pk, 1)]
    assert found.gave == [(desk.cast.bob.pk, 1)]


def test_answers_sooner_than_read_are_flagged_and_count_all_the_same(desk: Desk) -> None:
    long = {"path": "steps.read.output", "label": "Letter", "value": {"text": "word " * 2000}}
    review = desk.ask("bob", items=[long], schemas={}, question="Did you read it?")
    assert reading(review) > 400
    desk.decide(review, "bob")
    slow = desk.ask("bob", items=[long], schemas={}, question="And this?")
    desk.pass_time(slow, hours=1)
    desk.decide(slow, "bob")
    with scope(organization=desk.cast.demo.pk):
        assert [one.review_id for one in measure(desk.cast.demo.pk, 7, "UTC").quick] == [review.pk]
    text = enter(Client(), desk.cast.alice).get(PAGE).content.decode()
    assert "Did you read it?" in text
    assert "And this?" not in text
    assert desk.look(review).outcome == "approved"


def test_whoever_is_asked_later_is_held_against_when_they_were_asked(desk: Desk) -> None:
    long = {"path": "steps.read.output", "label": "Letter", "value": {"text": "word " * 1000}}
    review = desk.ask("bob", "cfo", items=[long], schemas={}, approve="all")
    desk.pass_time(review, hours=5)
    asked = Assignment.objects.filter(review=review)
    asked.filter(person_id=desk.cast.bob.pk).update(at=now() - timedelta(minutes=3))
    asked.filter(person_id=desk.cast.people["cfo"].pk).update(at=now() - timedelta(minutes=5))
    for who in ("bob", "cfo"):
        desk.decide(review, who)
    with scope(organization=desk.cast.demo.pk):
        [quick] = measure(desk.cast.demo.pk, 7, "UTC").quick
    assert quick.person_id == desk.cast.bob.pk, "250 s of reading: Bob had 180, the CFO 300"


@pytest.mark.long
@pytest.mark.django_db(transaction=True)  # the keys of people are remembered once they are committed
def test_a_hundred_thousand_open_and_as_many_decided(desk: Desk, django_assert_max_num_queries: Any) -> None:
    multiply(desk.ask("bob", "cfo"), 100_000)
    done = desk.ask("bob")
    desk.decide(done, "bob")
    multiply(done, 100_000)
    with connection.cursor() as cursor:
        cursor.execute(VOTES, [done.pk])
        cursor.execute("ANALYZE verification_decision")
    alice = enter(Client(), desk.cast.alice)
    alice.get(PAGE)
    with django_assert_max_num_queries(15):
        text = alice.get(PAGE).content.decode()
    assert "100,001" in text
    assert best_ms(lambda: alice.get(PAGE)) < 3000
    assert best_ms(metrics._ask) < 500


VOTES = """
INSERT INTO verification_decision
  (id, review_id, person_id, verdict, stage, digest, is_own_request, channel, strength, at)
SELECT gen_random_uuid(), r.id, d.person_id, d.verdict, d.stage, d.digest, false, d.channel, d.strength, d.at
FROM verification_review r JOIN verification_decision d ON d.digest = r.digest
WHERE d.review_id = %s AND r.id <> d.review_id
"""


@pytest.mark.django_db(transaction=True)  # as above
def test_the_page_says_in_tables_what_it_draws(worked: Desk, django_assert_max_num_queries: Any) -> None:
    alice = enter(Client(), worked.cast.alice)
    alice.get(PAGE)
    with django_assert_max_num_queries(15):
        text = alice.get(f"{PAGE}?days=90").content.decode()
    assert re.search(r'<th scope="row">rejected</th><td class="figure">2</td>', text)
    assert re.search(r'<th scope="row">rejected</th><td class="figure">33</td>', text), "of a hundred"
    assert text.count('; the same as a table below"') == 2
    assert text.count("as a table</summary>") == 2
    assert alice.get(f"{PAGE}?days=nonsense").status_code == 200
    assert f'href="{PAGE}"' in alice.get("/demo/reviews/").content.decode()


def test_they_are_for_who_runs_the_organization(worked: Desk) -> None:
    for who, status in (("bob", 403), ("dana", 403), ("charlie", 404)):
        assert enter(Client(), worked.cast.people[who]).get(PAGE).status_code == status
    bob = enter(Client(), worked.cast.bob)
    assert PAGE not in bob.get("/demo/reviews/").content.decode()


def test_of_nothing_there_is_a_page_too(desk: Desk) -> None:
    assert "Nothing was decided" in enter(Client(), desk.cast.alice).get(PAGE).content.decode()


def test_prometheus_reads_them_without_names(worked: Desk) -> None:
    text = metrics._ask()
    assert 'seconder_reviews_closed_last_day{status="rejected"} 3' in text
    assert "seconder_reviews_open 2" in text
    assert re.search(r"seconder_review_median_seconds_last_day \d", text)
    assert "@example.com" not in text
    assert not any(str(person.pk) in text for person in worked.cast.people.values())
