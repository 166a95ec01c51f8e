"""Where one is signed in: seen, and ended at will; an ended one is refused at the next request."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from seconder.accounts.models import Person, SecurityEvent, Session
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
DEVICES = "/account/devices/"


@pytest.fixture
def bob(cast: Cast) -> Person:
    return cast.bob


@pytest.fixture
def desk(bob: Person) -> Client:
    return enter(Client(headers={"User-Agent": FIREFOX}), bob)


@pytest.fixture
def phone(bob: Person) -> Client:
    return enter(Client(headers={"User-Agent": IPHONE}), bob)


def _is_in(client: Client) -> bool:
    return client.get("/demo/").status_code == 200


def _row(person: Person, device: str) -> Session:
    return Session.objects.get(person=person, device=device)


def test_each_is_listed_with_what_is_known_of_it(desk: Client, phone: Client, bob: Person) -> None:
    Session.objects.filter(person=bob, device="phone").update(country="DE")
    page = re.sub(r"\s+", " ", desk.get(DEVICES).content.decode())
    first, second = re.findall(r'<li><div class="name">(.*?)</li>', page)
    assert "Firefox 132 on Linux" in first
    assert "This one" in first
    assert "In an unknown place" in first
    assert "Mobile Safari 18 on iOS 18" in second
    assert "icon-phone" in second
    assert "In Germany" in second
    assert "This one" not in second
    assert "after 14 days without use, after 90 days in any case" in page


@pytest.mark.clause("V-11")
@pytest.mark.invariant("E04")
def test_one_is_ended(desk: Client, phone: Client, bob: Person) -> None:
    ended = desk.post(f"{DEVICES}{_row(bob, 'phone').pk}/ending/")
    assert ended["Location"] == DEVICES
    assert _is_in(desk)
    assert phone.get("/demo/")["Location"].startswith("/sign-in/")
    assert phone.get("/api/v1/runs").status_code == 401
    assert SecurityEvent.objects.filter(kind="session.ended", person=bob).count() == 1


def test_this_one_is_signed_out(desk: Client, bob: Person) -> None:
    out = desk.post(f"{DEVICES}{_row(bob, 'computer').pk}/ending/")
    assert (out["Location"], out["Clear-Site-Data"]) == ("/sign-in/", '"cache", "storage"')
    assert not _is_in(desk)


def test_all_others_are_ended_or_all(desk: Client, phone: Client, bob: Person) -> None:
    assert desk.post(f"{DEVICES}ending/", {"which": "others"})["Location"] == DEVICES
    assert (_is_in(desk), _is_in(phone)) == (True, False)
    assert "Sign out all others" not in desk.get(DEVICES).content.decode()
    phone = enter(Client(), bob)
    assert desk.post(f"{DEVICES}ending/", {"which": "all"})["Location"] == "/sign-in/"
    assert (_is_in(desk), _is_in(phone)) == (False, False)


def test_nobody_ends_another_persons(desk: Client, bob: Person, cast: Cast) -> None:
    stranger = enter(Client(), cast.charlie)
    assert stranger.post(f"{DEVICES}{_row(bob, 'computer').pk}/ending/").status_code == 404
    assert _is_in(desk)


def test_looking_ends_nothing(desk: Client, bob: Person) -> None:
    for path in (f"{DEVICES}ending/", f"{DEVICES}{_row(bob, 'computer').pk}/ending/"):
        assert desk.get(path).status_code == 405
    assert _is_in(desk)


@pytest.mark.invariant("E09")
def test_no_page_of_a_signed_in_person_is_kept(desk: Client) -> None:
    for path in (
        "/demo/",
        "/demo/reviews/",
        "/account/",
        DEVICES,
        "/api/v1/runs",
        "/nowhere-at-all/reviews/",
    ):
        assert desk.get(path)["Cache-Control"] == "no-store", path
    assert desk.post("/sign-out/")["Clear-Site-Data"] == '"cache", "storage"'
    assert desk.get("/demo/")["Cache-Control"] == "no-store"
