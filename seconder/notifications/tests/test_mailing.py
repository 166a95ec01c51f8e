"""One mail for what waits: gathered, once, without content, and only while it still matters."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import connections
from django_scopes import scopes_disabled
from pytest_django import Settings

from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.engine import NET
from seconder.events.news import Mention, News
from seconder.notifications import hearing, mailing, topics
from seconder.notifications.models import Notification
from seconder.notifications.tests.conftest import NO_ADDRESS, ORDER, Office, text

Asking = Callable[..., dict[str, Any]]  # Any: a step of an agent's file


def test_two_reviews_are_one_mail_with_a_link_to_each_and_no_content(
    office: Office, asking: Asking, settings: Settings
) -> None:
    settings.BASE_URL = "https://seconder.example"
    first, second = office.start(asking("bob"), ORDER), office.start(asking("bob"), ORDER, name="Buyer")
    assert office.letters("bob") == []  # not before it had the chance to be seen
    office.later()

    (letter,) = office.letters("bob")
    words = text(letter)
    assert letter["Subject"] == "2 reviews wait for you"
    assert letter["Auto-Submitted"] == "auto-generated"
    for run, name in ((first, "Clerk"), (second, "Buyer")):
        assert f"{name} asks for your decision, by " in words
        assert f"https://seconder.example/demo/reviews/{office.review(run).pk}/\n" in words
    assert "secret thing" not in words
    assert "?" not in words
    office.later()
    assert len(office.letters("bob")) == 1


def test_the_due_time_is_in_the_readers_zone(office: Office, asking: Asking) -> None:
    office.cast.bob.timezone = "America/New_York"
    office.cast.bob.save()
    office.start(asking("bob"), ORDER)
    office.later()
    assert "(America/New_York)" in text(office.letters("bob")[0])


def test_nothing_goes_out_for_what_was_read_or_decided_meanwhile(office: Office, asking: Asking) -> None:
    run = office.start(asking("bob", "cfo"), ORDER)
    with scopes_disabled():
        Notification.objects.filter(person=office.cast.cfo).update(read_at=now())
    office.later()
    assert office.letters("cfo") == []
    assert len(office.letters("bob")) == 1

    other = office.start(asking("bob", "cfo"), ORDER)
    office.decide(other, "cfo")
    office.later()
    assert len(office.letters("bob")) == 1
    with scopes_disabled():
        assert not Notification.objects.filter(mail_due_at__isnull=False).exists()
    assert run.pk != other.pk


def test_who_left_meanwhile_hears_no_more_of_it(office: Office) -> None:
    office.start(NO_ADDRESS)
    with scopes_disabled():
        Membership.objects.filter(person=office.cast.dana).delete()
    office.later()
    assert office.letters("dana") == []
    assert mailing.seconds_until_next() is None


def test_a_failed_run_is_mailed_to_who_asked(office: Office) -> None:
    run = office.start(NO_ADDRESS)
    office.later()
    (letter,) = office.letters("dana")
    assert letter["Subject"] == "1 run failed"
    assert f"/demo/runs/{run.pk}/" in text(letter)


def test_the_lane_sleeps_until_the_next_is_due(office: Office, asking: Asking) -> None:
    assert mailing.seconds_until_next() is None
    office.start(asking("bob"), ORDER)
    office.wait(3)
    office.start(asking("cfo"), ORDER)
    assert mailing.mail_due()
    seconds = mailing.seconds_until_next()
    assert seconds
    assert 0 < seconds <= hearing.GRACE.total_seconds() - 3

    office.later()
    assert mailing.seconds_until_next() is None


def test_nothing_is_due_before_the_lane_looks_by_itself() -> None:
    """So nobody need wake it for what is new."""
    assert hearing.GRACE.total_seconds() >= NET


def test_a_crash_between_sending_and_noting_it_sends_the_same_mail_again_under_its_key(
    office: Office, asking: Asking
) -> None:
    office.start(asking("bob"), ORDER)
    with scopes_disabled():
        due = dict(Notification.objects.values_list("event_id", "mail_due_at"))
    office.later()
    with scopes_disabled():  # as the crash would leave it
        for event, moment in due.items():
            Notification.objects.filter(event_id=event).update(mail_due_at=moment)
    office.later()
    assert len(office.letters("bob")) == 1


def test_workers_at_once_send_one_mail(office: Office, asking: Asking) -> None:
    office.start(asking("bob"), ORDER)
    office.wait()

    def work(_: int) -> None:
        try:
            mailing.mail_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert len(office.letters("bob")) == 1


def test_a_mail_server_that_is_away_is_tried_again(
    office: Office, asking: Asking, settings: Settings, tmp_path: Path
) -> None:
    office.start(asking("bob"), ORDER)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    office.wait()
    assert not mailing.mail_due()

    settings.EMAIL_URL = (tmp_path / "outbox").as_uri()
    assert mailing.mail_due()
    assert len(office.letters("bob")) == 1


def test_what_breaks_for_one_person_keeps_no_others_from_their_mail(office: Office, asking: Asking) -> None:
    office.start(asking("bob", "cfo"), ORDER)
    with scopes_disabled():
        Notification.objects.filter(person=office.cast.bob).update(name="review.reminded")
        broken = topics.topics.pop("review.reminded")
        topics.topics["review.reminded"] = replace(broken, says=_breaks)
    try:
        office.wait()
        assert not mailing.mail_due()
        assert (len(office.letters("bob")), len(office.letters("cfo"))) == (0, 1)
    finally:
        topics.topics["review.reminded"] = broken
    assert mailing.mail_due()
    assert len(office.letters("bob")) == 1


def _breaks(mentions: Iterable[Mention]) -> dict[Mention, News]:
    raise ValueError(list(mentions))


def test_a_name_with_a_line_break_stays_in_its_line(office: Office, asking: Asking) -> None:
    office.cast.bob.name = "Bob\nBcc: eve@evil.example"
    office.cast.bob.save()
    office.start(asking("bob"), ORDER)
    office.later()
    assert office.letters("bob")[0]["Bcc"] is None
