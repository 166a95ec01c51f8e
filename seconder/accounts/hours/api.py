"""The API's routes about when people work."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from seconder.accounts.gate import Asked
from seconder.accounts.hours import ics, keeping
from seconder.accounts.hours import week as weeks
from seconder.accounts.hours.calendars import usual_week, zone_of
from seconder.accounts.models import Holiday, UsualHours, WorkingHours
from seconder.core import calls
from seconder.core.doors import door
from seconder.core.json import JSON, Object
from seconder.core.refusals import Invalid, NotFound
from seconder.core.working_time import Week

router = Router(tags=["working hours"])
Text = Annotated[str, Field(max_length=200)]


class WeekIn(calls.Fields):
    """Of each day, as people write it: `9:00-12:00, 13:00-17:00`. A day that is left out is one without work."""

    monday: Text = ""
    tuesday: Text = ""
    wednesday: Text = ""
    thursday: Text = ""
    friday: Text = ""
    saturday: Text = ""
    sunday: Text = ""


class WeekOut(Schema):
    """As it is given; "" for a day without work."""

    monday: str
    tuesday: str
    wednesday: str
    thursday: str
    friday: str
    saturday: str
    sunday: str


class OwnHoursOut(Schema):
    """Of the caller. `is_own`: the caller said so; otherwise what is usual counts. `days_off` are those to come."""

    week: WeekOut
    timezone: str
    is_own: bool
    days_off: list[str]


class OwnHoursIn(calls.Fields):
    """What is left out stays. `week` null takes back what was said; `days_off` are all of those to come."""

    week: WeekIn | None = None
    days_off: list[str] | None = None


class UsualHoursOut(Schema):
    """`timezone` "": none is said."""

    week: WeekOut
    timezone: str


class UsualHoursIn(calls.Fields):
    week: WeekIn
    timezone: Text = ""


class HolidayOut(Schema):
    day: str
    name: str


class HolidayList(Schema):
    """Those to come."""

    items: list[HolidayOut]


class HolidayIn(calls.Fields):
    name: Text


class ImportOut(Schema):
    """`count` days are holidays by the file; `left_out` says of each other entry why it is none."""

    count: int
    left_out: list[str]


@router.get("/working-hours", response=OwnHoursOut, summary="When the caller works")
@door("hours.own")
def working_hours(request: Asked) -> HttpResponse:
    return calls.answer(_own(request))


@router.patch(
    "/working-hours",
    response=OwnHoursOut,
    summary="Say when one works",
    openapi_extra=calls.takes(OwnHoursIn),
)
@door("hours.own")
def working_hours_change(request: Asked) -> HttpResponse:
    given = calls.body(request, OwnHoursIn)
    with transaction.atomic():
        if "week" in given.model_fields_set:
            keeping.say_hours(request.person, _week(given.week) if given.week else None)
        if given.days_off is not None:
            keeping.set_days_off(request.person, [_day(each) for each in given.days_off])
    return calls.answer(_own(request))


@router.get("/usual-hours", response=UsualHoursOut, summary="The hours of members who said none")
@door("home.read")
def usual_hours(request: Asked) -> HttpResponse:
    return calls.answer(_usual(request))


@router.put(
    "/usual-hours",
    response=UsualHoursOut,
    summary="Say the hours of members who said none",
    openapi_extra=calls.takes(UsualHoursIn),
)
@door("organization.manage")
def usual_hours_change(request: Asked) -> HttpResponse:
    given = calls.body(request, UsualHoursIn)
    keeping.say_usual(request.actor, _week(given.week), given.timezone)
    return calls.answer(_usual(request))


@router.get("/holidays", response=HolidayList, summary="The organization's holidays")
@door("home.read")
def holiday_list(request: Asked) -> HttpResponse:
    return calls.answer({"items": _holidays(request)})


@router.put(
    "/holidays/{day}",
    response=HolidayOut,
    summary="Make a day a holiday, or give it another name",
    openapi_extra=calls.takes(HolidayIn),
)
@door("organization.manage")
def holiday_keep(request: Asked, day: str) -> HttpResponse:
    when = _address(day)
    keeping.keep_holidays(request.actor, {when: calls.body(request, HolidayIn).name})
    row = Holiday.objects.visible_to(request.actor).get(day=when)
    return calls.answer({"day": str(row.day), "name": row.name})


@router.delete("/holidays/{day}", response=HolidayList, summary="Make a holiday a working day again")
@door("organization.manage")
def holiday_end(request: Asked, day: str) -> HttpResponse:
    keeping.drop_holiday(request.actor, _address(day))
    return calls.answer({"items": _holidays(request)})


@router.post(
    "/holidays",
    response=ImportOut,
    summary="Make the whole days of a calendar file (.ics) holidays",
    openapi_extra={
        "requestBody": {"required": True, "content": {"text/calendar": {"schema": {"type": "string"}}}}
    },
)
@door("organization.manage")
def holidays_import(request: Asked) -> HttpResponse:
    try:
        days, left_out = ics.days(calls.raw(request, ics.LARGEST), timezone.localdate())
    except ValueError as fault:
        raise Invalid(str(fault), path="") from None
    return calls.answer(
        {"count": keeping.keep_holidays(request.actor, days), "left_out": list[JSON](left_out)}
    )


def _own(request: Asked) -> Object:
    said = WorkingHours.objects.filter(person=request.person).first()
    usual = UsualHours.objects.visible_to(request.actor).first()
    days = request.person.days_off.filter(day__gte=timezone.localdate()).order_by("day")
    return {
        "week": _shown(weeks.load(said.week) if said else usual_week(usual)),
        "timezone": zone_of(request.person.timezone, usual, has_own=bool(said)),
        "is_own": bool(said),
        "days_off": [str(day) for day in days.values_list("day", flat=True)],
    }


def _usual(request: Asked) -> Object:
    usual = UsualHours.objects.visible_to(request.actor).first()
    return {"week": _shown(usual_week(usual)), "timezone": usual.timezone if usual else ""}


def _holidays(request: Asked) -> list[JSON]:
    rows = Holiday.objects.visible_to(request.actor).filter(day__gte=timezone.localdate()).order_by("day")
    return [{"day": str(row.day), "name": row.name} for row in rows]


def _shown(week: Week) -> Object:
    return {name: weeks.text(hours) for name, hours in zip(weeks.DAYS, week, strict=True)}


def _week(given: WeekIn) -> Week:
    made = []
    for name in weeks.DAYS:
        try:
            made.append(weeks.read(getattr(given, name)))
        except ValueError as fault:
            raise Invalid(str(fault), path=f"week.{name}") from None
    return tuple(made)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text[:20]} is no day; write it like 2026-12-25.", path="days_off") from None


def _address(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("There is no such day; write it like 2026-12-25.") from None
