"""What a mail provider says of mail that it carried: verified, and as we understand it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.mail.providers import SCHEMES
from seconder.core.mail.suppressing import hash_of
from seconder.core.refusals import Invalid, NotAllowed, NotFound

FRESH = timedelta(days=1)  # the age at most of what Mailgun signed; it tries again for eight hours
What = Literal["delivered", "bounced", "complained"]


class Told(NamedTuple):
    """`id` is the same whenever the same is told; `is_final`: there is no such mailbox."""

    id: str
    what: What
    is_final: bool
    message_id: str
    address_hash: str
    at: datetime


def told(request: HttpRequest) -> list[Told]:
    """Raises NotFound where none is expected, NotAllowed for what is not from the provider, Invalid for what cannot be
    read."""
    provider = urlsplit(settings.EMAIL_URL).scheme
    if provider not in SCHEMES or not settings.EMAIL_WEBHOOK_SECRET:
        raise NotFound("No mail provider tells anything here.")
    from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure

    view = _view(provider)
    try:
        view.run_validators(request)
        once = _signature(request) if provider == "mailgun" else None
        events = view.parse_events(request)
    except AnymailWebhookValidationFailure as unsigned:
        raise NotAllowed("This does not come from the mail provider.") from unsigned
    except (
        AnymailError,
        ImproperlyConfigured,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as malformed:
        raise Invalid("This cannot be read as what the mail provider tells.") from malformed
    found = (_told(provider, event, once) for event in events)
    return [one for one in found if one]


def _view(provider: str) -> Any:  # Any: the library is untyped
    from anymail.webhooks import mailgun, postmark

    secret = settings.EMAIL_WEBHOOK_SECRET
    if provider == "mailgun":
        return mailgun.MailgunTrackingWebhookView(webhook_signing_key=secret, webhook_secret=[])
    return postmark.PostmarkTrackingWebhookView(webhook_secret=secret)


def _signature(request: HttpRequest) -> str:
    """Mailgun signs a time and a word, written one after the other, and not what it tells. So a signature is good for
    one telling, and while it is fresh: also not from a time to come, made of the digits that the word begins with."""
    signed = json.loads(request.body)["signature"]
    if abs(int(now().timestamp()) - int(signed["timestamp"])) > FRESH.total_seconds():
        raise NotAllowed("The mail provider signed this too long ago.")
    return str(signed["signature"])


def _told(provider: str, event: Any, once: str | None) -> Told | None:  # Any: as above
    """None for what we do not keep: that a mail was opened, or waits. `once`: what it is known by, where it must be."""
    what = _what(event.event_type)
    if what is None or not event.recipient:
        return None
    message_id = str(event.message_id or "")
    named = once or f"{provider} {event.event_id or message_id} {event.event_type} {event.recipient}"
    return Told(
        id=keyed_hash(named, "provider-events"),
        what=what,
        is_final=event.reject_reason in ("bounced", "invalid")
        and event.esp_event.get("Type") != "SoftBounce",
        message_id=message_id,
        address_hash=hash_of(str(event.recipient)),
        at=event.timestamp or now(),
    )


def _what(event_type: str) -> What | None:
    kinds: dict[str, What] = {
        "delivered": "delivered", "bounced": "bounced", "rejected": "bounced", "complained": "complained",
    }  # fmt: skip
    return kinds.get(event_type)
