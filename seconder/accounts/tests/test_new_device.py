"""A sign-in on a device that is new for its person is announced by mail, which goes out over SMTP."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from django.test import Client
from pytest_django import Settings

from seconder.accounts.identity import letters
from seconder.accounts.models import Letter, Person, SecurityEvent, Session
from seconder.core.clock import now
from seconder.testing import Cast, code_for, enter

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0"
_KHTML = "(KHTML, like Gecko)"
CHROME = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 {_KHTML} Chrome/131.0.0.0 Safari/537.36"
)
_IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"
IPHONE = f"{_IOS} {_KHTML} Version/18.1 Mobile/15E148 Safari/604.1"


class Postbox:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        made = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(made, EmailMessage)
        self.mails.append(made)
        return "250 taken"


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()


def _on(agent: str, person: Person) -> None:
    enter(Client(headers={"User-Agent": agent}, REMOTE_ADDR="203.0.113.77"), person)


def _send_all() -> None:
    for letter in Letter.objects.order_by("id"):
        letters.send(letter.pk)


def test_it_says_what_where_and_when_and_how_to_end_it(cast: Cast, postbox: Postbox) -> None:
    _on(FIREFOX.format(132, 132), cast.bob)
    assert not Letter.objects.exists()
    _on(CHROME, cast.bob)
    _send_all()
    (mail,) = postbox.mails
    text = mail.get_content()
    assert (mail["To"], mail["Subject"]) == ("bob@example.com", "A new device signed in to your account")
    assert "on a computer that was not seen with it in the last 90 days" in text
    assert "Chrome 131 on Windows 10" in text
    assert f"{now():%Y}" in text
    assert "/account/devices/" in text
    for withheld in ("203.0.113", "Mozilla", "AppleWebKit"):
        assert withheld not in str(mail)
    assert SecurityEvent.objects.filter(person=cast.bob, kind="device.new").count() == 1


def test_a_known_device_is_not_announced_nor_one_that_was_updated(cast: Cast) -> None:
    for version in (131, 132, 140):
        _on(FIREFOX.format(version, version), cast.bob)
    assert not Letter.objects.exists()


def test_each_new_one_is_announced_once(cast: Cast) -> None:
    for agent in (FIREFOX.format(132, 132), CHROME, IPHONE, CHROME, IPHONE):
        _on(agent, cast.bob)
    assert Letter.objects.count() == 2


def test_it_is_known_by_a_sign_in_that_has_ended_since(cast: Cast) -> None:
    _on(CHROME, cast.bob)
    Session.objects.all().delete()
    _on(CHROME, cast.bob)
    assert not Letter.objects.exists()


def test_what_was_not_seen_for_ninety_days_is_new(cast: Cast) -> None:
    _on(CHROME, cast.bob)
    SecurityEvent.objects.update(at=now() - timedelta(days=91))
    Session.objects.all().delete()
    _on(CHROME, cast.bob)
    assert Letter.objects.count() == 1


def test_what_another_person_uses_is_not_known_for_this_one(cast: Cast) -> None:
    _on(CHROME, cast.dana)
    _on(FIREFOX.format(132, 132), cast.bob)
    _on(CHROME, cast.bob)
    assert Letter.objects.count() == 1


def test_nobody_is_told_of_the_sign_in_that_follows_signing_up(client: Client) -> None:
    client.post(
        "/sign-up/",
        {
            "email": "eve@example.org",
            "password1": "a river runs past my window",
            "username": "evergreen",
            "is_old_enough": "true",
            "accepts_policy": "true",
        },
    )
    client.post("/sign-up/confirm/", {"code": code_for("eve@example.org")})
    assert Person.objects.get().last_login
    assert not Letter.objects.exists()
