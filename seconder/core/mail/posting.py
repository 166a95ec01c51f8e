"""Sending a message of the product's own: not to an address that is left alone, and with a line in the log."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace

from django.conf import settings
from django.db.models import F

from seconder.core import mail
from seconder.core.clock import now
from seconder.core.mail.kinds import MAIL_KINDS
from seconder.core.mail.message import Mail, MailFailed, address
from seconder.core.mail.suppressing import hash_of, stands_against, suppress
from seconder.core.models import Delivery
from seconder.core.recipients import concerning

FOOT = "What becomes of your data: {site}/privacy/"  # at the end of each


def post(
    message: Mail,
    key: str,
    *,
    person_id: uuid.UUID | None,
    organizations: Collection[uuid.UUID] = (),
    asked_for: bool = False,
) -> None:
    """To its one reader. Once it is sent or suppressed there is nothing left to do. Raises MailFailed, as `mail.send`
    does. `asked_for`: its reader asks for it just now, and so it goes to a suppressed address too."""
    (to,) = message.to
    kind, hashed = MAIL_KINDS[message.kind], hash_of(address(to).addr_spec)
    row, _ = Delivery.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind.name,
            "person_id": person_id,
            "organizations": sorted(str(one) for one in organizations),
            "address_hash": hashed,
        },
    )
    if not asked_for and stands_against(hashed, kind):
        return _note(row, "suppressed")
    try:
        with concerning(
            organization_ids=tuple(organizations), person_id=person_id, reference=f"mail:{kind.name}"
        ):
            receipt = mail.send(_with_foot(message), key)
    except MailFailed as error:
        _note(row, _state(error))
        if error.bounced:
            suppress(hashed, "bounced", now())
        raise
    return _note(row, "sent", receipt.message_id)


def _with_foot(message: Mail) -> Mail:
    return replace(message, text=f"{message.text.rstrip()}\n\n{FOOT.format(site=settings.BASE_URL)}\n")


def withdraw(key: str, state: str) -> None:
    """What waited to be tried again is not: it `failed` for good, or is `withdrawn`, as nobody needs it any more.
    `key`: of one sending, or what the keys of several begin with."""
    waiting = Delivery.objects.filter(key__startswith=key, state="queued")
    waiting.update(state=state, changed_at=now())


def _state(error: MailFailed) -> str:
    if error.bounced:
        return "bounced"
    if error.happened == "unknown" and not mail.takes_key():
        return "unknown"
    return "queued" if error.retryable else "failed"


def _note(row: Delivery, state: str, message_id: str = "") -> None:
    """What is known of it by now stays, where its carrier was faster than we are."""
    Delivery.objects.filter(pk=row.pk, state__in=("queued", "unknown", "failed", "withdrawn")).update(
        state=state, message_id=message_id, attempts=F("attempts") + 1, changed_at=now()
    )
