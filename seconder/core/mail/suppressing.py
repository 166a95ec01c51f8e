"""Which addresses are not written to. Only messages of the product's own ask: what agents and people write and have
approved (`email.send`) goes out as it was decided."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Literal

from seconder.core.encryption import keyed_hash
from seconder.core.mail.kinds import MailKind
from seconder.core.models import Suppression

Reason = Literal["bounced", "complained"]


def hash_of(address: str) -> str:
    """One for each mailbox: a domain of other letters counts as it stands in the DNS, however it is written here."""
    local, _, domain = address.strip().lower().rpartition("@")
    with contextlib.suppress(UnicodeError):  # what is no domain, and comes from outside, has a hash as it is
        domain = domain.encode("idna").decode("ascii")
    return keyed_hash(f"{local}@{domain}", "mail-address")


def found(address: str) -> Suppression | None:
    return Suppression.objects.filter(pk=hash_of(address)).first()


def stands_against(address_hash: str, kind: MailKind) -> bool:
    reason = Suppression.objects.filter(pk=address_hash).values_list("reason", flat=True).first()
    return reason == "bounced" or (reason == "complained" and not kind.is_transactional)


def suppress(address_hash: str, reason: Reason, at: datetime) -> None:
    """Again, it changes nothing, except that a bounce goes before a complaint: it stops more."""
    row, is_new = Suppression.objects.get_or_create(pk=address_hash, defaults={"reason": reason, "at": at})
    if not is_new and reason == "bounced" and row.reason != reason:
        Suppression.objects.filter(pk=address_hash).update(reason=reason, at=at)


def lift(address_hash: str, *reasons: Reason) -> bool:
    """Writes to it again from now on; False where none of these reasons stood against it."""
    return bool(Suppression.objects.filter(pk=address_hash, reason__in=reasons).delete()[0])
