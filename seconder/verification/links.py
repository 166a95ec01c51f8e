"""The link by which a mail lets one person answer one review of low risk without signing in: signed, used up by its
answer, and good until the review is due or FORTNIGHT has passed. Nothing is stored before it is used.

It signs nobody in. Who opens it looks; only the button answers, through the one judge, as signed in by "link".
"""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from django.db import transaction
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor, seat_of
from seconder.accounts.models import Person
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.refusals import Refusal
from seconder.verification.forms import DecisionForm
from seconder.verification.models import Review
from seconder.verification.models.link_use import LinkUse

FORTNIGHT = timedelta(days=14)
PLACE = "/answer/"
_BODY, _MARK = 40, 32  # bytes: two ids and a time; the signature over them


class LinkOver(Refusal):
    status, type, title = 410, "link-over", "This link cannot be used"


@dataclass(frozen=True)
class Opened:
    """Whose link it is and to what; `is_used`: it answered already."""

    review: Review
    actor: Actor
    is_used: bool


def address(review: Review, person_id: uuid.UUID) -> str:
    """The link's address on this site; "" where the review is not answered by one. The same each time it is asked for,
    so that a mail put together again after a crash is the same mail."""
    until = _until(review)
    if review.risk != "low" or until <= now():
        return ""
    return f"{PLACE}{token_of(review.pk, person_id, until)}/"


def token_of(review_id: uuid.UUID, person_id: uuid.UUID, until: datetime) -> str:
    body = review_id.bytes + person_id.bytes + int(until.timestamp()).to_bytes(8, "big")
    return base64.urlsafe_b64encode(body + _mark(body)).decode().rstrip("=")


def find(token: str) -> Opened:
    """Only looks. Raises LinkOver for what is no link, is too old, or belongs to nobody who is still there."""
    review_id, person_id, until = _read(token)
    with scopes_disabled():
        review = Review.objects.filter(pk=review_id).select_related("organization").first()
        person = Person.objects.filter(pk=person_id, is_active=True).first()
        seat = seat_of(person, review.organization) if review and person else None
        used = LinkUse.objects.filter(review=review_id, person_id=person_id).exists()
    if until <= now():
        raise LinkOver("Its time is over. Sign in to see what became of the review.")
    if review is None or seat is None:
        raise LinkOver("What it leads to is not there any more, or is not yours to see any more.")
    return Opened(review, Actor.of_seat(seat, "mail", "link"), used)


def answer(opened: Opened, form: DecisionForm) -> None:
    """Decides, and uses the link up: both or neither. Raises the Refusal that stands against it."""
    with transaction.atomic():
        _, is_new = LinkUse.objects.get_or_create(review=opened.review, person_id=opened.actor.person.pk)
        if not is_new:
            raise LinkOver("It was used before, and works once. Sign in to see what became of the review.")
        form.give(opened.review, opened.actor)


def _until(review: Review) -> datetime:
    return min(review.due_at, review.opened_at + FORTNIGHT)


def _mark(body: bytes) -> bytes:
    return bytes.fromhex(keyed_hash(body.hex(), "review-link"))


def _read(token: str) -> tuple[uuid.UUID, uuid.UUID, datetime]:
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        whole = b""  # no link of ours: said below
    body, mark = whole[:_BODY], whole[_BODY:]
    if len(whole) != _BODY + _MARK or not compare_digest(mark, _mark(body)):
        raise LinkOver("The address is not whole. Open it again from the mail, or sign in.")
    until = datetime.fromtimestamp(int.from_bytes(body[32:], "big"), UTC)
    return uuid.UUID(bytes=body[:16]), uuid.UUID(bytes=body[16:32]), until
