"""Founding an organization, its name, address and logo; the switch between several; asking everybody for a factor."""

from __future__ import annotations

import io
import threading

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django_scopes import scope, scopes_disabled
from PIL import Image, PngImagePlugin

from seconder.accounts.holding import holder
from seconder.accounts.models import Logo, Membership, Organization
from seconder.accounts.organizations import founding
from seconder.accounts.organizations.naming import checked_name, suggested
from seconder.events.by import SYSTEM
from seconder.events.models import Event
from seconder.testing import Cast, enter, let_proof_age

pytestmark = pytest.mark.django_db
NEW = "/account/organizations/new/"


def test_anybody_founds_one_and_owns_it(cast: Cast, client: Client) -> None:
    enter(client, cast.bob)
    made = client.post(NEW, {"name": "Brightwater Ltd.", "slug": ""})
    assert (made.status_code, made["Location"]) == (303, "/brightwater-ltd/")
    shown = client.get("/brightwater-ltd/").content.decode()
    assert "Brightwater Ltd." in shown
    home = Organization.objects.get(slug="brightwater-ltd")
    with scope(organization=home.pk):
        assert Membership.objects.get().role_name == "owner"
        assert [event.name for event in Event.objects.order_by("id")] == [
            "organization.created",
            "membership.created",
        ]
    assert cast.actor("bob").role == "reviewer"  # there and elsewhere, one seat each


@pytest.mark.parametrize(
    ("slug", "why"),
    [
        ("demo", "is an organization&#x27;s already"),
        ("sign-in", "an address of the site itself"),
        ("API", "an address of the site itself"),
        ("ac me", "made of the letters"),
        ("аcme", "look too much alike"),  # its first letter is Cyrillic
        ("-acme", "made of the letters"),
        ("acme--two", "made of the letters"),
        ("x" * 51, "made of the letters"),
    ],
)
def test_an_address_that_cannot_be_had_says_why(cast: Cast, client: Client, slug: str, why: str) -> None:
    refused = enter(client, cast.bob).post(NEW, {"name": "Acme", "slug": slug})
    assert refused.status_code == 422
    assert why in refused.content.decode()
    assert Organization.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("\u200b\u202e ", "needs letters or digits"),
        ("Pаypal", "mixes Cyrillic and Latin"),  # its second letter is Cyrillic
        ("Οmega", "mixes Greek and Latin"),  # its first letter is Greek
        ("x" * 101, "at most 100"),
    ],
)
def test_a_name_that_deceives_is_refused(name: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        checked_name(name)


def test_names_of_all_alphabets_are_kept_as_they_are_seen() -> None:
    for name in ("Ürün & Co", "Общество «Рассвет»", "日本支社", "Ελλάδα", "Acme Рассвет", "3M"):
        assert checked_name(name) == name
    assert checked_name(" Ac\u200bme \u202e Ltd\t.") == "Acme Ltd ."


def test_a_suggestion_is_free(cast: Cast) -> None:
    assert suggested("Demo") == "demo-2"
    assert suggested("Straße & Söhne") == "strasse-sohne"
    assert suggested("Security") == "security-2"
    assert suggested("日本") == ""


@pytest.mark.django_db(transaction=True)
def test_two_who_take_one_address_at_the_same_moment(cast: Cast) -> None:
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def take() -> None:
        both.wait()
        try:
            founding.make("contested", "Contested", SYSTEM)
            outcomes.append("made")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]


def test_the_switch_leads_to_all_of_ones_organizations_and_to_no_other(cast: Cast, client: Client) -> None:
    with scopes_disabled():
        Membership.objects.create(organization=cast.elsewhere, person=cast.bob, role="viewer")
    enter(client, cast.bob)
    for path in ("/demo/", "/account/"):
        shown = client.get(path).content.decode()
        assert 'href="/demo/"' in shown
        assert 'href="/elsewhere/"' in shown
    assert "Elsewhere" not in enter(Client(), cast.dana).get("/demo/").content.decode()
    listed = client.get("/account/organizations/").content.decode()
    assert "reviewer" in listed
    assert "viewer" in listed


def test_a_new_name_keeps_the_address(cast: Cast, client: Client) -> None:
    enter(client, cast.alice)
    assert client.post("/demo/settings/name/", {"name": " Demo\u200b GmbH "}).status_code == 303
    shown = client.get("/demo/settings/").content.decode()
    assert 'value="Demo GmbH"' in shown
    assert "stays for good" in shown
    refused = client.post("/demo/settings/name/", {"name": "Dеmo"})  # its second letter is Cyrillic
    assert (refused.status_code, "mixes Cyrillic and Latin" in refused.content.decode()) == (422, True)
    assert enter(Client(), cast.bob).post("/demo/settings/name/", {"name": "Bobs"}).status_code == 403


def _picture(kind: str = "JPEG", size: tuple[int, int] = (600, 300)) -> bytes:
    into = io.BytesIO()
    picture = Image.new("RGB", size, "teal")
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Author", "secret of whoever drew it")
        picture.save(into, kind, pnginfo=notes)
    else:
        exif = Image.Exif()
        exif[0x9286] = "secret of whoever drew it"
        picture.save(into, kind, exif=exif)
    return into.getvalue()


def _upload(client: Client, content: bytes) -> int:
    return client.post("/demo/settings/logo/", {"logo": SimpleUploadedFile("logo", content)}).status_code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_served_as_nothing_else(cast: Cast, client: Client, kind: str) -> None:
    enter(client, cast.alice)
    assert _upload(client, _picture(kind)) == 303
    with scopes_disabled():
        kept = bytes(Logo.objects.get().content)
    assert b"secret" not in kept
    assert Image.open(io.BytesIO(kept)).size == (256, 128)
    mark = Organization.objects.get(slug="demo").logo_mark
    assert f"/demo/logo/{mark}/" in client.get("/demo/").content.decode()
    served = client.get(f"/demo/logo/{mark}/")
    assert served.content == kept
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert enter(Client(), cast.charlie).get(f"/demo/logo/{mark}/").status_code == 404
    assert client.post("/demo/settings/logo/removal/").status_code == 303
    assert client.get(f"/demo/logo/{mark}/").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + bytes(100),
        _picture("PNG")[:200],
        _picture("PNG", (5000, 10)),
        bytes(256 * 1024 + 1),
    ],
    ids=["empty", "drawing", "another kind", "torn", "too many pixels", "too many bytes"],
)
def test_what_is_no_such_picture_is_refused(cast: Cast, client: Client, content: bytes) -> None:
    assert _upload(enter(client, cast.alice), content) == 422
    with scopes_disabled():
        assert not Logo.objects.exists()


def test_asking_everybody_for_a_factor_begins_with_the_owner(cast: Cast, client: Client) -> None:
    enter(client, cast.alice)
    there = "/demo/settings/second-factor/"
    bobs = cast.key("bob")
    assert client.post(there, {"required": "true"}, follow=True).content.decode().count("lock you out") == 1
    assert not Organization.objects.get(slug="demo").requires_second_factor
    Authenticator.objects.create(user=cast.alice, type=Authenticator.Type.TOTP, data={})
    assert client.post(there, {"required": "true"}).status_code == 303
    assert holder(bobs).lacks_factor  # type: ignore[union-attr]  # he is a member
    assert client.get("/demo/").status_code == 200
    assert "5 members have none" not in client.get("/demo/settings/").content.decode()
    assert "4 members have none" in client.get("/demo/settings/").content.decode()
    assert client.post(there).status_code == 303
    assert not holder(bobs).lacks_factor  # type: ignore[union-attr]  # as above


def test_only_an_owner_asks_everybody_and_only_with_a_fresh_proof(cast: Cast, client: Client) -> None:
    cast.add("ada", "admin")
    there = "/demo/settings/second-factor/"
    assert enter(Client(), cast.ada).post(there, {"required": "true"}).status_code == 403
    enter(client, cast.alice)
    let_proof_age(client)
    assert client.post(there, {"required": "true"})["Location"].startswith("/account/confirm/")


def test_the_rail_offers_what_ones_role_opens(cast: Cast, client: Client) -> None:
    assert 'href="/demo/settings/"' in enter(client, cast.alice).get("/demo/").content.decode()
    shown = enter(Client(), cast.bob).get("/demo/").content.decode()
    assert 'href="/demo/reviews/"' in shown
    assert 'href="/demo/settings/"' not in shown
    guest = enter(Client(), cast.add("gil", "guest")).get("/demo/").content.decode()
    assert 'href="/demo/agents/"' not in guest
    assert 'href="/account/"' in guest
