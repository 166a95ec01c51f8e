from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models

from seconder.core.clock import now
from seconder.core.encryption import EncryptedText
from seconder.core.ids import new_id

GRACE = timedelta(days=7)  # in which the person may think better of it
STATES = ["waiting", "running", "ended", "withdrawn"]


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def of_person(self, person: uuid.UUID) -> ErasureQuerySet:
        return self.filter(person_id=person)

    def under_way(self) -> ErasureQuerySet:
        return self.filter(state__in=("waiting", "running"))

    def due(self) -> ErasureQuerySet:
        return self.under_way().filter(begins_at__lte=now())


class Erasure(models.Model):
    """Everything of one person is erased, step by step (`privacy.erasure`). `done` names the steps that are behind it;
    `counts` says of which tables how many rows went. The address is
    sealed under a key of its own, which ends with it; of somebody without an account there is nothing else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField(null=True)
    address = EncryptedText(owner="pk")
    state = models.TextField(default="waiting")
    asked_by = models.UUIDField(null=True)  # None: the operator, at the command line
    asked_at = models.DateTimeField(default=now)
    begins_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    heirs = models.JSONField(default=dict)  # organization id → person id, who takes over what was theirs
    done = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)  # plain words about what could not be done, and why

    objects = models.Manager.from_queryset(ErasureQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="erasure_state_known"),
            models.UniqueConstraint(
                fields=["person_id"],
                condition=models.Q(state__in=("waiting", "running")),
                name="erasure_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
