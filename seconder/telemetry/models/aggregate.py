from __future__ import annotations

from django.db import models


class Aggregate(models.Model):
    """How many people were in a cell on a day that is over, where they were enough (`telemetry.gate`). Smaller numbers
    are not kept anywhere."""

    day = models.DateField()
    measure = models.TextField()
    cell = models.TextField()
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "day", "cell"], name="aggregate_once"),
            models.CheckConstraint(condition=models.Q(people__gte=10), name="aggregate_of_enough_people"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.cell}"
