"""Who hears of what."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.events.models import Event
from seconder.notifications import hearing
from seconder.notifications.tests.conftest import NO_ADDRESS, ORDER, Office
from seconder.verification.models import Review
from seconder.verification.timers import fire_timers

Asking = Callable[..., dict[str, Any]]  # Any: a step of an agent's file


def test_those_who_are_asked_hear_it_and_nobody_else(office: Office, asking: Asking) -> None:
    office.start(asking("bob", "cfo"), ORDER)
    assert office.heard("bob") == office.heard("cfo") == ["review.opened"]
    for other in ("alice", "dana", "finance", "charlie"):
        assert office.heard(other) == []


def test_the_others_and_the_requester_hear_that_somebody_decided(office: Office, asking: Asking) -> None:
    run = office.start(asking("bob", "cfo"), ORDER)
    office.decide(run, "bob")
    assert office.heard("bob") == ["review.opened"]
    assert office.heard("cfo") == ["review.opened", "review.decided"]
    assert office.heard("dana") == ["review.decided", "run.succeeded"]


def test_who_has_voted_needs_no_news_of_the_end(office: Office, asking: Asking) -> None:
    run = office.start(asking("bob", "cfo", "finance", rule={"approve": {"count": 2}}), ORDER)
    office.decide(run, "bob")
    office.decide(run, "cfo")
    assert office.heard("bob") == office.heard("cfo") == ["review.opened"]
    assert office.heard("finance") == ["review.opened", "review.decided"]


def test_the_requester_hears_of_a_rejection_and_of_a_failure(office: Office, asking: Asking) -> None:
    office.decide(office.start(asking("bob"), ORDER), "bob", "reject")
    assert office.heard("dana") == ["review.decided", "run.rejected"]
    office.start(NO_ADDRESS, name="Typist")
    assert office.heard("dana")[2:] == ["run.failed"]


def test_a_run_that_nobody_decided_in_ends_without_a_word(office: Office) -> None:
    office.start(ORDER)
    assert office.heard("dana") == []


def test_a_reminder_and_an_escalation_reach_those_who_may_still_decide(
    office: Office, asking: Asking
) -> None:
    escalation = [{"after": "2h", "to": {"people": ["cfo@example.com"]}}]
    run = office.start(
        asking("bob", "finance", remind=["1h"], escalate=escalation, rule={"approve": "all"}), ORDER
    )
    office.decide(run, "bob")
    _time_passes(run.pk)
    office.work()
    assert office.heard("bob") == ["review.opened"]
    assert office.heard("finance") == ["review.opened", "review.reminded", "review.escalated"]
    assert set(office.heard("cfo")) == {"review.reminded", "review.escalated"}


def test_nobody_hears_who_has_left(office: Office, asking: Asking) -> None:
    run = office.start(asking("bob", "cfo"), ORDER)
    with scopes_disabled():
        Membership.objects.filter(person=office.cast.cfo).update(is_active=False)
    office.decide(run, "bob")
    assert office.heard("cfo") == ["review.opened"]


def test_hearing_again_changes_nothing(office: Office, asking: Asking) -> None:
    run = office.start(asking("bob"), ORDER)
    with scopes_disabled():
        events = list(Event.objects.filter(run_id=run.pk).values_list("pk", flat=True))
    hearing.hear_by_id([*events, uuid.uuid4()])
    assert office.heard("bob") == ["review.opened"]


@pytest.mark.parametrize("runs", [1, 12])
def test_a_batch_costs_the_same_few_queries(runs: int, office: Office, asking: Asking) -> None:
    for _ in range(runs):
        office.start(asking("bob", "cfo"), ORDER)
    with scopes_disabled():
        events = list(Event.objects.values_list("pk", flat=True))
        Event.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        hearing.hear_by_id(events)
    assert len(queries) <= 11, [query["sql"][:80] for query in queries.captured_queries]


def _time_passes(run_id: uuid.UUID) -> None:
    """As if the hours until each timer had gone by."""
    with scopes_disabled():
        review = Review.objects.get(run_id=run_id)
        moment = now().isoformat().replace("+00:00", "Z")
        review.timers = [{**timer, "at": moment} for timer in review.timers]
        review.next_at = now()
        review.save(update_fields=["timers", "next_at"])
    fire_timers()
