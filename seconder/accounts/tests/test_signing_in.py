"""Signing in with a password or a code, choosing a new password; whether there is an account never shows."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from seconder.accounts.models import ApiKey, Attempt, Person, Session
from seconder.testing import Cast, code_for, deliver, enter

pytestmark = pytest.mark.django_db
GOOD = "a river runs past my window"
OTHER = "nine green bottles on a wall"


@pytest.fixture
def bob(cast: Cast) -> Person:
    cast.bob.set_password(GOOD)
    cast.bob.save()
    return cast.bob


def _with_password(client: Client, password: str, email: str = "bob@example.com", **more: str) -> int:
    return client.post("/sign-in/", {"login": email, "password": password, **more}).status_code


def test_a_password_signs_in_and_leads_to_what_was_wanted(client: Client, bob: Person) -> None:
    entered = client.post("/sign-in/?next=/demo/reviews/", {"login": "Bob@Example.com ", "password": GOOD})
    assert (entered.status_code, entered["Location"]) == (302, "/demo/reviews/")
    assert client.session[SESSION_KEY] == str(bob.pk)
    assert client.get("/demo/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "http:evil.example"]
)
def test_it_leads_nowhere_else(client: Client, bob: Person, elsewhere: str) -> None:
    entered = client.post(
        f"/sign-in/?next={elsewhere}", {"login": bob.email, "password": GOOD, "next": elsewhere}
    )
    assert entered["Location"] == "/demo/"


def test_a_wrong_password_and_a_strange_address_are_answered_alike(client: Client, bob: Person) -> None:
    texts = []
    for address in (bob.email, "stranger@example.org"):
        refused = client.post("/sign-in/", {"login": address, "password": OTHER})
        assert refused.status_code == 422
        texts.append(_plain(refused.content.decode(), address))
    assert texts[0] == texts[1]
    assert SESSION_KEY not in client.session


def test_guessing_is_slowed_down_whoever_is_guessed_and_wherever_from(client: Client, bob: Person) -> None:
    for place in range(5):
        assert _with_password(client, OTHER) == 422, place
    said = client.post(
        "/sign-in/", {"login": bob.email, "password": GOOD}, headers={"X-Forwarded-For": "203.0.113.9"}
    )
    assert b"too many attempts" in said.content
    strange = [_with_password(client, OTHER, "stranger@example.org") for _ in range(6)]
    assert strange[0] == 422


def test_what_counts_attempts_holds_no_address(client: Client, bob: Person) -> None:
    _with_password(client, OTHER)
    rows = " ".join(f"{row.cache_key} {row.value}" for row in Attempt.objects.all())
    assert rows
    for clear in (bob.email, "127.0.0.1", "login_failed"):
        assert clear not in rows


def test_a_code_by_mail_signs_in(client: Client, cast: Cast) -> None:
    sent = client.post("/sign-in/code/?next=/demo/runs/", {"email": "bob@example.com"})
    assert sent["Location"] == "/sign-in/code/confirm/?next=%2Fdemo%2Fruns%2F"
    assert SESSION_KEY not in client.session
    entered = client.post(
        "/sign-in/code/confirm/", {"code": code_for("bob@example.com"), "next": "/demo/runs/"}
    )
    assert entered["Location"] == "/demo/runs/"
    assert client.session[SESSION_KEY] == str(cast.bob.pk)


def test_the_link_in_the_same_mail_signs_in_too_once(client: Client, cast: Cast) -> None:
    client.post("/sign-in/code/", {"email": "bob@example.com"})
    (path,) = re.findall(r"http://[^/]+(/sign-in/\S+)", deliver("bob@example.com")[-1])
    other = Client()
    assert other.get(path).status_code == 200
    assert other.post(path)["Location"] == "/demo/"
    assert Client().post(path).status_code == 410


def test_asking_for_a_code_tells_nothing_of_who_has_an_account(cast: Cast) -> None:
    answers = []
    for address in ("bob@example.com", "stranger@example.org"):
        client = Client()
        sent = client.post("/sign-in/code/", {"email": address})
        wrong = client.post("/sign-in/code/confirm/", {"code": "000000"})
        pages = [client.get("/sign-in/code/confirm/"), wrong]
        texts = [_plain(page.content.decode(), address) for page in pages]
        answers.append((sent.status_code, sent["Location"], wrong.status_code, texts))
    assert answers[0] == answers[1]
    assert "There is no account with it" in deliver("stranger@example.org")[-1]


def test_a_forgotten_password_is_chosen_anew_and_signs_everything_out(
    client: Client, cast: Cast, bob: Person
) -> None:
    elsewhere = enter(Client(), bob)
    _, key = ApiKey.create(bob, cast.demo)
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/agents", headers=bearer).status_code == 200
    client.post("/sign-in/forgotten/", {"email": bob.email})
    there = client.post("/sign-in/forgotten/confirm/", {"code": code_for(bob.email)})["Location"]
    refused = client.post(there, {"password1": "too short"})
    assert refused.status_code == 422
    assert b"it needs 15" in refused.content
    assert client.post(there, {"password1": OTHER})["Location"] == "/sign-in/forgotten/done/"
    assert elsewhere.get("/demo/")["Location"].startswith("/sign-in/")
    assert not Session.objects.filter(person=bob).exists()
    assert client.get("/api/v1/agents", headers=bearer).status_code == 401
    assert _with_password(Client(), GOOD) == 422
    assert _with_password(Client(), OTHER) == 302
    assert "set anew with a code" in deliver(bob.email)[-1]


def test_asking_for_a_new_password_tells_nothing_of_who_has_an_account(bob: Person) -> None:
    answers = []
    for address in (bob.email, "stranger@example.org"):
        client = Client()
        sent = client.post("/sign-in/forgotten/", {"email": address})
        wrong = client.post("/sign-in/forgotten/confirm/", {"code": "000000"})
        texts = _plain(wrong.content.decode(), address)
        answers.append((sent.status_code, sent["Location"], wrong.status_code, texts))
    assert answers[0] == answers[1]


def test_who_was_switched_off_cannot_sign_in(client: Client, bob: Person) -> None:
    bob.is_active = False
    bob.save()
    told = client.post("/sign-in/", {"login": bob.email, "password": GOOD})
    assert told["Location"] == "/sign-in/inactive/"
    assert SESSION_KEY not in client.session


def _plain(page: str, address: str) -> str:
    """The page without what differs by itself: the address, the token of the form."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(address, "…"))
