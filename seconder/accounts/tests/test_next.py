"""`next` names the page to go on to; it is a page of this site, whichever way one came in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from seconder.accounts.models import SignInLink
from seconder.accounts.tests.app_codes import add_app, shown
from seconder.accounts.tests.soft_key import SoftKey, browser
from seconder.testing import Cast, code_for, enter

pytestmark = pytest.mark.django_db
PASSWORD = "a river runs past my window"
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
]


def _password(client: Client, cast: Cast, wanted: str) -> str:
    cast.bob.set_password(PASSWORD)
    cast.bob.save()
    return _sent(client, f"/sign-in/?next={wanted}", login=cast.bob.email, password=PASSWORD, next=wanted)


def _code(client: Client, cast: Cast, wanted: str) -> str:
    _sent(client, f"/sign-in/code/?next={wanted}", email=cast.bob.email, next=wanted)
    return _sent(client, f"/sign-in/code/confirm/?next={wanted}", code=code_for(cast.bob.email), next=wanted)


def _link(client: Client, cast: Cast, wanted: str) -> str:
    return _sent(client, f"/sign-in/{SignInLink.create(cast.bob)}/", next=wanted)


def _app(client: Client, cast: Cast, wanted: str) -> str:
    secret = add_app(enter(browser(), cast.bob))
    _link(client, cast, wanted)
    return _sent(client, f"/sign-in/factor/?next={wanted}", code=shown(secret), next=wanted)


def _passkey(client: Client, cast: Cast, wanted: str) -> str:
    key = SoftKey()
    key.add_to(enter(browser(), cast.bob))
    asked = client.get("/sign-in/passkey/", headers={"Accept": "application/json"}).json()["request_options"][
        "publicKey"
    ]
    return _sent(client, f"/sign-in/passkey/?next={wanted}", credential=key.show(asked), next=wanted)


def _sent(client: Client, path: str, **posted: str) -> str:
    return str(client.post(path, posted)["Location"])


WAYS = {"password": _password, "code": _code, "link": _link, "app": _app, "passkey": _passkey}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_it_leads_to_what_was_wanted(cast: Cast, way: Callable[[Client, Cast, str], str]) -> None:
    client = browser()
    assert way(client, cast, "/demo/runs/") == "/demo/runs/"
    assert client.session[SESSION_KEY] == str(cast.bob.pk)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_it_leads_nowhere_else(cast: Cast, way: Callable[[Client, Cast, str], str], elsewhere: str) -> None:
    assert way(browser(), cast, elsewhere) == "/demo/"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_first_password_leads_nowhere_else(cast: Cast, elsewhere: str) -> None:
    posted = {"password1": PASSWORD, "next": elsewhere}
    assert (
        enter(browser(), cast.bob).post("/account/password/new/", posted)["Location"].startswith("/account/")
    )
