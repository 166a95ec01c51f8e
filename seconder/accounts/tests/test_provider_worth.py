"""What a provider's word is worth beside an invitation, and beside a proof: less than either."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from seconder.accounts.freshness import RECORDS
from seconder.accounts.models import Person, SecurityEvent
from seconder.accounts.tests.app_codes import add_app
from seconder.accounts.tests.oidc_peer import Peer
from seconder.accounts.tests.test_providers import CONNECT, DECLARED, come_back, peer, server, trusted
from seconder.testing import Cast, code_for, deliver, enter, let_proof_age

__all__ = ["peer", "server", "trusted"]
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.mark.parametrize("has_address", [True, False])
def test_an_invitation_opens_to_the_address_that_it_went_to_and_to_no_other(
    client: Client, trusted: Peer, cast: Cast, settings: Settings, *, has_address: bool
) -> None:
    settings.SIGN_UP = "invitation"
    link = _invited(cast, "eve@work.example")
    trusted.knows(
        "eve-at-acme", **({"email": "eve@example.org", "email_verified": True} if has_address else {})
    )
    there = parse_qs(urlsplit(client.post(link)["Location"]).query)["next"][0]
    form = come_back(client, trusted, next=there)["Location"]
    page = client.get(form).content.decode()
    assert re.search(r'name="email" value="eve@work.example"[^>]* readonly', page)
    assert "because the invitation went there" in page
    assert client.post(form, {**DECLARED, "email": "eve@example.org"})["Location"] == link
    assert Person.objects.get(username="evergreen").email == "eve@work.example"
    assert client.post(link)["Location"] == "/demo/"


def _invited(cast: Cast, email: str) -> str:
    """The path of the link in the letter."""
    asked = {"email": email, "role": "reviewer", "teams": "", "message": ""}
    enter(Client(), cast.alice).post("/demo/invitations/new/", asked)
    (found,) = re.findall(r"/invitations/\S+/", deliver(email)[-1])
    return str(found)


@pytest.mark.parametrize("has_factor", [False, True])
def test_coming_back_as_who_is_signed_in_proves_nothing_anew(
    client: Client, peer: Peer, cast: Cast, *, has_factor: bool
) -> None:
    SocialAccount.objects.create(user=cast.bob, provider="acme", uid="eve-at-acme")
    enter(client, cast.bob)
    if has_factor:
        add_app(client)
    let_proof_age(client)
    before = (client.session.session_key, client.session[RECORDS], SecurityEvent.objects.count())
    assert come_back(client, peer, next="/account/devices/")["Location"] == "/account/devices/"
    assert (client.session.session_key, client.session[RECORDS], SecurityEvent.objects.count()) == before
    assert client.post(CONNECT)["Location"].startswith("/account/confirm/")


def test_signing_in_through_a_provider_is_no_proof_but_another_way_then_is(
    client: Client, peer: Peer, cast: Cast
) -> None:
    SocialAccount.objects.create(user=cast.bob, provider="acme", uid="eve-at-acme")
    assert come_back(client, peer)["Location"] == "/demo/"
    there = client.get("/account/email/")["Location"]
    assert client.get(there)["Location"] == "/account/confirm/code/?next=%2Faccount%2Femail%2F"
    client.post("/account/confirm/code/", {"action": "send"})
    client.post("/account/confirm/code/", {"code": code_for("bob@example.com")})
    assert client.get("/account/email/").status_code == 200
