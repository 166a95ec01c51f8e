"""A session: one row a sign-in, of which the database alone lets nobody in; ended, it is over at the next request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client

from seconder.accounts.models import Session
from seconder.accounts.sessions import SessionStore
from seconder.core.clock import now
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"


def test_the_table_holds_neither_the_key_nor_what_is_in_it(client: Client, cast: Cast) -> None:
    enter(client, cast.bob)
    session = client.session
    session["note"] = "canary-in-the-session"
    session.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text, encode(content, 'escape') FROM accounts_session s")
        stored = str(cursor.fetchall())
    assert client.cookies["sessionid"].value not in stored
    assert "canary" not in stored
    assert client.session["note"] == "canary-in-the-session"


@pytest.mark.clause("A-02", "A-03", "A-04")
def test_it_knows_the_device_and_no_more_than_families_and_major_versions(cast: Cast) -> None:
    enter(Client(headers={"User-Agent": FIREFOX}), cast.bob)
    kept = Session.objects.get(person=cast.bob)
    assert (kept.browser, kept.system, kept.device, kept.country) == ("Firefox 132", "Linux", "computer", "")


def test_ended_it_is_refused_at_the_next_request_and_not_brought_back(client: Client, cast: Cast) -> None:
    enter(client, cast.bob)
    assert client.get("/demo/").status_code == 200
    Session.objects.filter(person=cast.bob).end()
    assert client.get("/demo/")["Location"].startswith("/sign-in/")
    assert client.get("/api/v1/runs").status_code == 401
    assert not Session.objects.filter(person=cast.bob).exists()


def test_saving_what_was_ended_meanwhile_brings_nothing_back(client: Client, cast: Cast) -> None:
    enter(client, cast.bob)
    held = SessionStore(client.cookies["sessionid"].value)
    held["note"] = "late"
    Session.objects.all().end()
    with pytest.raises(UpdateError):
        held.save()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("created", "seen", "is_over"),
    [
        (timedelta(days=13), timedelta(days=13), False),
        (timedelta(days=20), timedelta(days=14, minutes=6), True),
        (timedelta(days=89), timedelta(days=1), False),
        (timedelta(days=90, minutes=1), timedelta(minutes=1), True),
    ],
)
def test_it_ends_unused_after_two_weeks_and_always_after_ninety_days(
    client: Client, cast: Cast, created: timedelta, seen: timedelta, *, is_over: bool
) -> None:
    enter(client, cast.bob)
    row = Session.objects.get(person=cast.bob)
    row.created_at = now() - created
    row.seen_at = now() - seen
    row.expires_at = min(row.seen_at + timedelta(days=14), row.created_at + timedelta(days=90))
    row.save()
    assert (client.get("/demo/").status_code == 302) is is_over


def test_being_used_is_written_every_few_minutes_only(client: Client, cast: Cast) -> None:
    enter(client, cast.bob)
    client.get("/demo/")
    first = Session.objects.get(person=cast.bob).seen_at
    client.get("/demo/")
    assert Session.objects.get(person=cast.bob).seen_at == first
    Session.objects.update(seen_at=first - timedelta(minutes=6))
    client.get("/demo/")
    assert Session.objects.get(person=cast.bob).seen_at > first


def test_a_key_that_was_planted_is_worth_nothing(cast: Cast) -> None:
    client = Client()
    client.cookies["sessionid"] = "planted0123456789planted01234567"
    enter(client, cast.bob)
    assert client.cookies["sessionid"].value != "planted0123456789planted01234567"
    thief = Client()
    thief.cookies["sessionid"] = "planted0123456789planted01234567"
    assert thief.get("/demo/").status_code == 302


def test_one_sealed_under_another_key_is_nobodys(client: Client, cast: Cast) -> None:
    enter(client, cast.bob)
    Session.objects.update(content=b"x" * 60)
    assert client.get("/demo/").status_code == 302
