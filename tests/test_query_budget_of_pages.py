"""What a page or a call costs before its own work: who asks, what they may, where they belong. At most four statements,
however somebody signed in and however much else comes together at that moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client
from django.test.utils import override_settings
from django.urls import path
from django_scopes import scopes_disabled

from seconder.accounts.gate import Asked
from seconder.accounts.models import ApiKey, Membership, Person, Session
from seconder.accounts.tests.app_codes import add_app, shown
from seconder.accounts.tests.oidc_peer import running
from seconder.accounts.tests.soft_key import SoftKey, asked, browser
from seconder.core.clock import now
from seconder.core.doors import door
from seconder.privacy.policy import publishing
from seconder.testing import Cast, code_for, enter
from seconder.urls import urlpatterns as site

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
BUDGET = 4
CALL = "/api/v1/roles/owner"  # a built-in role: it needs no row
PASSWORD = "a river runs past my window"


@door("home.read")
def bare(request: Asked, organization: str) -> HttpResponse:
    """A page without any work of its own, in the whole frame."""
    return render(request, "ui/base.html")


urlpatterns = [path("<slug:organization>/bare/", bare), *site]


@pytest.fixture
def page(cast: Cast, settings: LazySettings) -> Client:
    settings.ROOT_URLCONF = __name__
    return enter(Client(), cast.alice)


def test_a_page_needs_few_statements_before_its_own_work(
    page: Client, django_assert_max_num_queries: Any
) -> None:  # Any: a fixture
    page.get("/demo/bare/")
    with django_assert_max_num_queries(2):
        assert b"Demo" in page.get("/demo/bare/").content


def test_also_where_the_visit_and_the_day_are_noted(
    page: Client, django_assert_max_num_queries: Any
) -> None:  # Any: as above
    Session.objects.update(seen_at=now() - timedelta(hours=1))
    with django_assert_max_num_queries(BUDGET):
        assert page.get("/demo/bare/").status_code == 200


def test_also_for_somebody_in_many_organizations(
    cast: Cast, page: Client, django_assert_max_num_queries: Any
) -> None:  # Any: as above
    cast.add_to_many(cast.alice, 30)
    with django_assert_max_num_queries(BUDGET):
        assert b"Demo" in page.get("/demo/bare/").content


def test_an_own_page_as_well(page: Client, django_assert_max_num_queries: Any) -> None:  # Any: as above
    page.get("/account/")
    with django_assert_max_num_queries(BUDGET):
        assert page.get("/account/").status_code == 200


def _with_password(person: Person) -> Client:
    person.set_password(PASSWORD)
    person.save()
    client = browser()
    client.post("/sign-in/", {"login": person.email, "password": PASSWORD})
    return client


def _with_code(person: Person) -> Client:
    client = browser()
    client.post("/sign-in/code/", {"email": person.email})
    client.post("/sign-in/code/confirm/", {"code": code_for(person.email)})
    return client


def _with_app(person: Person) -> Client:
    secret = add_app(enter(browser(), person))
    client = enter(browser(), person)
    client.post("/sign-in/factor/", {"code": shown(secret)})
    return client


def _with_passkey(person: Person) -> Client:
    key, client = SoftKey(), browser()
    key.add_to(enter(browser(), person))
    client.post("/sign-in/passkey/", {"credential": key.show(asked(client))})
    return client


def _with_provider(person: Person) -> Client:
    SocialAccount.objects.create(user=person, provider="acme", uid="there")
    client = browser()
    with running() as peer, override_settings(IDENTITY_PROVIDERS=(peer.provider(),)):
        peer.knows("there", email=person.email, email_verified=True)
        client.get(peer.answer(client, "/sign-in/with/acme/", "there"))
    return client


WAYS: dict[str, Callable[[Person], Client]] = {
    "link": lambda person: enter(browser(), person),
    "password": _with_password,
    "code": _with_code,
    "app": _with_app,
    "passkey": _with_passkey,
    "provider": _with_provider,
}


@pytest.mark.parametrize("path", ["/demo/bare/", "/account/", CALL])
@pytest.mark.parametrize("way", WAYS)
def test_however_one_signed_in(
    cast: Cast, settings: LazySettings, way: str, path: str, django_assert_max_num_queries: Any
) -> None:  # Any: as above
    settings.ROOT_URLCONF = __name__
    cast.demo.requires_second_factor = way in ("app", "passkey")
    cast.demo.save()
    publishing.begin()  # there is a policy wherever somebody signed up, and it is read once a minute
    client = WAYS[way](cast.bob)
    assert client.get(path).status_code == 200
    Session.objects.update(seen_at=now() - timedelta(hours=1))
    with scopes_disabled():
        Membership.objects.update(seen_on=None)
    with django_assert_max_num_queries(BUDGET) as asked:
        assert client.get(path).status_code == 200
    print(f"signed in by {way}, {path}: {len(asked)} statements")


@pytest.mark.parametrize("kind", ["personal", "narrowed", "service"])
def test_whatever_key_calls(
    cast: Cast, client: Client, kind: str, django_assert_max_num_queries: Any
) -> None:  # Any: as above
    _, secret = ApiKey.create(
        cast.alice,
        cast.demo,
        scopes=["people.read"] if kind == "narrowed" else None,
        is_service=kind == "service",
    )
    with django_assert_max_num_queries(BUDGET) as asked:
        assert client.get(CALL, headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    print(f"{kind} key, {CALL}: {len(asked)} statements")
