"""An address to which mail is not sent any more is written to again: by its person, who opens a link that was sent to
it, or by whoever manages people."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import timedelta
from hmac import compare_digest

from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.accounts.identity import letters
from seconder.accounts.models import Membership, Person
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.mail.suppressing import found, hash_of, lift
from seconder.core.models import Suppression
from seconder.core.refusals import Conflict, NotFound
from seconder.events.recording import record

AGAIN = timedelta(hours=1)  # between two links, at least
LASTS = timedelta(days=1)
PLACE = "/account/notifications/address/"
_ID = 16  # bytes of a person, before the signature


@transaction.atomic
def ask(person: Person) -> None:
    """Sends a link to the person's address, though it is suppressed. Raises Conflict."""
    row = Suppression.objects.select_for_update().filter(pk=hash_of(person.email)).first()
    if row is None:
        raise Conflict("Mail to your address is sent; there is nothing to confirm.")
    if row.asked_at and row.asked_at > now() - AGAIN:
        raise Conflict("A link was sent within the last hour. Wait for it, or try again later.")
    row.asked_at = now()
    row.save(update_fields=["asked_at"])
    body = person.pk.bytes + _mark(person, row)
    path = f"{PLACE}{base64.urlsafe_b64encode(body).decode().rstrip('=')}/"
    subject, text = letters.written("account/email/address_again", path=path)
    letters.put_aside(person.email, subject, text, asked_for=True)


def asked(token: str) -> Person:
    """Whose address the link confirms; only looks. Raises NotFound for one that is not whole, was used, or is old."""
    try:
        body = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        person = Person.objects.filter(pk=uuid.UUID(bytes=body[:_ID])).first()
    except (binascii.Error, ValueError):
        person = None  # no link of ours: said below
    row = found(person.email) if person else None
    is_theirs = person and row and compare_digest(body[_ID:], _mark(person, row))
    if not person or not row or not row.asked_at or not is_theirs or row.asked_at < now() - LASTS:
        raise NotFound(
            "This link was used, is too old, or is not whole. In your account you can ask for another."
        )
    return person


def confirm(person: Person) -> None:
    lift(hash_of(person.email), "bounced", "complained")


@transaction.atomic
def resume(actor: Actor, seat: Membership) -> None:
    """By whoever knows that the address is good. What bounces again is suppressed again. That somebody's mail is
    unwanted, nobody else takes back."""
    demand(actor, "people.manage")
    if not lift(hash_of(seat.person.email), "bounced"):
        raise Conflict("No mail to this address came back; there is nothing to lift.")
    record("membership.mail_resumed", seat, actor.by, person=str(seat.person_id))


def _mark(person: Person, row: Suppression) -> bytes:
    """Of one asking: another link, or another address, ends it."""
    asked_at = row.asked_at.isoformat() if row.asked_at else ""
    return bytes.fromhex(keyed_hash(f"{person.pk} {person.email} {asked_at}", "address-again"))
