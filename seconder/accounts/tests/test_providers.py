"""Signing in, signing up and connecting through an OpenID provider: a real one on loopback, which also lies."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from pytest_django import Settings

from seconder.accounts.identity import providers
from seconder.accounts.models import Person, SecurityEvent
from seconder.accounts.tests.app_codes import add_app
from seconder.accounts.tests.oidc_peer import Peer, leaving, running
from seconder.testing import Cast, code_for, deliver, enter, let_proof_age

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
START, CONNECT = "/sign-in/with/acme/", "/account/providers/acme/"
DECLARED = {"username": "evergreen", "name": "Eve", "is_old_enough": "true", "accepts_policy": "true"}


@pytest.fixture(scope="module")
def server() -> Iterator[Peer]:
    with running() as peer:
        yield peer


@pytest.fixture
def peer(server: Peer, settings: Settings) -> Peer:
    server.claims, server.config, server.userinfo, server.is_forging = {}, {}, {}, False
    settings.IDENTITY_PROVIDERS = (server.provider(),)
    server.knows("eve-at-acme", email="Eve@Example.org", email_verified=True)
    return server


@pytest.fixture
def trusted(peer: Peer, settings: Settings) -> Peer:
    settings.IDENTITY_PROVIDERS = (peer.provider(trusts_email=True),)
    return peer


def come_back(
    client: Client, peer: Peer, start: str = START, sub: str = "eve-at-acme", **posted: str
) -> Any:  # Any: a response
    return client.get(peer.answer(client, start, sub, **posted))


def _sign_up(client: Client, **changed: str) -> Any:  # Any: as above
    return client.post("/sign-up/with/", {**DECLARED, **changed})


def test_signing_up_asks_the_same_and_proves_the_address_by_a_code(client: Client, peer: Peer) -> None:
    assert "Go on with Acme" in client.get("/sign-up/").content.decode()
    assert come_back(client, peer)["Location"] == "/sign-up/with/"
    page = client.get("/sign-up/with/").content.decode()
    assert "eve@example.org" in page
    sent = _sign_up(client)
    assert sent["Location"] == "/sign-up/confirm/"
    assert not Person.objects.exists()
    assert client.post("/sign-up/confirm/", {"code": code_for("eve@example.org")})["Location"] == "/account/"
    eve = Person.objects.get(email="eve@example.org")
    assert (eve.username, eve.name, eve.has_usable_password()) == ("evergreen", "Eve", False)
    assert eve.policy_version
    assert eve.declared_age_at
    assert EmailAddress.objects.get(user=eve).verified
    other = Client()
    assert come_back(other, peer, next="/account/devices/")["Location"] == "/account/devices/"
    assert other.session[SESSION_KEY] == str(eve.pk)


@pytest.mark.clause("S-03", "R-02")
@pytest.mark.invariant("A02")
def test_nothing_of_the_provider_is_kept_but_who_it_is_there(client: Client, peer: Peer) -> None:
    come_back(client, peer)
    _sign_up(client)
    client.post("/sign-up/confirm/", {"code": code_for("eve@example.org")})
    come_back(Client(), peer)
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.extra_data) == ("acme", "eve-at-acme", {})
    assert not SocialToken.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, ' ') FROM socialaccount_socialaccount a")
        assert "Example" not in cursor.fetchone()[0]


def test_a_trusted_provider_proves_the_address(client: Client, trusted: Peer) -> None:
    come_back(client, trusted)
    assert _sign_up(client)["Location"] == "/account/"
    assert client.session[SESSION_KEY] == str(Person.objects.get(email="eve@example.org").pk)
    assert deliver("eve@example.org") == []


@pytest.mark.parametrize("verified", [False, "false", None, 1])
def test_an_address_that_is_not_verified_there_is_proved_here(
    client: Client, trusted: Peer, verified: object
) -> None:
    trusted.knows("eve-at-acme", email="eve@example.org", email_verified=verified)
    come_back(client, trusted)
    assert _sign_up(client)["Location"] == "/sign-up/confirm/"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"is_old_enough": ""}, "of 16 and older"),
        ({"accepts_policy": ""}, "Read the privacy notice"),
        ({"username": "eve"}, "not the first part of your address"),
        ({"username": ""}, "required"),
        ({"phone": "+15550100"}, "no field &#x27;phone&#x27;"),
    ],
)
def test_what_is_wrong_is_said(client: Client, trusted: Peer, changed: dict[str, str], said: str) -> None:
    come_back(client, trusted)
    refused = _sign_up(client, **changed)
    assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert not Person.objects.exists()


def test_another_address_than_the_providers_is_not_taken(client: Client, trusted: Peer, cast: Cast) -> None:
    come_back(client, trusted)
    _sign_up(client, email="bob@example.com")
    assert Person.objects.get(username="evergreen").email == "eve@example.org"


def test_an_account_with_that_address_is_not_taken_over(client: Client, peer: Peer, cast: Cast) -> None:
    peer.knows("bob-at-acme", email="bob@example.com", email_verified=True)
    come_back(client, peer, sub="bob-at-acme")
    assert _sign_up(client)["Location"] == "/sign-up/confirm/"
    assert "There is an account with it already" in deliver("bob@example.com")[-1]
    assert client.post("/sign-up/confirm/", {"code": "000000"}).status_code == 422
    assert SESSION_KEY not in client.session
    assert not SocialAccount.objects.exists()


def test_whom_a_trusted_provider_vouches_for_signs_in_first(
    client: Client, trusted: Peer, cast: Cast
) -> None:
    trusted.knows("bob-at-acme", email="bob@example.com", email_verified=True)
    assert come_back(client, trusted, sub="bob-at-acme")["Location"] == "/sign-in/"
    assert "then connect Acme" in client.get("/sign-in/").content.decode()
    assert SESSION_KEY not in client.session
    assert not SocialAccount.objects.exists()


def test_where_only_invited_people_sign_up_it_says_so(client: Client, peer: Peer, settings: Settings) -> None:
    settings.SIGN_UP = "invitation"
    closed = come_back(client, peer)
    assert (closed.status_code, b"needs an invitation" in closed.content) == (403, True)
    assert _sign_up(client)["Location"] == "/sign-in/"
    assert not Person.objects.exists()


def test_connecting_takes_a_fresh_proof_and_is_told(client: Client, peer: Peer, cast: Cast) -> None:
    enter(client, cast.bob)
    let_proof_age(client)
    assert client.post(CONNECT)["Location"].startswith("/account/confirm/")
    enter(client, cast.bob)
    assert "Not connected" in client.get("/account/factors/").content.decode()
    assert come_back(client, peer, CONNECT)["Location"] == "/account/factors/"
    assert "Acme is connected" in client.get("/account/factors/").content.decode()
    assert "Acme was connected" in deliver("bob@example.com")[-1]
    assert SecurityEvent.objects.filter(kind="provider.added", person=cast.bob).exists()
    other = Client()
    assert come_back(other, peer)["Location"] == "/demo/"
    let_proof_age(client)
    assert client.post(f"{CONNECT}removal/")["Location"].startswith("/account/confirm/")
    enter(client, cast.bob)
    client.post(f"{CONNECT}removal/")
    assert "Acme was disconnected" in deliver("bob@example.com")[-1]
    assert not SocialAccount.objects.exists()
    assert come_back(Client(), peer)["Location"] == "/sign-up/with/"
    # Without a password, and without Acme, a code by mail is still a way in.
    last = Client()
    last.post("/sign-in/code/", {"email": "bob@example.com"})
    assert last.post("/sign-in/code/confirm/", {"code": code_for("bob@example.com")})["Location"] == "/demo/"


def test_one_account_there_is_one_account_here(client: Client, peer: Peer, cast: Cast) -> None:
    SocialAccount.objects.create(user=cast.alice, provider="acme", uid="eve-at-acme")
    enter(client, cast.bob)
    come_back(client, peer, CONNECT)
    assert "connected with another account here" in client.get("/account/factors/").content.decode()
    assert SocialAccount.objects.get().user_id == cast.alice.pk


def test_who_is_signed_in_already_is_not_made_anew(client: Client, peer: Peer, cast: Cast) -> None:
    back = peer.answer(client, START, "eve-at-acme")
    session = client.session
    states = session["socialaccount_states"]
    enter(client, cast.bob)
    session = client.session
    session["socialaccount_states"] = states
    session.save()
    assert client.get(back)["Location"] == "/account/factors/"
    assert "is not connected with yours" in client.get("/account/factors/").content.decode()
    assert _sign_up(client)["Location"] == "/sign-in/"


def test_whoever_signed_in_meanwhile_is_not_connected(client: Client, peer: Peer, cast: Cast) -> None:
    enter(client, cast.bob)
    back = peer.answer(client, CONNECT, "eve-at-acme")
    enter(client, cast.alice)
    assert client.get(back).status_code == 401
    assert not SocialAccount.objects.exists()


def test_a_second_factor_is_asked_for_all_the_same(client: Client, peer: Peer, cast: Cast) -> None:
    SocialAccount.objects.create(user=cast.bob, provider="acme", uid="eve-at-acme")
    add_app(enter(client, cast.bob))
    other = Client()
    assert come_back(other, peer)["Location"] == "/sign-in/factor/"
    assert SESSION_KEY not in other.session


def test_who_was_switched_off_stays_out(client: Client, peer: Peer, cast: Cast) -> None:
    SocialAccount.objects.create(user=cast.bob, provider="acme", uid="eve-at-acme")
    Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
    assert come_back(client, peer)["Location"] == "/sign-in/inactive/"


LIES: dict[str, dict[str, Any]] = {
    "another issuer in the token": {"claims": {"iss": "https://evil.example"}},
    "another issuer in its description": {"config": {"issuer": "https://evil.example"}},
    "a token for somebody else": {"claims": {"aud": "another-client"}},
    "a token for two, given by the other": {"claims": {"aud": ["seconder", "other"], "azp": "other"}},
    "another nonce": {"claims": {"nonce": "replayed"}},
    "no nonce": {"claims": {"nonce": None}},
    "a token of yesterday": {"claims": {"exp": 1_600_000_000}},
    "a forged signature": {"is_forging": True},
    "two people": {
        "claims": {"email": None},
        "userinfo": {"sub": "somebody-else", "email": "eve@example.org"},
    },
    "nobody": {"claims": {"sub": ""}},
    "no keys": {"config": {"jwks_uri": None}},
    "keys that are none": {"config": {"jwks_uri": "/"}},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_cannot_be_trusted_signs_nobody_in(
    client: Client, peer: Peer, cast: Cast, lie: str
) -> None:
    SocialAccount.objects.create(user=cast.bob, provider="acme", uid="eve-at-acme")
    SocialAccount.objects.create(user=cast.alice, provider="acme", uid="somebody-else")
    back = peer.answer(client, START, "eve-at-acme")
    for name, value in LIES[lie].items():
        setattr(peer, name, value)
    refused = client.get(back)
    assert (refused.status_code, b"no answer that can be trusted" in refused.content) == (401, True)
    assert SESSION_KEY not in client.session
    assert SecurityEvent.objects.filter(kind="sign-in.failed").exists()
    peer.claims, peer.config, peer.userinfo, peer.is_forging = {}, {}, {}, False
    assert come_back(client, peer)["Location"] == "/demo/", "the same person, without the lie"


def test_what_userinfo_adds_is_used_where_it_is_about_the_same_person(client: Client, trusted: Peer) -> None:
    trusted.claims = {"email": None, "email_verified": None}
    assert come_back(client, trusted)["Location"] == "/sign-up/with/"
    assert _sign_up(client)["Location"] == "/account/"


def test_an_answer_counts_once_and_in_the_browser_that_asked(client: Client, peer: Peer, cast: Cast) -> None:
    SocialAccount.objects.create(user=cast.bob, provider="acme", uid="eve-at-acme")
    back = peer.answer(client, START, "eve-at-acme")
    victim = Client()
    assert victim.get(back).status_code == 401
    assert SESSION_KEY not in victim.session
    assert client.get(back)["Location"] == "/demo/"
    client.post("/sign-out/")
    for path in (back, f"{START}callback/", f"{START}callback/?state=x&code=y"):
        assert client.get(path).status_code == 401
    assert SESSION_KEY not in client.session


def test_an_answer_comes_too_late_after_ten_minutes(client: Client, peer: Peer) -> None:
    back = peer.answer(client, START, "eve-at-acme")
    session = client.session
    session["socialaccount_states"] = {
        key: [state, at - 601, provider]
        for key, (state, at, provider) in session["socialaccount_states"].items()
    }
    session.save()
    assert b"comes too late" in client.get(back).content


def test_a_no_is_taken_for_one(client: Client, peer: Peer) -> None:
    denied = come_back(client, peer, sub="")
    assert (denied.status_code, b"said no" in denied.content) == (401, True)


def test_a_provider_that_is_down_is_said_to_be(client: Client, settings: Settings, peer: Peer) -> None:
    back = peer.answer(client, START, "eve-at-acme")
    settings.IDENTITY_PROVIDERS = (peer.provider(issuer="http://127.0.0.1:9"),)
    assert b"no answer that can be trusted" in client.get(back).content
    began = time.monotonic()
    refused = client.post(START)
    assert (refused.status_code, b"cannot be reached just now" in refused.content) == (401, True)
    assert time.monotonic() - began < 5


def test_going_there_is_a_button_with_a_question_of_its_own(client: Client, peer: Peer) -> None:
    assert client.get(START).status_code == 405
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403
    assert client.post("/sign-in/with/unknown/").status_code == 404
    targets = [
        leaving(client.post(START, headers={"Host": "localhost:6666"}).content.decode()) for _ in range(2)
    ]
    first, second = (
        {name: values[0] for name, values in parse_qs(urlsplit(each).query).items()} for each in targets
    )
    assert first["redirect_uri"] == "http://127.0.0.1:8000/sign-in/with/acme/callback/"
    assert (set(first["scope"].split()), first["code_challenge_method"]) == ({"openid", "email"}, "S256")
    for once in ("state", "nonce", "code_challenge"):
        assert len(first[once]) >= 16
        assert first[once] != second[once]
    tampered = leaving(client.post(f"{START}?scope=admin&auth_params=prompt%3Dnone").content.decode())
    assert "admin" not in tampered
    assert "prompt" not in tampered


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_it_leads_nowhere_else(client: Client, peer: Peer, cast: Cast, elsewhere: str) -> None:
    SocialAccount.objects.create(user=cast.bob, provider="acme", uid="eve-at-acme")
    assert come_back(client, peer, next=elsewhere)["Location"] == "/demo/"


def test_one_that_is_offered_no_more_can_still_be_disconnected(
    client: Client, settings: Settings, cast: Cast
) -> None:
    SocialAccount.objects.create(user=cast.bob, provider="gone", uid="1")
    enter(client, cast.bob)
    assert "does not offer it any more" in client.get("/account/factors/").content.decode()
    client.post("/account/providers/gone/removal/")
    assert not SocialAccount.objects.exists()


def test_the_recipient_names_those_that_are_configured() -> None:
    acme = Peer(url="https://login.acme.example").provider()
    google = Peer().provider(id="g", name="Google", provider="google", issuer="")
    declared = providers._recipient((acme, google))
    assert declared.name.endswith(": Acme, Google")
    google_hosts = (
        "accounts.google.com",
        "oauth2.googleapis.com",
        "openidconnect.googleapis.com",
        "www.googleapis.com",
    )
    assert declared.hosts == ("*", *google_hosts[:1], "login.acme.example", *google_hosts[1:])
    assert providers._recipient((google,)).hosts == google_hosts
    assert re.search("none is set", providers._recipient(()).name)
