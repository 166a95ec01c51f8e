"""The inbox: which reviews stand in which tab, in which order, page by page."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from seconder.accounts.actor import Actor, can
from seconder.accounts.models import TeamMember
from seconder.core.clock import now
from seconder.core.refusals import Invalid
from seconder.verification.models import Assignment, Decision, Review, Snooze
from seconder.verification.models.review import URGENCY, ReviewQuerySet

PAGE = 30
COUNTED = 999  # beyond that a count says "999+", which is all that anybody wants to know


Parts = list[ReviewQuerySet]  # which together are it; the database finds each in order by an index of its own


def decidable(actor: Actor) -> ReviewQuerySet:
    """What this actor may decide now, put aside or not."""
    rows = Review.objects.all()
    return rows.decidable_by(actor) if can(actor, "reviews.decide") else rows.none()


def mine(actor: Actor) -> ReviewQuerySet:
    """What waits for this actor's decision, and was not put aside."""
    return decidable(actor).exclude(Exists(_snoozed(actor)))


def later(actor: Actor) -> ReviewQuerySet:
    """What waits for this actor's decision, and was put aside."""
    return decidable(actor).filter(Exists(_snoozed(actor)))


def teams(actor: Actor) -> Parts:
    """What is open and asked of anybody with whom this actor shares a team."""
    own = TeamMember.objects.filter(
        membership__person=actor.person, membership__organization=actor.organization
    )
    together = TeamMember.objects.filter(team__in=own.values("team"))
    # Ids rather than a subquery: the database then knows how many reviews are theirs, and where to begin.
    people = list(together.values_list("membership__person", flat=True).distinct())
    asked = Exists(
        Assignment.objects.filter(review=OuterRef("pk"), stage=OuterRef("stage"), person_id__in=people)
    )
    return [part.filter(asked) for part in everything(actor)]


def everything(actor: Actor) -> Parts:
    """What is open and may be seen: for who runs the organization, all of it."""
    return [part.filter(status="open") for part in _visible(actor)]


def closed(actor: Actor) -> Parts:
    return [part.exclude(status="open") for part in _visible(actor)]


def history(actor: Actor) -> Parts:
    """What closed after this actor had a say in it."""
    own = Exists(Decision.objects.filter(review=OuterRef("pk"), person_id=actor.person.pk))
    return [part.filter(own) for part in closed(actor)]


def count(parts: Parts) -> str:
    """In words, "" for none. It looks no further than COUNTED."""
    found = _first(parts, COUNTED + 1).count()
    return "" if not found else str(found) if found <= COUNTED else f"{COUNTED}+"


def _visible(actor: Actor) -> Parts:
    """As `visible_to`, of which the database would look through all."""
    me, rows = actor.person.pk, Review.objects.all()
    return [rows] if actor.sees_all else [rows.filter(by) for by in rows.seen_by(me)]


def _snoozed(actor: Actor):  # type: ignore[no-untyped-def]  # a query of snoozes
    return Snooze.objects.filter(review=OuterRef("pk"), person_id=actor.person.pk, until__gt=now())


def _first(parts: Parts, size: int) -> ReviewQuerySet:
    """So many of each part, in the order that each has."""
    few = [part.values("pk")[:size] for part in parts]
    return few[0].union(*few[1:])  # type: ignore[return-value]  # of ids


@dataclass(frozen=True)
class Tab:
    """`is_urgent`: high risk first, then what is due first; otherwise what closed last stands first."""

    name: str
    label: str
    parts: Callable[[Actor], Parts]
    is_urgent: bool = True


TABS = {
    tab.name: tab
    for tab in (
        Tab("mine", "Waiting for you", lambda actor: [mine(actor)]),
        Tab("teams", "Your teams", teams),
        Tab("all", "All open", everything),
        Tab("later", "Put aside", lambda actor: [later(actor)]),
        Tab("history", "You decided", history, is_urgent=False),
        Tab("decided", "All closed", closed, is_urgent=False),
    )
}


def page(parts: Parts, tab: Tab, cursor: str = "", size: int = PAGE) -> tuple[list[Review], str | None]:
    """The reviews of one page, and the cursor of the next. One query."""
    ordered = _urgent if tab.is_urgent else _latest
    few = [ordered(part, cursor) for part in parts]
    if len(few) > 1:
        few = [ordered(Review.objects.filter(pk__in=_first(few, size + 1)), "")]
    found = list(few[0][: size + 1])
    kept = found[:size]
    return kept, _cursor(kept[-1], tab) if len(found) > size else None


def _urgent(rows: ReviewQuerySet, cursor: str) -> ReviewQuerySet:
    """In the order of the index `review_urgent`, which also leads to where the cursor stands."""
    rows = rows.alias(urgency=URGENCY)
    if cursor:
        rank, at, pk = _position(cursor)
        here = Q(urgency=rank, due_at__gte=at) & (Q(due_at__gt=at) | Q(pk__gt=pk))
        rows = rows.filter(here if rank else here | Q(urgency__gt=rank))
    return rows.order_by("urgency", "due_at", "pk")  # type: ignore[misc]  # named just above


def _latest(rows: ReviewQuerySet, cursor: str) -> ReviewQuerySet:
    if cursor:
        _, at, pk = _position(cursor)
        rows = rows.filter(Q(closed_at__lte=at) & (Q(closed_at__lt=at) | Q(pk__lt=pk)))
    return rows.order_by("-closed_at", "-pk")


def _cursor(review: Review, tab: Tab) -> str:
    rank = 0 if review.risk == "high" else 1
    at = review.due_at if tab.is_urgent else review.closed_at or review.due_at
    return base64.urlsafe_b64encode(f"{rank} {at.isoformat()} {review.pk}".encode()).decode()


def _position(cursor: str) -> tuple[int, datetime, uuid.UUID]:
    try:
        rank, at, pk = base64.urlsafe_b64decode(cursor).decode().split()
        return ("0", "1").index(rank), datetime.fromisoformat(at), uuid.UUID(pk)
    except (ValueError, binascii.Error):
        raise Invalid("This is no page of the inbox. Open the inbox from its start.") from None
