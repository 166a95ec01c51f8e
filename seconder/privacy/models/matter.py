from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.db import models

from seconder.accounts.models import Organization
from seconder.core.clock import now
from seconder.core.encryption import EncryptedText
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor

KINDS = {
    "adviser": "A professional adviser: a lawyer, an auditor, a tax adviser",
    "affiliate": "A company of the same group",
    "transaction": "A sale, merger or financing, and the talks about one",
    "emergency": "An emergency: somebody's life or safety",
}
LINES = ["opened", "approved", "handed over", "looked at", "closed"]


class MatterQuerySet(models.QuerySet["Matter"]):
    def visible_to(self, actor: Actor) -> MatterQuerySet:
        return self if "privacy.manage" in actor.verbs else self.none()


class Matter(models.Model):
    """What data may be handed to one party for, and until when. Text is under the organization's own key: the register
    outlasts whoever wrote in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="matters")
    kind = models.TextField(choices=list(KINDS.items()))
    party = EncryptedText(owner="organization_id")
    why = EncryptedText(owner="organization_id")
    is_personal = models.BooleanField(default=False)  # whether what is handed over tells of single people
    begins_on = models.DateField()
    ends_on = models.DateField()  # the last day
    opened_by_id = models.UUIDField()
    opened_at = models.DateTimeField(default=now)
    approved_by_id = models.UUIDField(
        null=True
    )  # somebody else; of an emergency, who looked at it afterwards
    closed_at = models.DateTimeField(null=True)

    objects = Scoped.from_queryset(MatterQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="matter_kind_known"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("begins_on")), name="matter_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by_id=None) | ~models.Q(approved_by_id=models.F("opened_by_id")),
                name="matter_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def waits(self) -> bool:
        """Whether somebody else has to agree before anything is handed over."""
        return self.is_personal and self.kind != "emergency" and self.approved_by_id is None

    @property
    def is_unseen(self) -> bool:
        """Whether somebody else has still to look at what was done in an emergency."""
        return self.kind == "emergency" and self.approved_by_id is None

    def state_on(self, day: date) -> str:
        if self.closed_at or day > self.ends_on:
            return "closed"
        return "waiting" if self.waits or day < self.begins_on else "active"


class MatterLine(models.Model):
    """One line of a matter's history. It never changes (a trigger refuses it)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="lines")
    kind = models.TextField(choices=[(kind, kind) for kind in LINES])
    by_id = models.UUIDField()  # no foreign key: after an erasure the line stands, and points to nobody
    at = models.DateTimeField(default=now)
    text = EncryptedText(owner="matter.organization_id")
    people = models.PositiveIntegerField(default=0)  # about how many it tells

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=LINES), name="matter_line_kind_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.matter_id}"
