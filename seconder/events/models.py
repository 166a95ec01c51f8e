"""One row per thing that happened. Rows hold ids, hashes and plain facts, never content.

A row is written unchained, inside the transaction that it belongs to; `events.seal` gives it its place in
the organization's chain (`seq`, `hash`) within a second. From then on it never changes: the table has a
trigger that refuses it.
"""

from __future__ import annotations

import uuid

from django.db import models

from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.scoped import ScopedById


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> EventQuerySet:
        return self.filter(subject_id=subject.pk)

    def of_run(self, run_id: uuid.UUID) -> EventQuerySet:
        return self.filter(run_id=run_id)

    def sealed(self) -> EventQuerySet:
        return self.filter(seq__isnull=False).order_by("seq")

    def unsealed(self) -> EventQuerySet:
        return self.filter(seq__isnull=True)


class Event(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization_id = models.UUIDField()
    name = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    run_id = models.UUIDField(null=True)  # the run in whose course it happened
    by_kind = models.TextField()
    by_id = models.UUIDField(null=True)  # no foreign key: after an erasure it points to nobody
    channel = models.TextField()
    strength = models.TextField()
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)
    seq = models.BigIntegerField(null=True)
    hash = models.BinaryField(null=True)

    objects = ScopedById.from_queryset(EventQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "seq"], name="event_once_per_place")
        ]
        indexes = [
            models.Index(fields=["run_id"], name="event_of_run", condition=models.Q(run_id__isnull=False)),
            models.Index(fields=["id"], name="event_unsealed", condition=models.Q(seq__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_id}"


class ChainHead(models.Model):
    """The end of one organization's chain. Locked while a batch is sealed."""

    organization_id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"{self.organization_id} at {self.seq}"
