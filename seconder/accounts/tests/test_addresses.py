"""A changed address: proved first, one truth in two tables, and nothing that went to the old one opens anything."""

from __future__ import annotations

import re
import threading

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client

from seconder.accounts.models import Attempt, Person
from seconder.testing import Cast, code_for, deliver, enter, let_proof_age

pytestmark = pytest.mark.django_db
EMAIL, CONFIRM = "/account/email/", "/sign-up/confirm/"


@pytest.fixture
def bob(client: Client, cast: Cast) -> Person:
    enter(client, cast.bob)
    return cast.bob


def _ask(client: Client, address: str) -> int:
    return client.post(EMAIL, {"email": address, "action_add": "1"}).status_code


def addresses(person: Person) -> tuple[str, list[tuple[str, bool, bool]]]:
    person.refresh_from_db()
    rows = EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")
    return person.email, list(rows)


def one(email: str) -> tuple[str, list[tuple[str, bool, bool]]]:
    return email, [(email, True, True)]


@pytest.mark.clause("C-06")
def test_the_new_one_counts_once_its_code_has_come_back_and_the_old_one_is_told(
    client: Client, bob: Person
) -> None:
    assert "It is bob@example.com now" in client.get(EMAIL).content.decode()
    assert _ask(client, "Robert@Example.ORG") == 302
    assert addresses(bob) == one("bob@example.com")
    confirmed = client.post(CONFIRM, {"code": code_for("robert@example.org")})
    assert confirmed["Location"] == "/account/"
    assert addresses(bob) == one("robert@example.org")
    told = deliver("bob@example.com")
    assert "changed from bob@example.com to robert@example.org" in told[-1]
    assert Person.objects.by_email("ROBERT@example.org") == bob
    assert Person.objects.by_email("bob@example.com") is None


@pytest.mark.invariant("E05")
def test_it_wants_a_proof_of_the_last_minutes(client: Client, bob: Person) -> None:
    let_proof_age(client)
    assert client.get(EMAIL)["Location"].startswith("/account/confirm/")
    _ask(client, "robert@example.org")
    assert deliver("robert@example.org") == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("bob@example.com", "your address already"),
        ("BOB@example.com", "your address already"),
        ("rubbish", "valid email"),
    ],
)
def test_what_is_wrong_is_said(client: Client, bob: Person, typed: str, said: str) -> None:
    refused = client.post(EMAIL, {"email": typed, "action_add": "1"})
    assert (refused.status_code, said in refused.content.decode()) == (422, True)


def test_asking_tells_nothing_of_who_has_an_account(client: Client, bob: Person, cast: Cast) -> None:
    pages = []
    for address in ("alice@example.com", "nobody@example.org"):
        other = enter(Client(), bob)
        sent = other.post(EMAIL, {"email": address, "action_add": "1"})
        text = other.get(CONFIRM).content.decode().replace(address, "…")
        pages.append((sent.status_code, sent["Location"], re.sub(r'value="\w{64}"', "", text)))
    assert pages[0] == pages[1]


def test_one_that_somebody_else_has_is_not_taken_over(client: Client, bob: Person, cast: Cast) -> None:
    _ask(client, "alice@example.com")
    refused = client.post(CONFIRM, {"code": code_for("alice@example.com")})
    assert "Somebody else uses this address" in refused.content.decode()
    assert addresses(bob) == one("bob@example.com")
    assert addresses(cast.alice) == one("alice@example.com")


def test_codes_and_links_that_went_to_the_old_one_end(client: Client, bob: Person) -> None:
    bob.set_password("a river runs past my window")
    bob.save()
    client = enter(Client(), bob)
    code, reset, half_way = Client(), Client(), Client()
    code.post("/sign-in/code/", {"email": bob.email})
    mail = deliver(bob.email)[-1]
    (link,) = re.findall(r"http://[^/]+(/sign-in/\S+)", mail)
    (signs_in,) = re.findall(r"^\d{6}$", mail, re.MULTILINE)
    reset.post("/sign-in/forgotten/", {"email": bob.email})
    resets = code_for(bob.email)
    half_way.post("/sign-in/forgotten/", {"email": bob.email})
    there = half_way.post("/sign-in/forgotten/confirm/", {"code": code_for(bob.email)})["Location"]

    _ask(client, "robert@example.org")
    client.post(CONFIRM, {"code": code_for("robert@example.org")})

    assert Client().post(link).status_code == 410
    assert code.post("/sign-in/code/confirm/", {"code": signs_in}).status_code == 422
    assert SESSION_KEY not in code.session
    assert reset.post("/sign-in/forgotten/confirm/", {"code": resets}).status_code == 422
    assert half_way.post(there, {"password1": "nine green bottles on a wall"}).status_code == 422
    assert addresses(bob) == one("robert@example.org")
    assert bob.check_password("a river runs past my window")


def test_the_last_of_two_changes_counts(client: Client, bob: Person) -> None:
    other = enter(Client(), bob)
    _ask(client, "first@example.org")
    first = code_for("first@example.org")
    _ask(other, "second@example.org")
    other.post(CONFIRM, {"code": code_for("second@example.org")})
    client.post(CONFIRM, {"code": first})
    assert addresses(bob) == one("first@example.org")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "who", [("bob", "alice"), ("bob", "bob")], ids=["two people, one address", "one person twice"]
)
def test_two_at_the_same_moment_leave_one_truth(cast: Cast, who: tuple[str, str]) -> None:
    wanted = ["new@example.org", "new@example.org" if who[0] != who[1] else "other@example.org"]
    browsers = []
    for name, address in zip(who, wanted, strict=True):
        browser = enter(Client(), cast.people[name])
        Attempt.objects.all().delete()  # as if some seconds had passed: an address is not written to twice in ten
        _ask(browser, address)
        browsers.append((browser, code_for(address)))
    begin = threading.Barrier(2)

    def confirm(browser: Client, code: str) -> None:
        begin.wait()
        browser.post(CONFIRM, {"code": code})
        connection.close()

    threads = [threading.Thread(target=confirm, args=pair) for pair in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = {name: addresses(cast.people[name]) for name in who}
    assert all(rows == one(email)[1] for email, rows in kept.values()), kept
    assert sum(email in wanted for email, _ in kept.values()) == 1


def test_the_hosts_header_is_believed_nowhere(client: Client, bob: Person) -> None:
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert Client(headers=evil).get("/sign-in/").status_code == 400
    trick = Client(headers={"X-Forwarded-Host": "evil.example"})
    trick.post("/sign-in/code/", {"email": bob.email})
    trick.post("/sign-in/forgotten/", {"email": bob.email})
    Client(headers={"Host": "localhost:6666"}).post("/sign-in/code/", {"email": bob.email})
    mails = deliver(bob.email)
    assert len(mails) == 3
    for mail in mails:
        assert set(re.findall(r"https?://[^/\s]+", mail)) <= {"http://127.0.0.1:8000"}, mail
