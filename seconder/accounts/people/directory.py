"""Who is here: found by name or address, role, team and state; page by page, however many there are."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q
from django.db.models.functions import Lower

from seconder.accounts.actor import Actor
from seconder.accounts.models import Membership, Team
from seconder.accounts.models.membership import MembershipQuerySet
from seconder.accounts.roles import MATRIX
from seconder.core.clock import now
from seconder.core.refusals import Invalid

PAGE = 50
STATES = {"active": True, "suspended": False}


@dataclass(frozen=True)
class Wanted:
    """What is looked for; "" leaves it open. `text`: a part of the name or address."""

    text: str = ""
    role: str = ""
    team: str = ""
    state: str = ""


def found(actor: Actor, wanted: Wanted) -> MembershipQuerySet:
    rows = Membership.objects.visible_to(actor).select_related("person", "custom_role")
    if text := wanted.text.replace("\x00", "").strip():
        rows = rows.filter(named(text))
    if role := wanted.role.replace("\x00", ""):
        rows = rows.filter(Q(role=role) if role in MATRIX else Q(custom_role__name=role))
    if team := wanted.team.replace("\x00", ""):
        rows = rows.filter(teams__name=team)
    if wanted.state in STATES:
        rows = rows.filter(is_active=STATES[wanted.state])
    return rows


def named(text: str) -> Q:
    """Of a seat: that a part of the person's name or address is as in `text`, whatever the case."""
    return Q(person__name__icontains=text) | Q(person__email__icontains=text)


def page(rows: MembershipQuerySet, cursor: str = "", size: int = PAGE) -> tuple[list[Membership], str | None]:
    """By name, with their teams; two queries. And the cursor of the next page."""
    rows = rows.annotate(called=Lower("person__name"))
    if cursor:
        called, pk = _position(cursor)
        after = Q(called__gt=called) | Q(called=called, pk__gt=pk)
        rows = rows.filter(after)
    teams = Prefetch("teams", Team.objects.order_by("name"))
    kept = list(rows.order_by("called", "pk").prefetch_related(teams)[: size + 1])  # type: ignore[misc]  # annotated just above
    following = kept[size - 1] if len(kept) > size else None
    return kept[:size], _cursor(following) if following else None


def _cursor(seat: Membership) -> str:
    called: str = seat.called  # type: ignore[attr-defined]  # as the database folds it
    return base64.urlsafe_b64encode(f"{seat.pk} {called}".encode()).decode()


def _position(cursor: str) -> tuple[str, uuid.UUID]:
    try:
        pk, _, called = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        return called.replace("\x00", ""), uuid.UUID(pk)
    except (ValueError, binascii.Error):
        raise Invalid("This is no page of the people here. Open the list from its start.") from None


def seen(on: date | None) -> str:
    """When somebody was last here, no finer than one needs to see that a seat is not used."""
    if on is None:
        return "Not seen yet"
    past = now().date() - on
    if past < timedelta(days=1):
        return "Here today"
    spans = ((7, "week"), (31, "month"), (92, "3 months"))
    span = next((words for days, words in spans if past <= timedelta(days=days)), "")
    return f"Here in the last {span}" if span else "Not here for 3 months"
