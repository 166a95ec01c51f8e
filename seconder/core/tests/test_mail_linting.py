"""The rules of what the product itself may mail: each is broken here, once."""

from __future__ import annotations

import pytest

from seconder.core.mail.kinds import MailKind
from seconder.core.mail.linting import faults
from seconder.core.mail.message import Mail, compose

NEEDED = MailKind("needed", "service", is_transactional=True)
NEWS = MailKind("news", "service", is_transactional=False)
SITE = "http://127.0.0.1:8000"
STOP = f"{SITE}/unsubscribe/{'abc' * 30}/"  # longer than a line, as real ones are
CALM = {"Auto-Submitted": "auto-generated"}
STOPPED = {**CALM, "List-Unsubscribe": f"<{STOP}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def said(kind: MailKind, text: str, headers: dict[str, str]) -> str:
    mail = Mail(("bob@example.com",), "Subject", text, headers=headers)
    return " ".join(faults(compose(mail, "key", "seconder@example.com").content, kind))


def test_what_keeps_the_rules_has_no_faults() -> None:
    assert said(NEEDED, f"Look: {SITE}/demo/\n> she wrote https://elsewhere.example", CALM) == ""
    assert said(NEWS, f"News.\nStop: {STOP}", STOPPED) == ""


@pytest.mark.parametrize(
    ("kind", "text", "headers", "fault"),
    [
        (NEEDED, "Hello", {}, "no person wrote it"),
        (NEEDED, "Look: https://shop.example/offer", CALM, "leads elsewhere: https://shop.example/offer"),
        (NEEDED, "Look: www.shop.example", CALM, "leads elsewhere"),
        (NEEDED, f"Look: {SITE}.shop.example/", CALM, "leads elsewhere"),
        (NEEDED, f"Look: {SITE}/go/?to=https%3A%2F%2Fshop.example", CALM, "leads on"),
        (NEEDED, "Hello", STOPPED, "may unsubscribe"),
        (NEEDED, f"Stop: {STOP}", CALM, "may unsubscribe"),
        (NEWS, f"Stop: {STOP}", CALM, "no List-Unsubscribe"),
        (NEWS, f"Stop: {STOP}", {**STOPPED, "List-Unsubscribe-Post": "Yes"}, "one click"),
        (NEWS, "News.", STOPPED, "does not say how to stop it"),
    ],
)
def test_each_rule_is_noticed(kind: MailKind, text: str, headers: dict[str, str], fault: str) -> None:
    assert fault in said(kind, text, headers)


@pytest.mark.clause("K-02")
def test_a_picture_has_no_place() -> None:
    html = b"Content-Type: text/html\r\n\r\n<img src='http://127.0.0.1:8000/seen.gif'>"
    assert "plain text" in " ".join(faults(html, NEWS))
    mixed = (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: image/gif\r\n\r\nx\r\n--b--'
    )
    assert "plain text" in " ".join(faults(mixed, NEEDED))
