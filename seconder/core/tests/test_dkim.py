"""Mail over SMTP is signed by its domain: read back at a server and verified by another implementation."""

from __future__ import annotations

import base64
import functools

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as some
from pytest_django import Settings

from seconder.core import environment, mail
from seconder.core.mail import Mail
from seconder.core.mail.dkim import signed
from seconder.core.mail.message import compose
from seconder.core.tests.test_mail import Inbox, inbox, server

__all__ = ["inbox", "server"]
STOP = {
    "Auto-Submitted": "auto-generated",
    "List-Unsubscribe": "<https://seconder.example/unsubscribe/abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklm/>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


@functools.cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(of: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return of.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def dns(name: bytes, timeout: int = 5) -> bytes | None:
    """The DNS of one domain."""
    public = key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    known = {b"post._domainkey.seconder.example.": b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)}
    return known.get(name)


def verified(content: bytes) -> bool:
    return bool(dkim.verify(content, dnsfunc=dns))


def test_it_arrives_signed_with_the_headers_of_one_click_and_no_change_goes_unseen(
    server: object, inbox: Inbox, settings: Settings
) -> None:
    settings.DKIM_KEY, settings.DKIM_SELECTOR = pem(key()), "post"
    text = "Hello Zoë,\n\n.a line with a dot\n  and blanks  \n\n\n"
    mail.send(
        Mail(
            ("Bob <bob@example.com>",),
            "1 run failed – néws",
            text,
            sender="Office <office@seconder.example>",
            headers=STOP,
        ),
        "key",
    )
    content = inbox.taken[0].content
    assert isinstance(content, bytes)
    assert verified(content)
    assert f"List-Unsubscribe:\r\n {STOP['List-Unsubscribe']}\r\n".encode() in content  # not encoded
    assert inbox.message().get_content().startswith("Hello Zoë,")
    for before, after in (
        (b"One-Click", b"Two-Clicks"),
        (b"/unsubscribe/a", b"/unsubscribe/b"),
        (b"Hello", b"Hullo"),
        (b"From: ", b"From: eve@evil.example\r\nFrom: "),
        (b"bob@example.com", b"eve@example.com"),
    ):
        assert before in content
        assert not verified(content.replace(before, after, 1)), before


def test_without_a_key_nothing_is_signed(server: object, inbox: Inbox) -> None:
    mail.send(Mail(("bob@example.com",), "Hello", "Hello"), "key")
    assert inbox.message()["DKIM-Signature"] is None


@rules(max_examples=40, deadline=None)
@given(
    some.text(max_size=300),
    some.text(some.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=80),
)
def test_any_message_verifies(text: str, subject: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    made = compose(Mail(("bob@example.com",), subject, text), "key", "office@seconder.example")
    assert verified(signed(made, pem(key()), "post").content)


@pytest.mark.parametrize(
    "wrong",
    ["not a key", pem(ec.generate_private_key(ec.SECP256R1())), pem(rsa.generate_private_key(65537, 1024))],
)
def test_what_is_no_key_stops_the_start_without_being_repeated(wrong: str) -> None:
    with pytest.raises(environment.Misconfigured) as refused:
        environment.read({"SECONDER_DKIM_KEY": wrong})
    assert "SECONDER_DKIM_KEY must be an RSA key" in str(refused.value)
    assert wrong not in str(refused.value)
