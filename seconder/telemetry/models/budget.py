from __future__ import annotations

from django.db import models

YEARLY = 10  # epsilon, of all releases of a year together


class NoiseBudget(models.Model):
    """How much of a year's privacy budget is spent. A row that would overspend cannot be: the database refuses it."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    total = models.DecimalField(max_digits=8, decimal_places=4, default=YEARLY)
    spent = models.DecimalField(max_digits=8, decimal_places=4, default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(spent__gte=0, spent__lte=models.F("total")), name="noise_budget_is_kept"
            )
        ]

    def __str__(self) -> str:
        return f"{self.spent} of {self.total} in {self.year}"
