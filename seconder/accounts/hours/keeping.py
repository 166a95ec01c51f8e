"""Saying when one works, and the organization's usual hours and holidays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.accounts.hours import week as weeks
from seconder.accounts.models import DayOff, Holiday, Organization, Person, UsualHours, WorkingHours
from seconder.accounts.names import seen
from seconder.accounts.places import is_zone
from seconder.core.clock import now
from seconder.core.refusals import Conflict, Invalid, NotFound
from seconder.core.working_time import Week
from seconder.events.recording import record

MOST = 1000  # days that a person or an organization keeps
FARTHEST = timedelta(days=3653)  # ten years
NAME = 100  # characters


@transaction.atomic
def say_hours(person: Person, week: Week | None) -> None:
    """None: as is usual in each organization. Raises Invalid for a week without work."""
    if week is None:
        WorkingHours.objects.filter(person=person).delete()
        return
    _with_work(week)
    WorkingHours.objects.update_or_create(person=person, defaults={"week": weeks.kept(week)})


@transaction.atomic
def take_off(person: Person, first: date, last: date) -> None:
    """Both days included."""
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)  # one after the other
    days = _days(first, last)
    if person.days_off.exclude(day__in=days).count() + len(days) > MOST:
        raise Conflict(f"You have {MOST} days off to come already. Take back some first.")
    DayOff.objects.bulk_create([DayOff(person=person, day=day) for day in days], ignore_conflicts=True)


@transaction.atomic
def set_days_off(person: Person, days: Collection[date]) -> None:
    """All of those to come: what is not among them is taken back."""
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)  # one after the other
    if len(days) > MOST:
        raise Invalid(f"At most {MOST} days off are kept.", path="days_off")
    _near(days)
    person.days_off.exclude(day__in=days).filter(day__gte=now().date()).delete()
    DayOff.objects.bulk_create([DayOff(person=person, day=day) for day in days], ignore_conflicts=True)


def work_after_all(person: Person, day: date) -> None:
    if not DayOff.objects.filter(person=person, day=day).delete()[0]:
        raise NotFound("That is no day off of yours.")


@transaction.atomic
def say_usual(actor: Actor, week: Week, timezone: str) -> None:
    """For members who have not said when they work. `timezone` "": none."""
    demand(actor, "organization.manage")
    _with_work(week)
    if timezone and not is_zone(timezone):
        raise Invalid(f"{timezone[:64]} is no time zone; write it like Europe/Berlin.", path="timezone")
    said = {"week": weeks.kept(week), "timezone": timezone}
    UsualHours.objects.update_or_create(organization=actor.organization, defaults=said)
    record("organization.hours_changed", actor.organization, actor.by)


@transaction.atomic
def keep_holidays(actor: Actor, named: Mapping[date, str]) -> int:
    """Each day with its name; a day that is one already is given the name. How many there are now, of these."""
    demand(actor, "organization.manage")
    home = actor.organization
    Organization.objects.select_for_update(of=("self",), no_key=True).get(pk=home.pk)  # one after the other
    days = {day: _named(name) for day, name in named.items()}
    _near(days)
    if Holiday.objects.exclude(day__in=days).count() + len(days) > MOST:
        raise Conflict(f"There are at most {MOST} holidays. Take away some first.")
    Holiday.objects.bulk_create(
        [Holiday(organization=home, day=day, name=name) for day, name in days.items()],
        update_conflicts=True,
        unique_fields=["organization", "day"],
        update_fields=["name"],
    )
    if days:
        record("organization.holidays_changed", home, actor.by, days=len(days))
    return len(days)


@transaction.atomic
def drop_holiday(actor: Actor, day: date) -> None:
    demand(actor, "organization.manage")
    if not Holiday.objects.visible_to(actor).filter(day=day).delete()[0]:
        raise NotFound("That is no holiday here.")
    record("organization.holidays_changed", actor.organization, actor.by, days=-1)


def _with_work(week: Week) -> None:
    if not any(week):
        raise Invalid("Name at least one stretch of work in the week.")


def _days(first: date, last: date) -> list[date]:
    if last < first:
        raise Invalid("The last day is before the first.", path="last")
    if (last - first).days >= 366:
        raise Invalid("That is more than a year; say it in parts.", path="last")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    _near(days)
    return days


def _near(days: Iterable[date]) -> None:
    """A day or two back is fine: it may be today elsewhere."""
    today = now().date()
    for day in days:
        if not today - timedelta(days=2) <= day <= today + FARTHEST:
            raise Invalid(f"{day:%-d %B %Y} is over, or more than ten years away.", path="first")


def _named(name: str) -> str:
    shown = seen(name)
    if len(shown) > NAME:
        raise Invalid(f"A name has at most {NAME} characters; this has {len(shown)}.", path="name")
    return shown
