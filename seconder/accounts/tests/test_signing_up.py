"""Signing up: what is declared and nothing else, an address that is confirmed, and no word about others' accounts."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from seconder.accounts import notice
from seconder.accounts.models import Person, Session, TakenName
from seconder.accounts.sessions import hash_of
from seconder.testing import Cast, code_for, deliver

pytestmark = pytest.mark.django_db
EVE = {
    "email": "eve@example.org",
    "password1": "a river runs past my window",
    "username": "evergreen",
    "name": "Eve",
    "is_old_enough": "true",
    "accepts_policy": "true",
}


def _sign_up(client: Client, **changed: str) -> HttpResponse:
    return client.post("/sign-up/", EVE | changed)  # type: ignore[return-value]  # the test client's own type


@pytest.mark.clause("C-01")
def test_a_stranger_signs_up_and_confirms_the_address(client: Client) -> None:
    assert b"15 characters or more" in client.get("/sign-up/").content
    sent = _sign_up(client)
    assert (sent.status_code, sent["Location"]) == (302, "/sign-up/confirm/")
    assert SESSION_KEY not in client.session
    assert b"eve@example.org" in client.get("/sign-up/confirm/").content
    entered = client.post("/sign-up/confirm/", {"code": code_for("eve@example.org")})
    assert (entered.status_code, entered["Location"]) == (302, "/account/")
    eve = Person.objects.get(email="eve@example.org")
    assert (eve.name, eve.username, eve.policy_version) == ("Eve", "evergreen", notice.version())
    assert eve.declared_age_at
    assert eve.policy_accepted_at
    assert EmailAddress.objects.get(user=eve).verified
    assert b"evergreen" in client.get("/account/").content


def test_without_a_name_colleagues_see_the_username(client: Client) -> None:
    _sign_up(client, name="")
    client.post("/sign-up/confirm/", {"code": code_for("eve@example.org")})
    assert Person.objects.get(email="eve@example.org").name == "evergreen"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"is_old_enough": ""}, "of 16 and older"),
        ({"accepts_policy": ""}, "Read the privacy notice"),
        ({"phone": "+15550100"}, "no field &#x27;phone&#x27;"),
        ({"is_staff": "true"}, "no field &#x27;is_staff&#x27;"),
        ({"password1": "seventeen"}, "it needs 15"),
        ({"password1": "evergreen evergreen"}, "words that others know"),
        ({"password1": "x" * 1001}, "at most 1000"),
        ({"email": "not an address"}, "valid email"),
        ({"email": "evergreen@example.org"}, "not the first part of your address"),
        ({"username": "ad"}, "at least 3"),
        ({"username": "a..b"}, "3 to 30 characters"),
        ({"username": "аlісе"}, "Letters of other alphabets"),
        ({"username": "seconder"}, "kept for the system"),
        ({"username": "r00t"}, "kept for the system"),
    ],
)
@pytest.mark.clause("G-11")
def test_what_is_wrong_is_said_and_nothing_is_stored(
    client: Client, changed: dict[str, str], said: str
) -> None:
    refused = _sign_up(client, **changed)
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert EVE["password1"] not in refused.content.decode()
    assert not Person.objects.exists()


def _codes(address: str) -> list[str]:
    """Those that were sent there, oldest first."""
    return re.findall(r"^\d{6}$", "\n".join(deliver(address)), re.MULTILINE)


def test_nobody_is_made_and_nothing_is_taken_before_the_code_has_come_back(client: Client) -> None:
    _sign_up(client)
    assert not Person.objects.exists()
    assert not TakenName.objects.exists()
    assert (
        Client().post("/sign-in/", {"login": EVE["email"], "password": EVE["password1"]}).status_code == 422
    )
    kept = Session.objects.get(hash=hash_of(client.cookies["sessionid"].value))
    assert b"eve@example.org" not in bytes(kept.content)


def test_whoever_signs_up_with_anothers_address_leaves_no_password_there(client: Client) -> None:
    thief = Client()
    _sign_up(thief, password1="a password that a thief knows")
    _sign_up(client, username="rightful")
    theirs, rightful = _codes("eve@example.org")
    client.post("/sign-up/confirm/", {"code": rightful})
    assert Person.objects.get().username == "rightful"
    for known in ("a password that a thief knows", EVE["password1"]):
        entered = Client().post("/sign-in/", {"login": EVE["email"], "password": known}).status_code
        assert entered == (302 if known == EVE["password1"] else 422)
    late = thief.post("/sign-up/confirm/", {"code": theirs})
    assert (late["Location"], Person.objects.count()) == ("/sign-in/", 1)


def test_of_two_that_were_sent_the_first_makes_the_account(client: Client) -> None:
    other = Client()
    for browser in (client, other):
        _sign_up(browser)
    first, second = _codes("eve@example.org")
    assert other.post("/sign-up/confirm/", {"code": second})["Location"] == "/account/"
    late = client.post("/sign-up/confirm/", {"code": first})
    assert late["Location"] == "/sign-in/"
    assert b"an account with this address by now" in client.get("/sign-in/").content


def test_a_username_that_was_taken_meanwhile_is_left_to_be_chosen_anew(client: Client) -> None:
    other = Client()
    _sign_up(client)
    _sign_up(other, email="adam@example.org")
    (eves, adams) = _codes("example.org")
    other.post("/sign-up/confirm/", {"code": adams})
    client.post("/sign-up/confirm/", {"code": eves})
    assert Person.objects.get(email="eve@example.org").username is None
    assert b"Somebody else took the username" in client.get("/account/").content


def test_the_code_ends_after_ten_minutes(client: Client) -> None:
    _sign_up(client)
    session = client.session
    session["joining"]["until"] -= 601
    session.save()
    late = client.post("/sign-up/confirm/", {"code": code_for("eve@example.org")})
    assert late["Location"] == "/sign-in/"
    assert b"This code has ended" in client.get("/sign-in/").content
    assert not Person.objects.exists()


def test_an_address_is_written_to_so_many_times_and_no_more(client: Client) -> None:
    answers = [_sign_up(Client(), email="victim@example.org").status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert len(deliver("victim@example.org")) == 3


def test_a_known_address_is_answered_as_any_other(cast: Cast) -> None:
    answers: list[object] = []
    for address in ("stranger@example.org", "bob@example.com"):
        client = Client()
        sent = _sign_up(client, email=address, username=f"ann{len(answers)}")
        shown = client.get("/sign-up/confirm/")
        wrong = client.post("/sign-up/confirm/", {"code": "000000"})
        changing = client.post("/sign-up/confirm/", {"action": "change", "email": "other@example.org"})
        texts = [_plain(page, address) for page in (shown, wrong, changing)]
        answers.append((sent.status_code, sent["Location"], wrong.status_code, texts))
    assert answers[0] == answers[1]
    assert Person.objects.filter(email="bob@example.com").count() == 1
    assert "There is an account with it already" in deliver("bob@example.com")[-1]


def _plain(page: object, address: str) -> str:
    """The page without what differs by itself: the address, the token of the form."""

    text = page.content.decode().replace(address, "…")  # type: ignore[attr-defined]  # a response of the test client
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_the_code_has_three_tries_and_then_ends(client: Client) -> None:
    _sign_up(client)
    right = code_for("eve@example.org")
    wrong = "000000" if right != "000000" else "111111"
    answers = [client.post("/sign-up/confirm/", {"code": wrong}).status_code for _ in range(3)]
    assert answers == [422, 422, 302]
    assert client.post("/sign-up/confirm/", {"code": right})["Location"] == "/sign-in/"
    assert SESSION_KEY not in client.session


def test_where_only_invited_people_may_the_page_says_so(client: Client, settings: Settings) -> None:
    settings.SIGN_UP = "invitation"
    assert b"needs an invitation" in client.get("/sign-up/").content
    assert b"needs an invitation" in _sign_up(client).content
    assert not Person.objects.exists()
