"""What no message of the product's own may be, read from the message as it goes out.

The rules look at its shape, not at its words: an advertisement needs a picture, a foreign address or a link that
counts, and finds none of them here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import unquote, urlsplit

from django.conf import settings

from seconder.core.mail.kinds import MailKind

STOP = "/unsubscribe/"
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"]+|\bwww\.[^\s<>\"]+", re.IGNORECASE)
_QUOTED = ">"  # what a person wrote, marked as theirs


def faults(content: bytes, kind: MailKind) -> list[str]:
    """One sentence for each rule that the message breaks."""
    message = message_from_bytes(content, policy=default)
    if message.is_multipart() or message.get_content_type() != "text/plain":
        return [
            "It is more than one part of plain text: a picture or a page may tell who reads it, and when."
        ]
    assert isinstance(message, EmailMessage)  # by the policy
    lines = str(message.get_content()).splitlines()
    text = "\n".join(line for line in lines if not line.startswith(_QUOTED))
    rules = _stoppable if not kind.is_transactional else _unmixed
    return [*_plain(message), *_own_links(text), *rules(message, text)]


def _plain(message: EmailMessage) -> Iterator[str]:
    if message["Auto-Submitted"] != "auto-generated":
        yield "It does not say that no person wrote it (Auto-Submitted), so machines may answer it."


def _own_links(text: str) -> Iterator[str]:
    for link in _LINK.findall(text):
        if not link.startswith(f"{settings.BASE_URL}/"):
            yield f"It leads elsewhere: {link}"
        elif "//" in unquote(urlsplit(link).query + urlsplit(link).path):
            yield f"It leads on to somewhere else: {link}"


def _unmixed(message: EmailMessage, text: str) -> Iterator[str]:
    """Whoever may not stop it gets nothing else with it."""
    if message["List-Unsubscribe"] or message["List-Unsubscribe-Post"] or STOP in text:
        yield "It is transactional, and holds what one may unsubscribe from."


def _stoppable(message: EmailMessage, text: str) -> Iterator[str]:
    # As it stands there: mail programs do not decode it.
    named = {name.lower(): str(value).strip() for name, value in message.raw_items()}
    link = named.get("list-unsubscribe", "").removeprefix("<").removesuffix(">")
    if not link.startswith(f"{settings.BASE_URL}{STOP}"):
        yield "It has no List-Unsubscribe that leads to this site."
    if message["List-Unsubscribe-Post"] != ONE_CLICK:
        yield "It cannot be stopped by one click (RFC 8058)."
    if not link or link not in text:
        yield "Its text does not say how to stop it."
