from __future__ import annotations

from django.db import models

from seconder.core.clock import now
from seconder.core.ids import new_id

AUDIENCES = {"inside": "Inside this installation", "outside": "Outside"}
METHODS = {"exact": "Exact numbers", "noise": "With noise"}


class Release(models.Model):
    """One line of the register: which numbers were let through to whom. It never changes (a trigger refuses it).

    `smallest`: the smallest number that was shown, None where nothing was. `finding`: what the attempt to find somebody
    in it came to. `figures`: what was handed out, cell by cell; of the product's own pages it stands in `Aggregate`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.TextField()
    first = models.DateField()
    last = models.DateField()
    audience = models.TextField(choices=list(AUDIENCES.items()))
    k = models.PositiveSmallIntegerField()
    cells = models.PositiveIntegerField()
    withheld = models.BooleanField()
    smallest = models.PositiveIntegerField(null=True)
    finding = models.TextField()
    method = models.TextField(choices=list(METHODS.items()), default="exact")
    epsilon = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    figures = models.JSONField(null=True)
    recipient = models.TextField(default="")
    contract = models.TextField(default="")
    by_id = models.UUIDField(null=True)  # None: the day's closing; no foreign key, as in every register
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "first", "last", "audience"], name="release_of_a_window_once"
            ),
            models.CheckConstraint(condition=models.Q(audience__in=AUDIENCES), name="release_audience_known"),
            models.CheckConstraint(condition=models.Q(method__in=METHODS), name="release_method_known"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="release_has_days"),
        ]
        indexes = [models.Index(fields=["-made_at"], name="release_latest")]

    def __str__(self) -> str:
        return f"{self.measure} {self.first} {self.audience}"
