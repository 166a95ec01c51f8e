from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from seconder.accounts.models.organization import Organization
from seconder.accounts.models.person import Person
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor


class WorkingHours(models.Model):
    """What a person said of their week, by the clocks of their time zone: for each day, Monday first, from and to in
    minutes since midnight."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="hours")
    week = models.JSONField()

    def __str__(self) -> str:
        return f"hours of {self.pk}"


class DayOff(models.Model):
    """A day on which a person does not work, and for which nobody stands in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="days_off")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="day_off_once")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.day}"


class UsualHoursQuerySet(models.QuerySet["UsualHours"]):
    def visible_to(self, actor: Actor) -> UsualHoursQuerySet:
        return self.filter(organization=actor.organization)


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def visible_to(self, actor: Actor) -> HolidayQuerySet:
        return self.filter(organization=actor.organization)


class UsualHours(models.Model):
    """Of members who have not said when they work. `timezone` is for those who have chosen none; "": none is said."""

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True)
    week = models.JSONField()  # as of a person
    timezone = models.CharField(max_length=64, default="")

    objects = Scoped.from_queryset(UsualHoursQuerySet)()

    def __str__(self) -> str:
        return f"usual hours of {self.pk}"


class Holiday(models.Model):
    """A day on which nobody in the organization works."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE)
    day = models.DateField()
    name = models.TextField(default="")

    objects = Scoped.from_queryset(HolidayQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "day"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.name} on {self.day}"
