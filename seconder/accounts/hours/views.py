"""The page on which one says when one works, and the organization's page of its hours and holidays."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.gate import Asked, AskedBySelf
from seconder.accounts.hours import ics, keeping
from seconder.accounts.hours.calendars import usual_week
from seconder.accounts.hours.forms import CalendarForm, DaysOffForm, HolidayForm, UsualForm, WeekForm
from seconder.accounts.hours.week import load
from seconder.accounts.models import Holiday, Person, UsualHours, WorkingHours
from seconder.accounts.organizations.places import SETTINGS, tabs
from seconder.accounts.own import own_pages
from seconder.core.doors import SELF, door
from seconder.core.responses import SeeOther
from seconder.core.working_time import USUAL
from seconder.ui.forms import given

SHOWN = 5  # sentences about entries of a calendar file that were left out


@door(SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def own_hours(request: AskedBySelf) -> HttpResponse:
    said = WorkingHours.objects.filter(person=request.person).first()
    form = WeekForm(load(said.week) if said else USUAL, request.POST if request.method == "POST" else None)
    given(form, lambda: keeping.say_hours(request.person, form.week))
    if form.is_bound and not form.errors:
        messages.success(request, "When you work is kept.")
        return redirect("accounts:own-hours")
    return _own(request, said, week=form)


@door(SELF)
@require_POST
def own_hours_ending(request: AskedBySelf) -> HttpResponse:
    """Takes back what one said of one's week."""
    keeping.say_hours(request.person, None)
    messages.success(request, "The usual hours are yours again.")
    return redirect("accounts:own-hours")


@door(SELF)
@require_POST
def days_off(request: AskedBySelf) -> HttpResponse:
    form = DaysOffForm(request.POST)
    given(form, lambda: _take_off(request.person, form))
    if form.errors:
        return _own(request, WorkingHours.objects.filter(person=request.person).first(), off=form)
    messages.success(request, "Kept as days off.")
    return SeeOther(reverse("accounts:own-hours"))


def _take_off(person: Person, form: DaysOffForm) -> None:
    first = form.cleaned_data["first"]
    keeping.take_off(person, first, form.cleaned_data["last"] or first)


@door(SELF)
@require_POST
def day_off_ending(request: AskedBySelf, day: date) -> HttpResponse:
    keeping.work_after_all(request.person, day)
    messages.success(request, "You work on that day.")
    return SeeOther(reverse("accounts:own-hours"))


@door("organization.manage")
@require_safe
def holidays(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    return _page(request)


@door("organization.manage")
@require_POST
def holiday_new(request: Asked, organization: str) -> HttpResponse:
    form = HolidayForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    given(form, lambda: keeping.keep_holidays(request.actor, {said["day"]: said["name"]}))
    if form.errors:
        return _page(request, holiday=form)
    messages.success(request, f"{said['name']} is a holiday.")
    return _back(organization)


@door("organization.manage")
@require_POST
def calendar_import(request: Asked, organization: str) -> HttpResponse:
    form = CalendarForm(request.POST, request.FILES)
    left_out: list[str] = []

    def take() -> int:
        try:
            days, sentences = ics.days(
                form.cleaned_data["calendar"].read(ics.LARGEST + 1), timezone.localdate()
            )
        except ValueError as fault:
            form.add_error("calendar", str(fault))
            return 0
        left_out.extend(sentences)
        return keeping.keep_holidays(request.actor, days)

    count = given(form, take)
    if form.errors:
        return _page(request, calendar=form)
    messages.success(
        request,
        f"{count} day{'' if count == 1 else 's'} of the calendar {'is a holiday' if count == 1 else 'are holidays'}.",
    )
    for sentence in left_out[:SHOWN]:
        messages.warning(request, f"Left out: {sentence}")
    if len(left_out) > SHOWN:
        messages.warning(request, f"Left out: {len(left_out) - SHOWN} more.")
    return _back(organization)


@door("organization.manage")
@require_POST
def holiday_ending(request: Asked, organization: str, day: date) -> HttpResponse:
    keeping.drop_holiday(request.actor, day)
    messages.success(request, "That day is a working day again.")
    return _back(organization)


@door("organization.manage")
@require_POST
def usual_change(request: Asked, organization: str) -> HttpResponse:
    usual = UsualHours.objects.visible_to(request.actor).first()
    form = UsualForm(usual_week(usual), "", request.POST)
    given(form, lambda: keeping.say_usual(request.actor, form.week, form.cleaned_data["timezone"]))
    if form.errors:
        return _page(request, usual_form=form)
    messages.success(request, "The usual hours are kept.")
    return _back(organization)


def _own(
    request: AskedBySelf,
    said: WorkingHours | None,
    week: WeekForm | None = None,
    off: DaysOffForm | None = None,
) -> HttpResponse:
    shown = {
        "week_form": week or WeekForm(load(said.week) if said else USUAL),
        "off_form": off or DaysOffForm(),
        "said": said,
        "days": request.person.days_off.filter(day__gte=timezone.localdate()).order_by("day"),
        "zone": request.person.timezone,
        "own_pages": own_pages(reverse("accounts:own-hours")),
    }
    is_refused = bool((week and week.errors) or (off and off.errors))
    return render(request, "accounts/hours/own.html", shown, status=422 if is_refused else 200)


def _page(
    request: Asked,
    holiday: HolidayForm | None = None,
    calendar: CalendarForm | None = None,
    usual_form: UsualForm | None = None,
) -> HttpResponse:
    """`holiday`, `calendar` and `usual_form`: forms that were refused."""
    usual = UsualHours.objects.visible_to(request.actor).first()
    at = reverse("accounts:holidays", args=[request.organization.slug])
    shown = {
        "tabs": tabs(request.actor, SETTINGS, at),
        "home": request.organization,
        "days": Holiday.objects.visible_to(request.actor)
        .filter(day__gte=timezone.localdate())
        .order_by("day"),
        "holiday_form": holiday or HolidayForm(),
        "calendar_form": calendar or CalendarForm(),
        "usual_form": usual_form or UsualForm(usual_week(usual), usual.timezone if usual else ""),
    }
    status = 422 if holiday or calendar or usual_form else 200
    return render(request, "accounts/hours/holidays.html", shown, status=status)


def _back(organization: str) -> HttpResponse:
    return SeeOther(reverse("accounts:holidays", args=[organization]))
