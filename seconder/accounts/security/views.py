from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from seconder.accounts.gate import Asked, AskedBySelf
from seconder.accounts.models import SecurityEvent
from seconder.accounts.models.security_event import SecurityEventQuerySet
from seconder.accounts.organizations.places import SETTINGS, tabs
from seconder.accounts.own import own_pages
from seconder.accounts.security import pages
from seconder.core.calls import PageQuery, page
from seconder.core.doors import SELF, door
from seconder.ui.fields import Field

SIZE = 50
RECENT = 10  # on a page that is about something else


@door("security.read")
@require_safe
def security(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """`?person=`, `?group=`, `?days=` choose; `?cursor=` goes on."""
    chosen = _filter(request.GET)
    events = chosen.of(pages.visible(request.actor))
    shown = {
        **_page(request, events),
        "signs": pages.standing_out(request.actor),
        "choices": _choices(chosen, pages.members(request.actor)),
        "is_filtered": chosen != pages.Filter(),
        "tabs": tabs(request.actor, SETTINGS, request.path),
    }
    return render(request, "accounts/security.html", shown)


@door(SELF)
@require_safe
def own_security(request: AskedBySelf) -> HttpResponse:
    """What happened to one's own account. `?part=recent`: the latest, to stand on another page."""
    mine = SecurityEvent.objects.filter(person=request.person)
    if request.GET.get("part") == "recent":
        found = {
            "lines": pages.lines(mine.order_by("-id")[:RECENT]),
            "all_url": reverse("accounts:own-security"),
        }
        return render(request, "accounts/own_security.html#recent", found)
    shown = {**_page(request, mine), "own_pages": own_pages(request.path)}
    return render(request, "accounts/own_security.html", shown)


def _page(request: HttpRequest, events: SecurityEventQuerySet) -> dict[str, object]:
    asked = PageQuery(limit=SIZE, cursor=request.GET.get("cursor") or None)
    rows, following = page(events, asked)
    rest = {name: value for name, value in request.GET.items() if name != "cursor"}
    return {
        "lines": pages.lines(rows),
        "next_url": f"?{urlencode({**rest, 'cursor': following})}" if following else None,
    }


def _filter(asked: QueryDict) -> pages.Filter:
    try:
        person = str(uuid.UUID(asked.get("person", ""))) if asked.get("person") else ""
    except ValueError:
        person = ""
    days, group = asked.get("days", ""), asked.get("group", "")
    return pages.Filter(
        person, group if group in pages.GROUPS else "", days if days in pages.PERIODS else "30"
    )


def _choices(chosen: pages.Filter, people: list[tuple[str, str]]) -> list[Field]:
    groups = [("all", "Anything"), *((name, label) for name, (label, _) in pages.GROUPS.items())]
    everybody = [("all", "Everybody"), *people]
    return [
        Field("person", "Who", "choice", chosen.person or "all", required=True, options=everybody),
        Field("group", "What", "choice", chosen.group or "all", required=True, options=groups),
        Field("days", "When", "choice", chosen.days, required=True, options=list(pages.PERIODS.items())),
    ]
