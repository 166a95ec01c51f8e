"""Passkeys: signing in with one alone or beside a password, and which ones do not let anybody in."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.test import Client

from seconder.accounts.models import Person
from seconder.accounts.tests.soft_key import ADD, SoftKey, asked, browser, question
from seconder.testing import Cast, deliver, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Client:
    """A browser that looks at the installation under a name."""
    return browser()


def _alone(site: Client, key: SoftKey) -> str:
    """Signing in with the passkey and nothing else; where that leads."""
    credential = key.show(asked(site))
    return str(site.post("/sign-in/passkey/", {"credential": credential, "next": "/demo/runs/"})["Location"])


@pytest.mark.clause("V-10")
@pytest.mark.invariant("E03")
def test_one_signs_in_alone_and_counts_as_a_second_factor(site: Client, cast: Cast) -> None:
    key = SoftKey()
    assert key.add_to(enter(site, cast.bob))["Location"] == "/account/factors/codes/"
    assert "A passkey was added" in deliver(cast.bob.email)[-1]
    other = browser()
    assert _alone(other, key) == "/demo/runs/"
    assert other.session[SESSION_KEY] == str(cast.bob.pk)
    page = site.get("/account/factors/").content.decode()
    assert "Blue key" in page
    assert "Signs in alone" in page


def test_one_that_was_not_made_for_it_does_not_sign_in_alone(site: Client, cast: Cast) -> None:
    key = SoftKey()
    key.add_to(enter(site, cast.bob), alone=False)
    other = browser()
    assert _alone(other, key) == "/sign-in/"
    assert SESSION_KEY not in other.session
    assert "stands beside a password" in other.get("/sign-in/").content.decode()
    assert "Second factor only" in site.get("/account/factors/").content.decode()


def test_one_is_the_second_step_after_a_link(site: Client, cast: Cast) -> None:
    key = SoftKey()
    key.add_to(enter(site, cast.bob), alone=False)
    other = enter(browser(), cast.bob)
    assert SESSION_KEY not in other.session
    step = other.get("/sign-in/factor/").content.decode()
    entered = other.post("/sign-in/factor/", {"credential": key.show(question(step))})
    assert entered.status_code == 302
    assert other.session[SESSION_KEY] == str(cast.bob.pk)


@pytest.mark.parametrize(
    "key",
    [SoftKey(verifies=False), SoftKey(origin="https://evil.example")],
    ids=["no finger or PIN", "other site"],
)
def test_what_does_not_fit_does_not_sign_in(site: Client, cast: Cast, key: SoftKey) -> None:
    good = SoftKey()
    good.add_to(enter(site, cast.bob))
    key.id, key.user, key._key = good.id, good.user, good._key  # the same key, used in another way
    other = browser()
    assert _alone(other, key) == "/sign-in/"
    assert SESSION_KEY not in other.session


def test_an_answer_works_once_and_only_to_its_own_question(site: Client, cast: Cast) -> None:
    key = SoftKey()
    key.add_to(enter(site, cast.bob))
    other = browser()
    credential = key.show(asked(other))
    thief = browser()
    asked(thief)
    assert thief.post("/sign-in/passkey/", {"credential": credential})["Location"] == "/sign-in/"
    assert other.post("/sign-in/passkey/", {"credential": credential}).status_code == 302
    other.post("/sign-out/")
    assert other.post("/sign-in/passkey/", {"credential": credential})["Location"] == "/sign-in/"


@pytest.mark.parametrize(
    "rubbish",
    ["", "{", "null", "[]", '"x"', "{}", '{"id": 1}', '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}',
     json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": dict.fromkeys(
         ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"], "YQ")})],
)  # fmt: skip
def test_rubbish_is_refused(site: Client, cast: Cast, rubbish: str) -> None:
    SoftKey().add_to(enter(site, cast.bob))
    other = browser()
    asked(other)
    assert other.post("/sign-in/passkey/", {"credential": rubbish})["Location"] == "/sign-in/"
    site.get(ADD)
    assert site.post(ADD, {"name": "x", "credential": rubbish}).status_code == 422
    site.get("/account/confirm/passkey/")
    assert site.post("/account/confirm/passkey/", {"credential": rubbish}).status_code == 422
    other = enter(browser(), cast.bob)
    other.get("/sign-in/factor/")
    assert other.post("/sign-in/factor/", {"credential": rubbish}).status_code == 422


def test_a_key_that_verifies_nobody_is_not_taken_for_signing_in_alone(site: Client, cast: Cast) -> None:
    key = SoftKey(verifies=False)
    enter(site, cast.bob)
    refused = key.add_to(site, alone=True)
    assert (refused.status_code, b"cannot sign in alone" in refused.content) == (422, True)
    assert key.add_to(site, alone=False).status_code == 302
    assert not Authenticator.objects.get(user=cast.bob, type="webauthn").wrap().is_passwordless


def test_what_the_browser_says_of_it_is_not_believed(site: Client, cast: Cast) -> None:
    key = SoftKey()
    enter(site, cast.bob)
    lie = json.loads(key.make(question(site.get(ADD).content.decode())))
    lie["clientExtensionResults"] = {"credProps": {"rk": True}}
    site.post(ADD, {"name": "Liar", "credential": json.dumps(lie)})
    assert _alone(browser(), key) == "/sign-in/"


def test_they_are_renamed_and_removed_by_their_person_only(site: Client, cast: Cast) -> None:
    SoftKey().add_to(enter(site, cast.bob))
    pk = Authenticator.objects.get(user=cast.bob, type="webauthn").pk
    there = f"/account/factors/passkeys/{pk}/"
    stranger = enter(browser(), cast.charlie)
    for path in (there, f"{there}removal/"):
        assert {stranger.get(path).status_code, stranger.post(path, {"name": "Mine"}).status_code} == {404}
    assert site.post(there, {"name": "  Red\u200b  key "}).status_code == 302
    assert "Red key" in site.get("/account/factors/").content.decode()
    assert site.post(there, {"name": "\u202e"}).status_code == 422
    assert site.post(f"{there}removal/")["Location"] == "/account/factors/"
    assert not Authenticator.objects.filter(user=cast.bob).exists()


def test_the_last_one_stays_while_the_password_is_short(site: Client, cast: Cast) -> None:
    enter(site, cast.bob)
    SoftKey().add_to(site)
    SoftKey().add_to(site, name="Spare")
    _shorten(cast.bob)
    first, last = Authenticator.objects.filter(user=cast.bob, type="webauthn").order_by("pk")
    assert site.post(f"/account/factors/passkeys/{first.pk}/removal/")["Location"] == "/account/factors/"
    assert site.post(f"/account/factors/passkeys/{last.pk}/removal/")["Location"] == "/account/password/"
    assert Authenticator.objects.filter(pk=last.pk).exists()


def _shorten(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(has_short_password=True)


def test_at_an_address_of_numbers_the_page_says_where_they_work(cast: Cast) -> None:
    numbers = enter(browser("127.0.0.1:8000"), cast.bob)
    page = numbers.get(ADD).content.decode()
    assert "http://localhost:8000/account/factors/passkeys/new/" in page
    assert "data-question" not in page
    assert "http://localhost:8000/sign-in/" in browser("127.0.0.1:8000").get("/sign-in/").content.decode()
