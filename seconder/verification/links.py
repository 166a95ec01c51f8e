"""The link by which a mail lets one person answer one review of low risk without signing in: signed, used up by its
answer, and good until the review is due or FORTNIGHT has passed. Nothing is stored before it is used.

It signs nobody in. Who opens it looks, as long as the review is theirs to see; only the button answers, through the
one judge, as signed in by "link". It ends with the e-mail address to which it was sent.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from django.db import transaction
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor, can, seat_of
from seconder.accounts.models import Organization, Person
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


def address(review: Review, person: Person) -> str:
    """The address on this site of this person's link; "" where the review is not answered by one. The same each time
    it is asked for, so that a mail put together again after a crash is the same mail."""
    until = _until(review)
    if review.risk != "low" or until <= now():
        return ""
    return f"{PLACE}{token_of(review, person, until)}/"


def token_of(review: Review, person: Person, until: datetime) -> str:
    body = review.pk.bytes + person.pk.bytes + int(until.timestamp()).to_bytes(8, "big")
    return base64.urlsafe_b64encode(body + _mark(body, person)).decode().rstrip("=")


def find(token: str) -> Opened:
    """Only looks. Raises LinkOver for what is no link, is too old, was sent to an address that is not the person's any
    more, or leads to what they may not see or answer by link now."""
    body, mark = _read(token)
    review_id, person_id = uuid.UUID(bytes=body[:16]), uuid.UUID(bytes=body[16:32])
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None or not compare_digest(mark, _mark(body, person)):
        raise LinkOver(
            "The address is not whole, or was sent to where you are not any more. Sign in instead."
        )
    if datetime.fromtimestamp(int.from_bytes(body[32:], "big"), UTC) <= now():
        raise LinkOver("Its time is over. Sign in to see what became of the review.")
    with scopes_disabled():
        organization = Organization.objects.filter(review=review_id).first()
    seat = seat_of(person, organization) if organization else None
    if seat is None:
        raise LinkOver("What it leads to is not there any more, or is not yours to see any more.")
    actor = Actor.of_seat(seat, "mail", "link")
    with scope(organization=actor.organization.pk):
        review = _review(actor, review_id)
        return Opened(review, actor, review.link_uses.filter(person_id=person_id).exists())


def _review(actor: Actor, review_id: uuid.UUID) -> Review:
    review = Review.objects.visible_to(actor).filter(pk=review_id).first()
    if review is None or not can(actor, "reviews.read", review):
        raise LinkOver("What it leads to is not there any more, or is not yours to see any more.")
    if review.risk != "low":
        raise LinkOver("This is answered by who is signed in. Sign in, and open it there.")
    return review


def answer(opened: Opened, form: DecisionForm) -> None:
    """Decides, and uses the link up: both or neither. Raises the Refusal that stands against it."""
    with transaction.atomic():
        _, is_new = LinkUse.objects.get_or_create(review=opened.review, person_id=opened.actor.person.pk)
        if not is_new:
            raise LinkOver("It was used before, and works once. Sign in to see what became of the review.")
        form.give(opened.review, opened.actor)


def _until(review: Review) -> datetime:
    return min(review.due_at, review.opened_at + FORTNIGHT)


def _mark(body: bytes, person: Person) -> bytes:
    """Binds it to the e-mail address as well: who reads the mail of an address that was left answers nothing."""
    return bytes.fromhex(keyed_hash(f"{body.hex()} {person.email}", "review-link"))


def _read(token: str) -> tuple[bytes, bytes]:
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        whole = b""  # no link of ours: said below
    if len(whole) != _BODY + _MARK:
        raise LinkOver("The address is not whole. Open it again from the mail, or sign in.")
    return whole[:_BODY], whole[_BODY:]
