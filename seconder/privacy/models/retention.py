from __future__ import annotations

from django.db import models

from seconder.core.clock import now
from seconder.core.ids import new_id


class RetentionRun(models.Model):
    """What the scheduler of retention did to one store on one day (UTC): how many went, and by how many seconds the
    oldest of them was late when it was looked at last. Counts of nobody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.TextField()  # a name of `core.disposal`
    day = models.DateField()
    gone = models.PositiveIntegerField(default=0)
    late_seconds = models.PositiveIntegerField(default=0)
    ran_at = models.DateTimeField(default=now)
    fault = models.TextField(default="")  # the type of what went wrong at the last run, "" where nothing did

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "day"], name="retention_once_a_day")]

    def __str__(self) -> str:
        return f"{self.store} on {self.day}"
