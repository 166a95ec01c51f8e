"""What the pages of invitations show: plain values for the templates, each asked for once."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.accounts.invitations.lists import lines_of
from seconder.accounts.models import Invitation, InvitationList
from seconder.accounts.organizations.places import PEOPLE, tabs
from seconder.core.calls import PageQuery, page
from seconder.core.clock import now

PAGE, LINES, LISTS = 50, 200, 5
STATES = {
    "": "All",
    "invited": "Waiting",
    "accepted": "Accepted",
    "expired": "Ended",
    "canceled": "Canceled",
}
Context = dict[str, Any]  # Any: what the template names at its top


def in_state(state: str) -> Q:
    """Of those that are neither accepted nor canceled time decides."""
    if state == "accepted":
        return Q(accepted_at__isnull=False)
    if state == "canceled":
        return Q(canceled_at__isnull=False)
    unended = Q(accepted_at=None, canceled_at=None)
    return unended & (Q(expires_at__gt=now()) if state == "invited" else Q(expires_at__lte=now()))


def list_page(actor: Actor, asked: dict[str, str], path: str) -> Context:
    slug, state = actor.organization.slug, asked.get("state", "")
    here = reverse("accounts:invitations", args=[slug])
    rows = Invitation.objects.visible_to(actor).select_related("by", "custom_role").prefetch_related("teams")
    if state in STATES and state:
        rows = rows.filter(in_state(state))
    kept, following = page(rows, PageQuery(limit=PAGE, cursor=asked.get("after") or None))
    latest = InvitationList.objects.visible_to(actor).defer("lines").order_by("-pk")[:LISTS]
    return {
        "tabs": tabs(actor, PEOPLE, path),
        "states": [
            {"label": label, "url": f"{here}?state={name}" if name else here, "here": name == state}
            for name, label in STATES.items()
        ],
        "invitations": [_line(actor, one) for one in kept],
        "lists": [
            {"url": reverse("accounts:invitation-list", args=[slug, one.pk]), "one": one} for one in latest
        ],
        "next_url": f"{here}?{urlencode({'state': state, 'after': following})}" if following else None,
        "new_url": reverse("accounts:invitation-new", args=[slug]),
        "many_url": reverse("accounts:invitation-list-new", args=[slug]),
    }


def _line(actor: Actor, one: Invitation) -> Context:
    slug = actor.organization.slug
    is_pending = one.state in ("invited", "expired") and can(actor, "people.manage", one)
    return {
        "email": one.email,
        "state": one.state,
        "role": one.custom_role.title if one.custom_role else one.role.capitalize(),
        "teams": [str(team) for team in one.teams.all()],
        "by": one.by.name,
        "sent_at": one.sent_at,
        "expires_at": one.expires_at if one.state == "invited" else None,
        "letter_url": reverse("accounts:invitation-letters", args=[slug, one.pk]) if is_pending else None,
        "cancel_url": reverse("accounts:invitation-cancellation", args=[slug, one.pk])
        if is_pending
        else None,
        "id": str(one.pk),
    }


def table_page(actor: Actor, one: InvitationList, asked: dict[str, str], here: str) -> Context:
    lines = lines_of(one)
    counts = Counter(line.outcome for line in lines)
    only = asked.get("only", "")
    after = int(asked["after"]) if asked.get("after", "").isdecimal() else 0
    wanted = [line for line in lines if line.line > after and (not only or line.outcome == only)]
    slug = actor.organization.slug
    there = reverse("accounts:invitation-list", args=[slug, one.pk])
    more = wanted[LINES - 1].line if len(wanted) > LINES else None
    return {
        "list": one,
        "is_done": one.status == "succeeded",
        "lines": wanted[:LINES],
        "counts": {"invited": counts["invited"], "refused": counts["refused"]},
        "tabs": [
            {
                "label": label,
                "url": f"{there}?only={name}" if name else there,
                "here": name == only,
                "count": count,
            }
            for name, label, count in (
                ("", "All lines", one.total),
                ("invited", "Invited", counts["invited"]),
                ("refused", "Not invited", counts["refused"]),
            )
        ],
        "report_url": reverse("accounts:invitation-list-report", args=[slug, one.pk]),
        "next_url": f"{there}?{urlencode({'only': only, 'after': more})}" if more else None,
        "fragment_url": here,
    }
