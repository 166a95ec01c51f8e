"""A message as we say it and as it goes out (RFC 5322). No value given can add a header or an address."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from seconder.core.clock import now

RECIPIENTS_AT_MOST = 50  # To and Cc together
SUBJECT_LIMIT = 900  # characters; a header line has 998 bytes
TEXT_LIMIT = 2 * 1024 * 1024  # bytes
_OURS = {"to", "cc", "bcc", "from", "sender", "subject", "date", "message-id", "mime-version"}
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_ADDRESS = re.compile(
    r"""(?:"(?P<quoted>[^"\\<>]*)"\s*|(?P<name>[^"\\<>@,;:]*))<(?P<plain>[^<>\s]+)>|(?P<bare>[^<>\s,;"]+)"""
)
_is_address = EmailValidator()


class MailFailed(Exception):
    """`retryable`: trying again, unchanged, may help. `happened`: "no" when the message surely did not go
    out, "unknown" when it may have. The text has no content of the message in it."""

    def __init__(self, detail: str, *, retryable: bool, happened: Literal["no", "unknown"] = "no") -> None:
        super().__init__(detail)
        self.detail = detail
        self.retryable = retryable
        self.happened = happened


@dataclass(frozen=True)
class Mail:
    """`to` and `cc` hold addresses, `a@b.example` or `Name <a@b.example>`; `sender` empty: the installation's
    own; `headers` adds others, such as `Auto-Submitted`."""

    to: tuple[str, ...]
    subject: str
    text: str
    cc: tuple[str, ...] = ()
    sender: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """`accepted` are the bare addresses; `is_repeat` says that this key had been sent before."""

    message_id: str
    accepted: tuple[str, ...]
    is_repeat: bool = False


def compose(mail: Mail, key: str, default_sender: str) -> EmailMessage:
    """The message to send; its Message-ID follows from the key. Raises MailFailed for what cannot be sent."""
    if not 1 <= len(key) <= 500:
        raise _refused("A message needs a key of 1 to 500 characters.")
    made = EmailMessage(policy=SMTP)
    sender = address(mail.sender or default_sender)
    made["From"] = sender
    _address_to(made, mail)
    made["Subject"] = _line("subject", mail.subject, SUBJECT_LIMIT)
    made["Date"] = format_datetime(now())
    made["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.domain}>"
    for name, value in mail.headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in _OURS or name.lower().startswith("content-"):
            raise _refused(f"The header {name[:80]!r} cannot be set.")
        made[name] = _line(name, value, SUBJECT_LIMIT)
    _set_text(made, mail.text)
    return made


def address(given: str) -> Address:
    """One address. Two of them in one text, or a line break, raise MailFailed."""
    found = None if _breaks(given) else _ADDRESS.fullmatch(given.strip())
    if found is None:
        raise _refused(f"{given[:100]!r} is not one e-mail address.")
    plain = found["plain"] or found["bare"]
    try:
        _is_address(plain)
        local, _, domain = plain.rpartition("@")
        name = found["quoted"] or (found["name"] or "").strip()
        return Address(display_name=name, username=local, domain=domain.encode("idna").decode())
    except (ValidationError, ValueError) as error:
        raise _refused(f"{given[:100]!r} is not an e-mail address.") from error


def recipients(made: EmailMessage) -> tuple[str, ...]:
    """The bare addresses that the message goes to, each once."""
    found = [one.addr_spec for name in ("To", "Cc") if made[name] for one in made[name].addresses]
    return tuple(dict.fromkeys(found))


def _address_to(made: EmailMessage, mail: Mail) -> None:
    count = len(mail.to) + len(mail.cc)
    if not mail.to or count > RECIPIENTS_AT_MOST:
        raise _refused(f"A message goes to 1 to {RECIPIENTS_AT_MOST} addresses; this one to {count}.")
    made["To"] = _addresses(mail.to)
    if mail.cc:
        made["Cc"] = _addresses(mail.cc)


def _addresses(given: Iterable[str]) -> tuple[Address, ...]:
    return tuple(address(one) for one in given)


def _line(name: str, value: str, limit: int) -> str:
    if _breaks(value):
        raise _refused(f"The {name} has a line break or another control character in it.")
    if len(value) > limit:
        raise _refused(f"The {name} has {len(value)} characters; {limit} is the most.")
    return value


def _breaks(value: str) -> bool:
    """Also at what only Unicode takes for the end of a line."""
    return bool(_CONTROL.search(value)) or len(value.splitlines()) > 1


def _set_text(made: EmailMessage, text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise _refused("The text has half of a surrogate pair in it.") from error
    if size > TEXT_LIMIT:
        raise _refused(f"The text has {size} bytes; {TEXT_LIMIT} is the most.")
    made.set_content(text, cte="quoted-printable")


def _refused(detail: str) -> MailFailed:
    return MailFailed(detail, retryable=False)
