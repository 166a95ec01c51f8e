"""A mail provider by its HTTP API, with the clients of django-anymail: Postmark and Mailgun. Neither takes a key that
would make sending idempotent, so what may have gone out is "unknown", as with SMTP.

What they say: https://postmarkapp.com/developer/api/overview, https://documentation.mailgun.com/docs/mailgun/api-reference
"""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

from seconder.core.mail.message import MailFailed, Receipt, Written
from seconder.core.recipients import DisclosureRefused, Recipient, declare_recipient, disclose

TIMEOUT = 20.0  # seconds
SCHEMES = ("postmark", "mailgun")
_CATEGORIES = ("user.contact.email", "user.name", "user.content.private")
_OWN = {"from", "to", "cc", "subject", "content-type", "content-transfer-encoding", "mime-version", "date"}

_ENTITIES = {"postmark": "AC PM, LLC (Postmark)", "mailgun": "Mailgun Technologies, Inc."}


def _set() -> str:
    """Which of them the settings name; "" for none."""
    scheme = urlsplit(settings.EMAIL_URL).scheme
    return scheme if scheme in SCHEMES else ""


RECIPIENT = declare_recipient(
    Recipient(
        id="mail-provider",
        name="Postmark or Mailgun, whichever the operator set",
        kind="service provider",
        module="seconder.core.mail.providers",
        hosts=("*",),
        categories=_CATEGORIES,
        purposes=("service", "service.runs", "service.reviews", "service.notifications", "service.accounts"),
        entity=_ENTITIES.get(_set(), ""),
        countries=("US",),
        enabled=lambda: bool(_set()),
        reaches=lambda: (urlsplit(settings.EMAIL_URL).hostname or "",) if _set() else (),
    )
)


@dataclass(frozen=True)
class ProviderOutbox:
    """`place`: of Postmark the message stream, of Mailgun the domain that sends."""

    provider: str
    key: str
    api: str
    place: str
    sender: str
    takes_key = False

    @classmethod
    def at(cls, url: str) -> ProviderOutbox:
        """From `postmark://TOKEN@api.postmarkapp.com/outbound` or `mailgun://KEY@api.eu.mailgun.net/mg.example.com`."""
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        scheme = "http" if asked.get("tls") == "none" else "https"
        host = parts.netloc.rpartition("@")[2]
        version = "v3/" if parts.scheme == "mailgun" else ""
        return cls(
            parts.scheme,
            unquote(parts.username or ""),
            f"{scheme}://{host}/{version}",
            unquote(parts.path.strip("/")),
            asked.get("from", ""),
        )

    def send(self, message: Written, key: str) -> Receipt:  # noqa: ARG002  a provider that takes keys would need it
        try:
            disclose(RECIPIENT.id, _CATEGORIES, host=urlsplit(self.api).hostname or "", to=message.recipients)
        except DisclosureRefused as refused:
            raise MailFailed(refused.detail, retryable=refused.may_change) from refused
        from anymail.exceptions import AnymailError

        made = _django(message)
        if self.provider == "postmark":
            made.extra_headers["X-PM-KeepID"] = "true"  # it would give it another Message-ID
        made.track_opens = made.track_clicks = (
            False  # nothing tells who reads, and no link leads through them
        )
        try:
            self._backend().send_messages([made])
        except AnymailError as error:
            raise _failed(error) from error
        status = made.anymail_status
        took = tuple(to for to, each in status.recipients.items() if each.status in ("sent", "queued"))
        return Receipt(status.message_id or message.message_id, took)

    def tidy(self) -> None:
        """Nothing is kept here."""

    def _backend(self) -> Any:  # Any: the library is untyped
        common = {"api_url": self.api, "timeout": TIMEOUT, "fail_silently": False}
        if self.provider == "mailgun":
            from anymail.backends import mailgun

            return mailgun.EmailBackend(api_key=self.key, sender_domain=self.place, **common)
        from anymail.backends import postmark

        return postmark.EmailBackend(server_token=self.key, message_stream=self.place or None, **common)


def _django(message: Written) -> Any:  # Any: anymail reads attributes that Django's class does not have
    """The composed message as the client takes it: what goes out is what was composed."""
    from django.core.mail import EmailMessage as Outgoing

    read = message_from_bytes(message.content, policy=default)
    assert isinstance(read, EmailMessage)  # by the policy
    headers = {name: str(value) for name, value in read.items() if name.lower() not in _OWN}
    return Outgoing(
        subject=str(read["Subject"]),
        body=str(read.get_content()).replace("\r\n", "\n"),
        from_email=str(read["From"]),
        to=[str(one) for one in read["To"].addresses],
        cc=[str(one) for one in read["Cc"].addresses] if read["Cc"] else [],
        headers=headers,
    )


def _failed(error: Any) -> MailFailed:  # Any: an exception of anymail, which is untyped
    """What the provider refuses stays so; too many at once, or no connection, may be different next time. An answer
    that did not come, cannot be read, or is of 5xx, leaves open whether it went out."""
    from anymail.exceptions import AnymailRecipientsRefused

    if isinstance(error, AnymailRecipientsRefused):
        return MailFailed("The mail provider knows that the address is bad.", retryable=False, bounced=True)
    status = getattr(error, "status_code", None)
    if status == 429:
        return MailFailed("The mail provider asks for patience.", retryable=True)
    if status is not None and 300 <= status < 500:
        return MailFailed(f"The mail provider refused the message: {status}.", retryable=False)
    if status is None and _never_reached(error):
        return MailFailed("The mail provider cannot be reached.", retryable=True)
    if status is None and not _is_of_the_way(error):
        return MailFailed(
            f"The mail cannot be given to the provider: {type(error).__name__}.", retryable=False
        )
    return MailFailed(
        "The mail provider did not say whether it took the message.", retryable=False, happened="unknown"
    )


def _is_of_the_way(error: BaseException) -> bool:
    import requests

    return isinstance(error, requests.RequestException)


def _never_reached(error: BaseException) -> bool:
    """No connection came about: found in what led to the error."""
    import requests
    import urllib3

    never = (requests.ConnectTimeout, requests.exceptions.SSLError, urllib3.exceptions.NewConnectionError)
    seen: list[Any] = [error]
    for one in seen:
        if isinstance(one, never):
            return True
        seen += [
            arg
            for arg in (*getattr(one, "args", ()), one.__cause__, getattr(one, "reason", None))
            if isinstance(arg, BaseException) and arg not in seen
        ]
    return False
