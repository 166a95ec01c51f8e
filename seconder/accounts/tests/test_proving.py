"""Proving once more who one is: by what, for how long, and how what was begun goes on after it."""

from __future__ import annotations

import pytest
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.test import Client
from django.urls import get_resolver

from seconder.accounts.freshness import RECORDS
from seconder.accounts.models import Person
from seconder.accounts.tests.app_codes import add_app, recovery_codes, shown
from seconder.accounts.tests.soft_key import SoftKey, browser, question
from seconder.testing import Cast, code_for, deliver, enter, let_proof_age

pytestmark = pytest.mark.django_db
GOOD = "a river runs past my window"
OTHER = "nine green bottles on a wall"
CODE, EMAIL = "/account/confirm/code/", "/account/email/"
ASKED = {"email": "robert@example.org", "action_add": "1"}
# Whoever opens one of these could take the account over; found by their addresses, so that a new one is among them.
TAKES_OVER = (
    "account/factors/",
    "account/email/",
    "account/password/",
    "account/providers/",
    "account/username/",
)
ONLY_LOOKED_AT = {"account/factors/"}


def test_each_address_that_changes_how_one_signs_in_asks_for_a_fresh_proof() -> None:
    found = {
        str(each.pattern): getattr(each.callback, "is_fresh", False)
        for part in get_resolver().url_patterns
        for each in getattr(part, "url_patterns", [])
        if str(each.pattern).startswith(TAKES_OVER) and str(each.pattern) not in ONLY_LOOKED_AT
    }
    assert len(found) > 8
    assert all(found.values()), [route for route, is_fresh in found.items() if not is_fresh]


@pytest.fixture
def bob(client: Client, cast: Cast) -> Person:
    """Signed in for a while, without password or second factor."""
    enter(client, cast.bob)
    let_proof_age(client)
    return cast.bob


def _led(client: Client, path: str) -> str:
    """Where opening the page leads, by way of choosing how to prove oneself."""
    sent = client.get(path)["Location"]
    assert sent.startswith("/account/confirm/?next=")
    return str(client.get(sent)["Location"])


def test_without_password_and_factor_a_code_by_mail_proves_it(client: Client, bob: Person) -> None:
    there = _led(client, "/account/password/new/")
    assert there == f"{CODE}?next=%2Faccount%2Fpassword%2Fnew%2F"
    assert b"bob@example.com" in client.get(there).content
    assert deliver(bob.email) == [], "looking sends nothing"
    client.post(there, {"action": "send"})
    went_on = client.post(there, {"code": code_for(bob.email), "next": "/account/password/new/"})
    assert went_on["Location"] == "/account/password/new/"
    assert client.session[RECORDS][-1]["method"] == "code"
    assert client.get("/account/password/new/").status_code == 200


def _prove(client: Client, bob: Person, wanted: str) -> None:
    client.post(CODE, {"action": "send"})
    client.post(CODE, {"code": code_for(bob.email), "next": wanted})


def test_what_was_sent_is_done_after_the_proof(client: Client, bob: Person) -> None:
    client.post(EMAIL, ASKED, headers={"User-Agent": "canary-browser"})
    kept = str(client.session[STATE_SESSION_KEY])
    assert "canary" not in kept
    assert "127.0.0.1" not in kept
    _prove(client, bob, EMAIL)
    assert "code to confirm this address" in deliver("robert@example.org")[-1]


def test_after_a_proof_that_came_too_late_one_is_back_on_the_page_of_the_form(
    client: Client, bob: Person
) -> None:
    """Where the form was sent to takes forms alone: opening it would be a 405."""
    page = "http://testserver/account/devices/?from=mail"
    asked = client.post("/account/factors/app/removal/", {}, headers={"Referer": page})
    assert asked["Location"].endswith("next=%2Faccount%2Fdevices%2F%3Ffrom%3Dmail")
    session = client.session
    session[STATE_SESSION_KEY]["at"] -= 601
    session.save()
    client.post(CODE, {"action": "send"})
    went_on = client.post(CODE, {"code": code_for(bob.email), "next": "/account/devices/?from=mail"})
    assert client.get(went_on["Location"]).status_code == 200
    for elsewhere in ("https://evil.example/account/", "http://testserver/nowhere/at/all/", ""):
        let_proof_age(client)
        led = client.post("/account/factors/app/removal/", {}, headers={"Referer": elsewhere})
        assert "removal" in led["Location"]


def test_a_password_is_not_kept_meanwhile_but_asked_for_again(client: Client, bob: Person) -> None:
    client.post("/account/password/new/", {"password1": GOOD})
    assert GOOD not in str(dict(client.session))
    _prove(client, bob, "/account/password/new/")
    bob.refresh_from_db()
    assert not bob.has_usable_password()
    assert client.get("/account/password/new/").status_code == 200


def test_what_was_left_half_way_is_not_done_later(client: Client, bob: Person) -> None:
    client.post(EMAIL, ASKED)
    client.get(EMAIL)  # looked at again meanwhile: what was sent before is forgotten
    _prove(client, bob, EMAIL)
    let_proof_age(client)
    client.post(EMAIL, ASKED)
    session = client.session
    session[STATE_SESSION_KEY]["at"] -= 601
    session.save()
    _prove(client, bob, EMAIL)
    let_proof_age(client)
    client.post(EMAIL, ASKED)
    _prove(client, bob, "/account/devices/")  # a proof for something else
    assert deliver("robert@example.org") == []


def test_a_code_ends_after_three_tries_after_its_use_and_with_its_address(
    client: Client, bob: Person
) -> None:
    client.post(CODE, {"action": "send"})
    right = code_for(bob.email)
    wrong = "000000" if right != "000000" else "111111"
    assert [client.post(CODE, {"code": wrong}).status_code for _ in range(3)] == [422, 422, 302]
    assert b"third wrong code" in client.get(CODE).content
    assert _is_ended(client, right)
    client.post(CODE, {"action": "send"})
    used = code_for(bob.email)
    assert client.post(CODE, {"code": used})["Location"] == "/demo/"
    assert _is_ended(client, used)
    client.post(CODE, {"action": "send"})
    sent = code_for(bob.email)
    Person.objects.filter(pk=bob.pk).update(email="robert@example.com")
    assert _is_ended(client, sent)


def test_a_code_ends_after_ten_minutes(client: Client, bob: Person) -> None:
    client.post(CODE, {"action": "send"})
    session = client.session
    session["accounts_proof_code"]["at"] -= 601
    session.save()
    assert _is_ended(client, code_for(bob.email))


def _is_ended(client: Client, code: str) -> bool:
    let_proof_age(client)
    refused = client.post(CODE, {"code": code})
    return refused["Location"] == CODE and b"This code has ended" in client.get(CODE).content


def test_codes_are_sent_and_tried_only_so_often(client: Client, bob: Person) -> None:
    answers = [client.post(CODE, {"action": "send"}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert len(deliver(bob.email)) == 3


def test_a_code_is_no_way_around_a_second_factor(client: Client, bob: Person) -> None:
    enter(client, bob)
    secret = add_app(client)
    let_proof_age(client)
    there = _led(client, "/account/factors/codes/")
    assert there.startswith("/account/confirm/factor/")
    assert b"code by mail" not in client.get(there).content
    assert client.get(CODE)["Location"].startswith("/account/confirm/factor/")
    wrong = client.post(there, {"code": "000000", "next": "/account/factors/codes/"})
    assert wrong.status_code == 422
    went_on = client.post(there, {"code": shown(secret), "next": "/account/factors/codes/"})
    assert went_on["Location"] == "/account/factors/codes/"
    (code, *_) = recovery_codes(client)
    let_proof_age(client)
    assert client.post(there, {"code": code, "next": "/account/factors/codes/"}).status_code == 302


def test_a_password_proves_it_and_a_wrong_one_does_not(client: Client, bob: Person) -> None:
    bob.set_password(GOOD)
    bob.save()
    client = enter(Client(), bob)
    let_proof_age(client)
    there = _led(client, "/account/factors/app/")
    assert there.startswith("/account/confirm/password/")
    assert b"Use a code by mail" in client.get(there).content
    assert client.post(there, {"password": OTHER}).status_code == 422
    assert (
        client.post(there, {"password": GOOD, "next": "/account/factors/app/"})["Location"]
        == "/account/factors/app/"
    )


def test_a_passkey_proves_it(cast: Cast) -> None:
    site: Client = enter(browser(), cast.bob)
    key = SoftKey()
    key.add_to(site, alone=False)
    let_proof_age(site)
    there = _led(site, "/account/factors/app/")
    assert there.startswith("/account/confirm/passkey/")
    strange = SoftKey()
    strange.user = key.user
    refused = site.post(there, {"credential": strange.show(question(site.get(there).content.decode()))})
    assert (refused.status_code, b"not accepted" in refused.content) == (422, True)
    shows = key.show(question(site.get(there).content.decode()))
    assert (
        site.post(there, {"credential": shows, "next": "/account/factors/app/"})["Location"]
        == "/account/factors/app/"
    )


def test_where_a_passkey_cannot_work_another_way_comes_first(cast: Cast) -> None:
    site = enter(browser(), cast.bob)
    SoftKey().add_to(site, alone=False)
    let_proof_age(site)
    numbers = {"Host": "127.0.0.1"}
    sent = site.get("/account/factors/app/", headers=numbers)["Location"]
    assert site.get(sent, headers=numbers)["Location"].startswith("/account/confirm/factor/")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_leads_nowhere_else(client: Client, bob: Person, elsewhere: str) -> None:
    client.post(CODE, {"action": "send", "next": elsewhere})
    went_on = client.post(f"{CODE}?next={elsewhere}", {"code": code_for(bob.email), "next": elsewhere})
    assert went_on["Location"] == "/demo/"
