"""The inbox: which reviews stand in which tab, in which order, page by page."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, Value, When

from seconder.accounts.actor import Actor, can
from seconder.core.refusals import Invalid
from seconder.verification.models import Review
from seconder.verification.models.review import ReviewQuerySet

PAGE = 30


def mine(actor: Actor) -> ReviewQuerySet:
    """What waits for this actor's decision."""
    visible = Review.objects.visible_to(actor)
    return visible.decidable_by(actor) if can(actor, "reviews.decide") else visible.none()


def others(actor: Actor) -> ReviewQuerySet:
    """What is open, and waits for somebody else."""
    open_ones = Review.objects.visible_to(actor).filter(status="open")
    return open_ones.exclude(pk__in=mine(actor).values("pk"))


def closed(actor: Actor) -> ReviewQuerySet:
    return Review.objects.visible_to(actor).exclude(status="open")


@dataclass(frozen=True)
class Tab:
    """`urgent`: high risk first, then what is due first; otherwise what closed last stands first."""

    name: str
    label: str
    rows: Callable[[Actor], ReviewQuerySet]
    urgent: bool = True


TABS = {
    tab.name: tab
    for tab in (
        Tab("mine", "Waiting for you", mine),
        Tab("others", "Waiting for others", others),
        Tab("decided", "Decided", closed, urgent=False),
    )
}


def page(actor: Actor, tab: Tab, cursor: str = "", size: int = PAGE) -> tuple[list[Review], str | None]:
    """The reviews of one page, and the cursor of the next. One query."""
    rows = tab.rows(actor)
    rows = _urgent(rows, cursor) if tab.urgent else _latest(rows, cursor)
    found = list(rows[: size + 1])
    kept = found[:size]
    return kept, _cursor(kept[-1], tab) if len(found) > size else None


_RANK = Case(When(risk="high", then=Value(0)), default=Value(1), output_field=IntegerField())


def _urgent(rows: ReviewQuerySet, cursor: str) -> ReviewQuerySet:
    if cursor:
        rank, at, pk = _position(cursor)
        later = Q(due_at__gt=at) | Q(due_at=at, pk__gt=pk)
        high = Q(risk="high")
        rows = rows.filter(~high & later if rank else ~high | (high & later))
    return rows.order_by(_RANK, "due_at", "pk")


def _latest(rows: ReviewQuerySet, cursor: str) -> ReviewQuerySet:
    if cursor:
        _, at, pk = _position(cursor)
        rows = rows.filter(Q(closed_at__lt=at) | Q(closed_at=at, pk__lt=pk))
    return rows.order_by("-closed_at", "-pk")


def _cursor(review: Review, tab: Tab) -> str:
    rank = 0 if review.risk == "high" else 1
    at = review.due_at if tab.urgent else review.closed_at or review.due_at
    return base64.urlsafe_b64encode(f"{rank} {at.isoformat()} {review.pk}".encode()).decode()


def _position(cursor: str) -> tuple[int, datetime, uuid.UUID]:
    try:
        rank, at, pk = base64.urlsafe_b64decode(cursor).decode().split()
        return ("0", "1").index(rank), datetime.fromisoformat(at), uuid.UUID(pk)
    except (ValueError, binascii.Error):
        raise Invalid("This is no page of the inbox. Open the inbox from its start.") from None
