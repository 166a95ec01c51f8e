from __future__ import annotations

from django.db import models

from seconder.core.ids import new_id

STATES = {"new": "New", "seen": "Seen", "solved": "Solved"}


class ErrorGroup(models.Model):
    """An error that happened so many times at one place: what kind, where in our own code, in which release and behind
    which page. Not what it said, what it was about, or for whom. Kept for 30 days after it happened last."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fingerprint = models.TextField(unique=True)
    kind = models.TextField()  # the name of its class
    code = models.TextField()  # PostgreSQL's, the system's or HTTP's; "" for none
    stack = models.JSONField()  # our own frames, innermost last: `seconder/runs/lane.py:41 work`
    release = models.TextField()
    route = models.TextField()  # the page's or call's name; "" where there was none
    process = models.TextField()
    count = models.PositiveBigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    state = models.TextField(choices=list(STATES.items()), default="new")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="error_state_is_known"),
        ]
        indexes = [models.Index(fields=["-last_at"], name="error_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"
