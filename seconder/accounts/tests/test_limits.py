"""Guessing is slow, whoever is guessed and wherever from, and whoever is guessed still gets in."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from seconder.accounts import networks
from seconder.accounts.callers import calls, guesses
from seconder.accounts.keys.text import new_key
from seconder.accounts.models import ApiKey, Person
from seconder.testing import Cast, code_for, enter

pytestmark = pytest.mark.django_db
Answer = Any  # Any: what the test client answers, which has no name of its own
GOOD, OTHER = "a river runs past my window", "nine green bottles on a wall"


@pytest.fixture
def bob(cast: Cast) -> Person:
    cast.bob.set_password(GOOD)
    cast.bob.save()
    return cast.bob


def _try(client: Client, password: str, email: str = "bob@example.com", place: str = "192.0.2.1") -> Answer:
    return client.post("/sign-in/", {"login": email, "password": password}, REMOTE_ADDR=place)


def test_an_account_that_is_guessed_is_closed_to_passwords_from_everywhere(bob: Person) -> None:
    for place in range(5):
        assert _try(Client(), OTHER, place=f"192.0.2.{place}").status_code == 422
    refused = _try(Client(), GOOD, place="198.51.100.7")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "too many attempts" in refused.content.decode()


def test_whoever_is_guessed_gets_in_with_a_code(bob: Person) -> None:
    for place in range(6):
        _try(Client(), OTHER, place=f"192.0.2.{place}")
    client = Client()
    client.post("/sign-in/code/", {"email": bob.email}, REMOTE_ADDR="198.51.100.7")
    entered = client.post("/sign-in/code/confirm/", {"code": code_for(bob.email)}, REMOTE_ADDR="198.51.100.7")
    assert entered["Location"] == "/demo/"


def test_a_browser_in_which_one_signed_in_before_has_tries_of_its_own(bob: Person) -> None:
    mine = enter(Client(), bob)
    mine.post("/sign-out/")
    strangers = [_try(Client(), OTHER, place=f"192.0.2.{place}") for place in range(6)]
    assert strangers[-1].status_code == 429
    for _ in range(4):
        Client().post("/sign-in/code/", {"email": bob.email})
    assert Client().post("/sign-in/code/", {"email": bob.email}).status_code == 429
    for place in range(5):
        assert _try(mine, OTHER, place=f"198.51.100.{place}").status_code == 422
    assert _try(mine, GOOD, place="198.51.100.9").status_code == 429
    assert mine.post("/sign-in/code/", {"email": bob.email}).status_code == 302
    assert mine.post("/sign-in/forgotten/", {"email": bob.email}).status_code == 302


def test_such_a_browser_is_nobody_elses_and_cannot_be_made_up(bob: Person, cast: Cast) -> None:
    mine = enter(Client(), cast.dana)
    held = mine.cookies["familiar"].value
    assert "dana" not in held
    for place in range(5):
        _try(Client(), OTHER, place=f"192.0.2.{place}")
    thief = Client()
    for made_up in (held, held[:-1] + "0", "0" * 32 + "." + "0" * 64, "", "x"):
        thief.cookies["familiar"] = made_up
        assert _try(thief, GOOD, place="198.51.100.7").status_code == 429


@pytest.mark.parametrize(
    ("places", "status"),
    [
        (["192.0.2.1"], 429),
        (["192.0.2.1", "::ffff:192.0.2.1"], 429),
        (["2001:db8:7:1::1", "2001:db8:7:1:ffff::2"], 429),
        (["2001:db8:7:1::1", "2001:db8:7:2::1"], 422),
        (["192.0.2.1", "192.0.2.2"], 422),
    ],
)
@pytest.mark.clause("V-14")
def test_a_network_has_so_many_tries_whatever_the_account(cast: Cast, places: list[str], status: int) -> None:
    for number in range(10):
        assert _try(Client(), OTHER, f"{number}@example.org", places[number % len(places)]).status_code == 422
    assert _try(Client(), OTHER, "last@example.org", places[0]).status_code == status


@pytest.mark.parametrize(
    ("address", "counted", "kept"),
    [
        ("203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("2001:db8:7:8:9::1", "2001:db8:7:8::/64", "2001:db8:7::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", "", ""),
        ("unknown", "", ""),
    ],
)
def test_of_an_address_only_the_network_counts_and_less_is_kept(
    address: str, counted: str, kept: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address, headers={"X-Forwarded-For": "198.51.100.7"})
    assert (networks.counted(request), networks.kept(request)) == (counted, kept)


def test_a_failed_sign_in_costs_few_statements(bob: Person) -> None:
    """Django's own cache on a database would take 48 for the same four counts, and count the whole table in four."""
    client = Client()
    client.get("/sign-in/")
    with CaptureQueriesContext(connection) as asked:
        _try(client, OTHER)
    assert sum("accounts_attempt" in each["sql"] for each in asked) == 16
    assert len(asked) <= 19


def test_links_are_not_guessed_without_end() -> None:
    answers = [Client().post(f"/sign-in/not-one-of-ours-{number}/").status_code for number in range(21)]
    assert answers == [410] * 20 + [429]


def test_keys_that_nobody_has_are_refused_and_good_ones_work_all_the_same(client: Client, cast: Cast) -> None:
    def ask(key: str, place: str = "192.0.2.1") -> Answer:
        return client.get("/api/v1/agents", headers={"Authorization": f"Bearer {key}"}, REMOTE_ADDR=place)

    while not guesses.wait("192.0.2.1/32"):
        pass
    refused = ask(new_key())
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["type"].endswith("/problems/too-many-requests")
    assert ask("sec_nonsense").status_code == 429
    assert ask(new_key(), "192.0.2.2").status_code == 401
    assert ask(cast.key("bob")).status_code == 200


def test_a_key_makes_hundreds_of_calls_at_once_and_not_endlessly_many(client: Client, cast: Cast) -> None:
    key, secret = ApiKey.create(cast.bob, cast.demo)

    def ask(secret: str) -> Answer:
        return client.get("/api/v1/agents", headers={"Authorization": f"Bearer {secret}"})

    assert all(calls.wait(key.pk) == 0.0 for _ in range(999))
    assert ask(secret).status_code == 200
    over = threading.Event()

    def crowd() -> None:
        while not over.is_set():
            calls.wait(key.pk)

    others = threading.Thread(target=crowd)
    others.start()
    refused = next(answer for _ in range(50) if (answer := ask(secret)).status_code == 429)
    over.set()
    others.join()
    assert (refused.status_code, refused["Retry-After"], refused.json()["retry_after"]) == (429, "1", 1)
    assert ask(cast.key("bob")).status_code == 200
