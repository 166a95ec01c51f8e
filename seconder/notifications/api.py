"""The API's routes about how one hears."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.gate import Asked
from seconder.core import calls
from seconder.core.doors import door
from seconder.core.json import Object
from seconder.notifications.kinds import KINDS, Way
from seconder.notifications.models import Preferences
from seconder.notifications.preferring import Chosen, choose

router = Router(tags=["notifications"])
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: list[Day] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class KindOut(Schema):
    kind: str
    label: str
    way: Way


class PreferencesOut(Schema):
    """Of the caller, in every organization; hours and days in the time zone of the person. Quiet hours null: never."""

    kinds: list[KindOut]
    digest_hour: int
    digest_days: list[Day]
    quiet_from: int | None
    quiet_until: int | None
    timezone: str


class PreferencesIn(calls.Fields):
    """What is left out stays. `ways` map kinds to ways. Quiet hours are given both; both null end them."""

    ways: dict[str, Way] = {}
    digest_hour: int | None = None
    digest_days: list[Day] | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None


@router.get(
    "/notification-preferences", response=PreferencesOut, summary="What the caller hears by mail, and when"
)
@door("notifications.own")
def notification_preferences(request: Asked) -> HttpResponse:
    return calls.answer(_out(Preferences.of(request.person)))


@router.patch(
    "/notification-preferences",
    response=PreferencesOut,
    summary="Choose what one hears by mail, and when",
    openapi_extra=calls.takes(PreferencesIn),
)
@door("notifications.own")
def notification_preferences_change(request: Asked) -> HttpResponse:
    given = calls.body(request, PreferencesIn)
    days = given.digest_days
    chosen = Chosen(
        ways=given.ways,
        digest_hour=given.digest_hour,
        digest_days=None if days is None else [DAYS.index(day) for day in days],
        quiet=_quiet(given),
    )
    return calls.answer(_out(choose(request.person, chosen)))


def _quiet(given: PreferencesIn) -> list[int] | None:
    if not given.model_fields_set & {"quiet_from", "quiet_until"}:
        return None
    return [hour for hour in (given.quiet_from, given.quiet_until) if hour is not None]


def _out(kept: Preferences) -> Object:
    return {
        "kinds": [{"kind": kind.name, "label": kind.label, "way": kept.way(kind)} for kind in KINDS.values()],
        "digest_hour": kept.digest_hour,
        "digest_days": [DAYS[day] for day in kept.digest_days],
        "quiet_from": kept.quiet_from,
        "quiet_until": kept.quiet_until,
        "timezone": kept.person.timezone,
    }
