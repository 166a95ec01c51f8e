from __future__ import annotations

import uuid
from datetime import datetime
from typing import TypedDict

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from seconder.accounts.actor import Actor
from seconder.core.clock import now
from seconder.core.doors import door
from seconder.core.refusals import Invalid
from seconder.events.news import Mention, News
from seconder.notifications.models import Notification, NotificationQuerySet
from seconder.notifications.topics import news

PAGE = 50


class Asked(HttpRequest):
    """A request that came through a door."""

    actor: Actor


class Told(TypedDict):
    url: str
    text: str
    at: datetime
    unread: bool
    by: str
    icon: str


@door("notifications.read")
@require_safe
def notification_list(request: Asked, organization: str) -> HttpResponse:
    """What the reader was told, the latest first. `?before=` takes the id of the last one seen."""
    mine = _mine(request)
    here = reverse("notifications:list", args=[organization])
    rows, more = _page(mine, request.GET.get("before", ""))
    shown = {
        "notifications": _told(rows, organization),
        "unread_count": mine.unread().count(),
        "read_url": reverse("notifications:readings", args=[organization]),
        "next_url": f"{here}?before={rows[-1].event_id}" if more else None,
        "fragment_url": request.get_full_path(),
    }
    fragment = "#list" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"notifications/list.html{fragment}", shown)


@door("notifications.read")
@require_safe
def unread_count(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """The number for the rail; nothing when there is none."""
    return HttpResponse(str(_mine(request).unread().count() or ""))


@door("notifications.read")
@require_POST
def reading_create(request: Asked, organization: str) -> HttpResponse:
    """Marks as read: those whose `event` is given, or all."""
    unread = _mine(request).unread()
    if given := request.POST.getlist("event"):
        unread = unread.filter(event_id__in=[_id(one) for one in given])
    unread.update(read_at=now())
    return HttpResponseRedirect(reverse("notifications:list", args=[organization]))


def _mine(request: Asked) -> NotificationQuerySet:
    return Notification.objects.visible_to(request.actor)


def _page(mine: NotificationQuerySet, before: str) -> tuple[list[Notification], bool]:
    """One page, and whether there are older ones. Ids of events grow with time."""
    if before:
        mine = mine.filter(event_id__lt=_id(before))
    rows = list(mine.order_by("-event_id")[: PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Invalid("This is not the id of a notification.") from error


def _told(rows: list[Notification], organization: str) -> list[Told]:
    """What is gone meanwhile is left out."""
    mentions = [Mention(row.name, row.subject_id, row.person_id) for row in rows]
    known = news(mentions)
    pairs = zip(rows, mentions, strict=True)
    return [_line(row, known[mention], organization) for row, mention in pairs if mention in known]


def _line(row: Notification, item: News, organization: str) -> Told:
    return Told(
        url=f"/{organization}/{item.path}",
        text=item.text,
        at=row.at,
        unread=row.read_at is None,
        by="",
        icon=item.icon,
    )
