"""What is counted while its day lasts. Nothing here points to a person, and none of it outlives the day."""

from __future__ import annotations

from django.db import models


class Measurement(models.Model):
    """That somebody was in a cell that day. `token` stands for the two together (`telemetry.visitors`) and is the key,
    so that nobody counts twice and rows have no order; `mark` says under which process's key it was made."""

    token = models.BinaryField(primary_key=True, max_length=16)
    day = models.DateField()
    measure = models.TextField()
    cell = models.TextField()
    mark = models.BinaryField(max_length=8)

    class Meta:
        indexes = [models.Index(fields=["day"], name="measurement_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.cell}"


class Timing(models.Model):
    """How many answers of a route took so long on a day: `bucket` is the number of a bound of `measures.BOUNDS`. When
    the day closes, only routes that enough people used are kept."""

    day = models.DateField()
    route = models.TextField()
    bucket = models.PositiveSmallIntegerField()
    count = models.PositiveBigIntegerField()
    is_closed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "route", "bucket"], name="timing_once")]
        # Asked for every few seconds, of the few rows of a day that goes on.
        indexes = [
            models.Index(fields=["day"], condition=models.Q(is_closed=False), name="timing_of_open_days")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.route} {self.bucket}"
