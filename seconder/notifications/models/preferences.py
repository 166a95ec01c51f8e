from __future__ import annotations

from django.db import models

from seconder.accounts.models import Person
from seconder.notifications.kinds import Kind, Way

WORKDAYS = [0, 1, 2, 3, 4]


def usual_days() -> list[int]:
    return list(WORKDAYS)


class Preferences(models.Model):
    """How one person hears, across organizations; who chose nothing has no row. Hours and days are those of the
    person's own time zone, days from Monday, 0."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="preferences")
    ways = models.JSONField(default=dict)  # the name of a kind: its way, where it is not the usual one
    digest_hour = models.PositiveSmallIntegerField(default=8)
    digest_days = models.JSONField(default=usual_days)  # at least one
    quiet_from = models.PositiveSmallIntegerField(null=True)  # an hour; None: never quiet
    quiet_until = models.PositiveSmallIntegerField(null=True)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest_hour__lt=24)
                & (models.Q(quiet_from=None) | models.Q(quiet_from__lt=24))
                & (models.Q(quiet_until=None) | models.Q(quiet_until__lt=24)),
                name="preferences_hours_are_hours",
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | (
                    models.Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~models.Q(quiet_from=models.F("quiet_until"))
                ),
                name="preferences_quiet_from_until",
            ),
        ]

    def __str__(self) -> str:
        return f"preferences of {self.person_id}"

    @classmethod
    def of(cls, person: Person) -> Preferences:
        """The person's own, or the usual ones, not stored."""
        try:
            return person.preferences
        except cls.DoesNotExist:
            return cls(person=person)

    def way(self, kind: Kind) -> Way:
        way: Way = self.ways.get(kind.name, kind.usual)
        return way
