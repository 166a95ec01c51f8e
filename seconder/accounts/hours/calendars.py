"""The calendars of members, as they are now: what each said, or else what is usual in the organization."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django_scopes import scopes_disabled

from seconder.accounts.hours import week
from seconder.accounts.models import DayOff, Holiday, Person, UsualHours
from seconder.accounts.places import UTC, is_zone
from seconder.core.clock import now
from seconder.core.working_time import HORIZON, USUAL, Calendar, Week

_EVE = timedelta(days=2)  # it may still be yesterday somewhere


def calendars(
    organization: uuid.UUID, people: Collection[uuid.UUID], since: datetime
) -> dict[uuid.UUID, Calendar]:
    """For the time from then to the horizon. In four queries, however many they are."""
    days = (since.date() - _EVE, now().date() + HORIZON + _EVE)
    with scopes_disabled():
        usual = UsualHours.objects.filter(organization=organization).first()
        holidays = Holiday.objects.filter(organization=organization, day__range=days)
        closed = frozenset(holidays.values_list("day", flat=True))
    off: dict[uuid.UUID, set[date]] = {}
    for person, day in DayOff.objects.filter(person__in=people, day__range=days).values_list("person", "day"):
        off.setdefault(person, set()).add(day)
    rows = Person.objects.filter(pk__in=people).values_list("pk", "timezone", "hours__week")
    return {
        person: Calendar(
            zone_of(zone, usual, has_own=own is not None),
            week.load(own) if own is not None else usual_week(usual),
            closed.union(off.get(person, ())),
        )
        for person, zone, own in rows
    }


def zone_of(zone: str, usual: UsualHours | None, *, has_own: bool) -> str:
    """UTC is what nobody chose, unless they said their hours by it."""
    if zone == UTC and not has_own and usual and usual.timezone:
        zone = usual.timezone
    return zone if is_zone(zone) else UTC


def usual_week(usual: UsualHours | None) -> Week:
    return week.load(usual.week) if usual else USUAL
