"""The operator's mail server over SMTP (RFC 5321). It knows no keys: what may have gone out is "unknown".

All recipients or none: where the server refuses one of them, nothing is sent.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

from seconder.core.mail.dkim import signed
from seconder.core.mail.message import MailFailed, Receipt, Written
from seconder.core.recipients import DisclosureRefused, Recipient, declare_recipient, disclose

TIMEOUT = 20.0  # seconds for each answer of the server
PORTS = {"smtp": 25, "smtps": 465}
_NO_MAILBOX = re.compile(
    r"5\.1\.(?:[1236]|10)\b"
)  # of RFC 3463; others of 5.1 are about the sender or the moment
_CATEGORIES = ("user.contact.email", "user.name", "user.content.private")


def _is_set() -> bool:
    return urlsplit(settings.EMAIL_URL).scheme in PORTS


RECIPIENT = declare_recipient(
    Recipient(
        id="mail-server",
        name="The mail server that the operator set",
        kind="service provider",
        module="seconder.core.mail.smtp",
        hosts=("*",),
        categories=_CATEGORIES,
        purposes=("service", "service.runs", "service.reviews", "service.notifications", "service.accounts"),
        enabled=_is_set,
        reaches=lambda: (urlsplit(settings.EMAIL_URL).hostname or "localhost",) if _is_set() else (),
    )
)


class _RecipientRefused(smtplib.SMTPResponseException):
    """A reply to RCPT."""


@dataclass(frozen=True)
class SmtpOutbox:
    """`tls`: "implicit" (smtps), "starttls" (required), "auto" (when offered; a password is then sent
    encrypted only, loopback aside) or "none". `sender` is the URL's `from=`."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    sender: str
    takes_key = False

    @classmethod
    def at(cls, url: str) -> SmtpOutbox:
        """From `smtp://user:password@host:587?tls=starttls&from=orders@example.com`."""
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        tls = "implicit" if parts.scheme == "smtps" else asked.get("tls", "auto")
        if tls not in ("implicit", "starttls", "auto", "none"):
            raise MailFailed(f"SECONDER_EMAIL_URL: tls={tls} is not starttls, auto or none.", retryable=False)
        return cls(
            parts.hostname or "localhost",
            parts.port or PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            tls,
            asked.get("from", ""),
        )

    def send(self, message: Written, key: str) -> Receipt:  # noqa: ARG002  a server that takes keys would need it
        try:
            disclose(RECIPIENT.id, _CATEGORIES, host=self.host, to=message.recipients)
        except DisclosureRefused as refused:
            raise MailFailed(refused.detail, retryable=refused.may_change) from refused
        if settings.DKIM_KEY:
            message = signed(message, settings.DKIM_KEY, settings.DKIM_SELECTOR)
        try:
            server = self._greeted()
        except (OSError, smtplib.SMTPException) as error:
            raise _not_sent(error) from error
        with contextlib.closing(server):
            self._hand_over(server, message)
            # Accepted is accepted, whatever becomes of the goodbye.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
        return Receipt(message.message_id, message.recipients)

    def tidy(self) -> None:
        """Nothing is kept here."""

    def _greeted(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            server.ehlo_or_helo_if_needed()
            self._secure(server, context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _secure(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if self.tls == "starttls" or (self.tls == "auto" and server.has_extn("starttls")):
            server.starttls(context=context)
            server.ehlo()
        elif self.tls == "auto" and self.user and not _is_loopback(server):
            raise smtplib.SMTPNotSupportedError(
                "the server offers no encryption and the password would be readable; set tls=none to allow it"
            )

    def _hand_over(self, server: smtplib.SMTP, message: Written) -> None:
        try:
            _expect(server.mail(message.sender), 250)
            for one in message.recipients:
                _expect(server.rcpt(one), 250, 251, refusal=_RecipientRefused)
            server.putcmd("DATA")
            _expect(server.getreply(), 354)
            server.send(_dotted(message))
        except (OSError, smtplib.SMTPException) as error:
            raise _not_sent(error) from error
        try:
            # From this line on the server may have taken it.
            server.send(b".\r\n")
            reply = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise MailFailed(
                "The mail server went away before it said whether it took the message.",
                retryable=False,
                happened="unknown",
            ) from error
        try:
            _expect(reply, 250)
        except smtplib.SMTPResponseException as error:
            raise _not_sent(error) from error


def _dotted(message: Written) -> bytes:
    """With a dot doubled at the beginning of a line, so that none ends the message early."""
    lines = message.content.removesuffix(b"\r\n").split(b"\r\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


def _expect(
    reply: tuple[int, bytes],
    *codes: int,
    refusal: type[smtplib.SMTPResponseException] = smtplib.SMTPResponseException,
) -> None:
    if reply[0] not in codes:
        raise refusal(*reply)


def _not_sent(error: OSError | smtplib.SMTPException) -> MailFailed:
    """A reply of 5xx stays as it is; 4xx and a lost connection may be different next time."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = (
            error.smtp_error
            if isinstance(error.smtp_error, str)
            else error.smtp_error.decode(errors="replace")
        )
        return MailFailed(
            f"The mail server refused the message: {error.smtp_code} {said[:200]}",
            retryable=400 <= error.smtp_code < 500,
            bounced=isinstance(error, _RecipientRefused)
            and error.smtp_code >= 500
            and _NO_MAILBOX.match(said) is not None,
        )
    fixed = isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError)
    return MailFailed(
        f"The mail server cannot be used: {error or type(error).__name__}.", retryable=not fixed
    )


def _is_loopback(server: smtplib.SMTP) -> bool:
    peer = server.sock.getpeername()[0] if isinstance(server.sock, socket.socket) else ""
    return peer.startswith("127.") or peer == "::1"
