"""A message as we say it and as it goes out (RFC 5322). No value given can add a header or an address."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
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
_LINE = 78  # characters of a line of a header, where there is a blank to fold it at
_LONGEST = 998  # and the most that a line may have (RFC 5322)
_WORD = re.compile(r" +[^ ]+")
_PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?")  # printable ASCII, no blank at either end
_MIME = (
    'Content-Type: text/plain; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "MIME-Version: 1.0\r\n\r\n"
)


class MailFailed(Exception):
    """`retryable`: trying again, unchanged, may help. `happened`: "no" when the message surely did not go
    out, "unknown" when it may have. `bounced`: there is no such mailbox, for good. The text has no content of the
    message in it."""

    def __init__(
        self,
        detail: str,
        *,
        retryable: bool,
        happened: Literal["no", "unknown"] = "no",
        bounced: bool = False,
    ) -> None:
        super().__init__(detail)
        self.bounced = bounced
        self.detail = detail
        self.retryable = retryable
        self.happened = happened


@dataclass(frozen=True)
class Mail:
    """`to` and `cc` hold addresses, `a@b.example` or `Name <a@b.example>`; `sender` empty: the installation's
    own; `headers` adds others, such as `Auto-Submitted`; `kind`: which of the product's own messages it is
    (`core.mail.kinds`), "" for what people and agents write."""

    to: tuple[str, ...]
    subject: str
    text: str
    cc: tuple[str, ...] = ()
    sender: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True)
class Receipt:
    """`accepted` are the bare addresses; `is_repeat` says that this key had been sent before."""

    message_id: str
    accepted: tuple[str, ...]
    is_repeat: bool = False


@dataclass(frozen=True)
class Written:
    """A message as it goes out: `content` is all of it, in ASCII, with CRLF; `sender` and `recipients` are bare
    addresses, the latter each once."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


def compose(mail: Mail, key: str, default_sender: str) -> Written:
    """The message to send; its Message-ID follows from the key. Raises MailFailed for what cannot be sent."""
    if not 1 <= len(key) <= 500:
        raise _refused("A message needs a key of 1 to 500 characters.")
    sender = address(mail.sender or default_sender)
    to, cc = _addresses(mail)
    message_id = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.domain}>"
    heads = [
        _header("From", str(sender)),
        _header("To", ", ".join(map(str, to))),
        _header("Cc", ", ".join(map(str, cc))) if cc else "",
        _header("Subject", _line("subject", mail.subject, SUBJECT_LIMIT)),
        _header("Date", format_datetime(now())),
        _header("Message-ID", message_id),
        *_further(mail.headers),
    ]
    bare = dict.fromkeys(one.addr_spec for one in (*to, *cc))
    content = "".join(heads) + _MIME
    return Written(message_id, sender.addr_spec, tuple(bare), content.encode("ascii") + _body(mail.text))


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


def _addresses(mail: Mail) -> tuple[list[Address], list[Address]]:
    """To, and Cc."""
    count = len(mail.to) + len(mail.cc)
    if not mail.to or count > RECIPIENTS_AT_MOST:
        raise _refused(f"A message goes to 1 to {RECIPIENTS_AT_MOST} addresses; this one to {count}.")
    return [address(one) for one in mail.to], [address(one) for one in mail.cc]


def _further(headers: Mapping[str, str]) -> Iterable[str]:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in _OURS or name.lower().startswith("content-"):
            raise _refused(f"The header {name[:80]!r} cannot be set.")
        yield _header(name, _line(name, value, SUBJECT_LIMIT))


def _header(name: str, value: str) -> str:
    """What is ASCII is folded here: the library takes sixty times as long, and encodes a long word, such as the address
    in List-Unsubscribe, which nobody finds in it then."""
    words = _WORD.findall(f" {value}")
    if _PLAIN.fullmatch(value) and "=?" not in value and max(map(len, words)) <= _LONGEST:
        return _folded([f"{name}:", *words])
    encoded: str = SMTP.header_factory(name, value).fold(policy=SMTP)
    return encoded


def _folded(words: list[str]) -> str:
    """At blanks only, which stay; a word that is longer than a line stands whole on one of its own."""
    lines = words[:1]
    for word in words[1:]:
        if len(lines[-1]) + len(word) <= _LINE:
            lines[-1] += word
        else:
            lines.append(word)
    return "\r\n".join(lines) + "\r\n"


def _line(name: str, value: str, limit: int) -> str:
    if _breaks(value):
        raise _refused(f"The {name} has a line break or another control character in it.")
    if len(value) > limit:
        raise _refused(f"The {name} has {len(value)} characters; {limit} is the most.")
    return value


def _breaks(value: str) -> bool:
    """Also at what only Unicode takes for the end of a line."""
    return bool(_CONTROL.search(value)) or len(value.splitlines()) > 1


def _body(text: str) -> bytes:
    """Quoted-printable, so that the way there changes nothing, whatever servers it leads through."""
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise _refused("The text has half of a surrogate pair in it.") from error
    if len(raw) > TEXT_LIMIT:
        raise _refused(f"The text has {len(raw)} bytes; {TEXT_LIMIT} is the most.")
    lines = b"".join(line + b"\n" for line in raw.splitlines())
    return binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")


def _refused(detail: str) -> MailFailed:
    return MailFailed(detail, retryable=False)
