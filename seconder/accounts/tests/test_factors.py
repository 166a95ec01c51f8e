"""Second factors: an app, recovery codes; what each adds to signing in, and what removing the last one asks for."""

from __future__ import annotations

import base64
import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client

from seconder.accounts.models import Person
from seconder.accounts.tests.app_codes import ADD, add_app, recovery_codes, shown
from seconder.testing import Cast, code_for, deliver, enter

pytestmark = pytest.mark.django_db
GOOD = "a river runs past my window"
SHORT = "kettle-9"


@pytest.fixture
def bob(cast: Cast) -> Person:
    cast.bob.set_password(GOOD)
    cast.bob.save()
    return cast.bob


def _password(client: Client, password: str = GOOD) -> str:
    return client.post(
        "/sign-in/?next=/demo/runs/",
        {"login": "bob@example.com", "password": password, "next": "/demo/runs/"},
    )["Location"]


@pytest.mark.django_db(transaction=True)  # the mail leaves once it is stored
def test_an_app_is_added_and_asked_for_from_then_on(client: Client, bob: Person) -> None:
    enter(client, bob)
    assert "data:image/svg+xml;base64," in client.get(ADD).content.decode()
    secret = add_app(client)
    assert "authenticator app was added" in deliver(bob.email)[-1].lower()
    other = Client()
    assert _password(other) == "/sign-in/factor/"
    assert SESSION_KEY not in other.session
    wrong = other.post("/sign-in/factor/", {"code": "000000"})
    assert (wrong.status_code, b"not the code that your app shows" in wrong.content) == (422, True)
    assert other.post("/sign-in/factor/", {"code": shown(secret)})["Location"] == "/demo/runs/"
    assert other.get("/demo/").status_code == 200
    again = Client()
    _password(again)
    assert again.post("/sign-in/factor/", {"code": shown(secret)}).status_code == 422, "a code works once"


def test_codes_and_links_by_mail_ask_for_it_too(client: Client, bob: Person) -> None:
    enter(client, bob)
    add_app(client)
    for way in ("code", "link"):
        other = Client()
        if way == "link":
            enter(other, bob)
        else:
            other.post("/sign-in/code/", {"email": bob.email})
            other.post("/sign-in/code/confirm/", {"code": code_for(bob.email)})
        assert SESSION_KEY not in other.session
        assert other.get("/sign-in/")["Location"] == "/sign-in/factor/"
        other.post("/sign-out/")
        assert other.get("/sign-in/").status_code == 200


def test_what_is_stored_of_it_is_sealed(client: Client, bob: Person) -> None:
    secret = add_app(enter(client, bob))
    codes = recovery_codes(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, ' ') FROM mfa_authenticator a")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(encode(content, 'escape'), ' ') FROM accounts_session")
        stored += cursor.fetchone()[0]
    assert codes
    for clear in (secret, *codes):
        assert clear not in stored


def test_recovery_codes_are_shown_once_and_work_once(client: Client, bob: Person) -> None:
    add_app(enter(client, bob))
    looked = client.get("/account/factors/codes/")
    assert b"Nobody has seen them yet" in looked.content
    first = client.post("/account/factors/codes/").content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", first)
    assert len(set(codes)) == 10
    (file,) = re.findall(r'href="data:text/plain;charset=utf-8;base64,([^"]+)" download', first)
    assert all(code in base64.b64decode(file).decode() for code in codes)
    for later in (client.get("/account/factors/codes/"), client.post("/account/factors/codes/")):
        assert not any(code in later.content.decode() for code in codes)
    other = Client()
    _password(other)
    assert other.post("/sign-in/factor/", {"code": codes[3]})["Location"] == "/demo/runs/"
    assert "9 left" in client.get("/account/factors/").content.decode()
    again = Client()
    _password(again)
    assert again.post("/sign-in/factor/", {"code": codes[3]}).status_code == 422


@pytest.mark.django_db(transaction=True)  # the mail leaves once it is stored
def test_new_recovery_codes_end_the_old_ones(client: Client, bob: Person) -> None:
    add_app(enter(client, bob))
    old = recovery_codes(client)
    page = client.post("/account/factors/codes/new/").content.decode()
    new = re.findall(r"<code>(\d{8})</code>", page)
    assert len(new) == 10
    assert not set(old) & set(new)
    assert "the old ones do not work" in deliver(bob.email)[-1]
    other = Client()
    _password(other)
    assert other.post("/sign-in/factor/", {"code": old[0]}).status_code == 422
    assert other.post("/sign-in/factor/", {"code": new[0]}).status_code == 302


def test_guessing_codes_is_slowed_down(client: Client, bob: Person) -> None:
    secret = add_app(enter(client, bob))
    other = Client()
    _password(other)
    for _ in range(5):
        other.post("/sign-in/factor/", {"code": "000000"})
    late = other.post("/sign-in/factor/", {"code": shown(secret)})
    assert (late.status_code, b"too many attempts" in late.content) == (429, True)
    assert SESSION_KEY not in other.session


@pytest.mark.clause("V-10")
@pytest.mark.invariant("E02")
def test_the_password_may_be_shorter_beside_it_and_then_the_last_one_stays(
    client: Client, bob: Person
) -> None:
    enter(client, bob)
    form = {"oldpassword": GOOD, "password1": SHORT}
    assert b"it needs 15" in client.post("/account/password/", form).content
    add_app(client)
    assert client.post("/account/password/", form).status_code == 302
    bob.refresh_from_db()
    assert bob.has_short_password
    for method in (client.get, client.post):
        told = method("/account/factors/app/removal/")
        assert told["Location"] == "/account/password/"
    assert Authenticator.objects.filter(user=bob, type="totp").exists()
    assert b"Choose a longer one first" in client.get("/account/password/").content
    client.post("/account/password/", {"oldpassword": SHORT, "password1": "nine green bottles on a wall"})
    assert client.get("/account/factors/app/removal/").status_code == 200
    assert client.post("/account/factors/app/removal/")["Location"] == "/account/factors/"
    assert not Authenticator.objects.filter(user=bob).exists(), "recovery codes go with it"
    assert "authenticator app was removed" in deliver(bob.email)[-1].lower()


def test_the_page_says_what_there_is(client: Client, bob: Person) -> None:
    enter(client, bob)
    page = client.get("/account/factors/")
    assert page["Cache-Control"] == "no-store"
    assert b"Add an app" in page.content
    add_app(client)
    page = client.get("/account/factors/")
    assert b"Remove the app" in page.content
    assert b"Look at your recovery codes once" in page.content
    assert b"Passkeys need an address that begins with https" in page.content
    numbers = client.get("/account/factors/", headers={"Host": "127.0.0.1:8000"}).content.decode()
    assert "http://localhost:8000/account/factors/" in numbers
