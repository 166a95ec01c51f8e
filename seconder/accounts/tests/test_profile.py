"""What a person says of themselves: a name that can be seen, a username that is theirs, a time zone that there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from seconder.accounts import notice, usernames
from seconder.accounts.models import Person, TakenName
from seconder.accounts.names import seen
from seconder.accounts.places import country_name, zones
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(client: Client, cast: Cast) -> Person:
    enter(client, cast.bob)
    return cast.bob


def _change(client: Client, **typed: str) -> tuple[int, str]:
    given = {"name": "Bob", "username": "", "timezone": "UTC", **typed}
    answered = client.post("/account/", given)
    return answered.status_code, answered.content.decode()


@pytest.mark.clause("C-05")
def test_it_is_changed_and_seen(client: Client, bob: Person) -> None:
    assert _change(client, name="  Robert  Roe ", username="Roe.R", timezone="America/New_York")[0] == 302
    bob.refresh_from_db()
    assert (bob.name, bob.username, bob.timezone) == ("Robert Roe", "roe.r", "America/New_York")
    page = client.get("/account/").content.decode()
    assert "Robert Roe" in page
    assert "Your profile is changed" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " \u200b\u202e "}, "a name that can be seen"),
        ({"name": ""}, "required"),
        ({"username": "bob"}, "not the first part of your address"),
        ({"username": "раypal"}, "Letters of other alphabets"),
        ({"timezone": "Mars/Olympus"}, "not one of the available choices"),
        ({"timezone": "../../etc/passwd"}, "not one of the available choices"),
        ({"email": "eve@example.org"}, "no field &#x27;email&#x27;"),
        ({"is_active": "true"}, "no field &#x27;is_active&#x27;"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    client: Client, bob: Person, typed: dict[str, str], said: str
) -> None:
    status, page = _change(client, **typed)
    assert (status, said in page) == (422, True)
    bob.refresh_from_db()
    assert (bob.name, bob.username, bob.timezone) == ("Bob", None, "UTC")


def test_a_username_is_changed_now_and_then_and_never_given_up(
    client: Client, bob: Person, cast: Cast
) -> None:
    usernames.take(cast.alice, "oliver")
    assert "somebody else" in _change(client, username="0liver")[1]
    assert _change(client, username="builder")[0] == 302
    assert "again from" in _change(client, username="mason")[1]
    assert "not given up" in _change(client, username="")[1]
    assert _change(client, username="builder", name="Bobby")[0] == 302
    TakenName.objects.update(taken_at=TakenName.objects.get(person=bob).taken_at - timedelta(days=31))
    assert _change(client, username="mason")[0] == 302
    assert usernames.is_taken("builder", cast.alice)


def test_times_are_shown_in_the_zone_that_was_chosen(client: Client, bob: Person) -> None:
    Person.objects.filter(pk=bob.pk).update(
        policy_version=notice.version(), policy_accepted_at="2026-01-15T20:30Z"
    )
    assert "20:30 UTC" in client.get("/account/").content.decode()
    _change(client, timezone="Asia/Kolkata")
    assert "Friday 16 January 2026, 02:00 IST" in client.get("/account/").content.decode()
    assert _change(client, timezone="Asia/Calcutta")[0] == 302, "as some browsers still call it"
    assert "02:00 IST" in client.get("/account/").content.decode()


def test_which_notice_was_accepted_is_said(client: Client, bob: Person) -> None:
    assert "have not accepted it yourself" in client.get("/account/").content.decode()
    Person.objects.filter(pk=bob.pk).update(
        policy_version="2020-01-01+0", policy_accepted_at="2026-01-15T20:30Z"
    )
    assert "There is a newer one since" in client.get("/account/").content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Zoe\u0308", "Zoë"),
        ("a\u202eb\u2066c", "abc"),
        ("A\u200dB\ufeff", "AB"),
        ("a\x00\n b", "a b"),
        ("שלום", "שלום"),
    ],
)
def test_names_hold_nothing_that_is_not_seen(typed: str, kept: str) -> None:
    assert seen(typed) == kept


def test_countries_and_zones_have_names() -> None:
    assert (country_name("DE"), country_name("ZZ"), country_name("")) == ("Germany", "ZZ", "")
    assert zones()[0] == "UTC"
    assert "Europe/Berlin" in zones()
