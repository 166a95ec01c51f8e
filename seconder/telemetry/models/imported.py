from __future__ import annotations

from django.db import models

from seconder.core.clock import now


class ImportedAggregate(models.Model):
    """A number of people that somebody else counted: as they said it, and who that was. It leads to nobody here."""

    source = models.TextField()
    day = models.DateField()
    measure = models.TextField()
    cell = models.TextField()
    people = models.PositiveIntegerField()
    imported_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "day", "measure", "cell"], name="imported_once"),
            models.CheckConstraint(condition=models.Q(people__gte=10), name="imported_of_enough_people"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day} {self.measure} {self.cell}"
