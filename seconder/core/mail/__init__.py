"""Outgoing mail: one message, one key, one of several outboxes (`SECONDER_EMAIL_URL`).

Face: `send(Mail(…), key)` → Receipt, or MailFailed, which says whether trying again can help and whether
the message may have gone out. `takes_key()` tells whether sending twice under one key sends once.
"""

from __future__ import annotations

import functools
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from seconder.core.mail.folder import FolderOutbox
from seconder.core.mail.message import Mail, MailFailed, Receipt, compose
from seconder.core.mail.providers import SCHEMES, ProviderOutbox
from seconder.core.mail.smtp import SmtpOutbox

__all__ = ["Mail", "MailFailed", "Receipt", "forget", "is_local", "send", "sent_as", "takes_key", "tidy"]

Outbox = FolderOutbox | SmtpOutbox | ProviderOutbox


def send(message: Mail, key: str) -> Receipt:
    """Sends the message now and waits for it. `key` names this one sending: 1 to 500 characters, the same
    again for a repeat. Raises MailFailed."""
    outbox = _outbox(settings.EMAIL_URL)
    made = compose(message, key, sent_as())
    return outbox.send(made, key)


def sent_as() -> str:
    """The sender of a message that names none."""
    return _outbox(settings.EMAIL_URL).sender or _default_sender()


def takes_key() -> bool:
    """Whether the outbox is idempotent: a message under a key that it knows is not sent again."""
    return _outbox(settings.EMAIL_URL).takes_key


def is_local() -> bool:
    """Whether a message stays on this machine."""
    return isinstance(_outbox(settings.EMAIL_URL), FolderOutbox)


def tidy() -> None:
    """Removes what a crash left half written."""
    _outbox(settings.EMAIL_URL).tidy()


def forget(address: str) -> None:
    """Removes what was written to it, where mail goes into a folder here. What went out is with its reader."""
    outbox = _outbox(settings.EMAIL_URL)
    if isinstance(outbox, FolderOutbox):
        outbox.forget(address)


@functools.lru_cache(maxsize=4)
def _outbox(url: str) -> Outbox:
    parts = urlsplit(url)
    if parts.scheme in SCHEMES:
        return ProviderOutbox.at(url)
    return FolderOutbox(Path(unquote(parts.path))) if parts.scheme == "file" else SmtpOutbox.at(url)


def _default_sender() -> str:
    host = urlsplit(settings.BASE_URL).hostname or ""
    is_name = "." in host and not host.replace(".", "").isdigit()
    return f"Seconder <seconder@{host if is_name else 'seconder.localhost'}>"
