from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

from seconder.accounts.models import Organization
from seconder.core.clock import now
from seconder.core.encryption import EncryptedText
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor

ROLES = {
    "controller": "We decide what this data is used for",
    "processor": "We process it for somebody else, who decides",
}
RISKS = {
    "unknown": "Not known yet",
    "none": "No risk to people is likely",
    "risk": "A risk to people",
    "high": "A high risk to people",
}
KINDS = ["opened", "noted", "changed", "notified", "closed", "reopened"]


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, actor: Actor) -> IncidentQuerySet:
        return self if "incidents.manage" in actor.verbs else self.none()


class Incident(models.Model):
    """Something that happened to people's data: what is known of it now. How it came to be known stands in its entries.
    Text is under the organization's own key: the register outlasts whoever wrote in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="incidents")
    number = models.PositiveIntegerField()  # of this organization's, from 1
    title = EncryptedText(owner="organization_id")
    description = EncryptedText(owner="organization_id")
    role = models.TextField(choices=list(ROLES.items()))
    risk = models.TextField(choices=list(RISKS.items()), default="unknown")
    aware_at = models.DateTimeField()  # from here the law counts
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    kinds = models.JSONField(default=list)  # names of `privacy.incidents.kinds_of_data`
    people = models.PositiveIntegerField(null=True)  # roughly how many
    consequences = EncryptedText(owner="organization_id")
    measures = EncryptedText(owner="organization_id")
    lessons = EncryptedText(owner="organization_id")
    opened_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)

    objects = Scoped.from_queryset(IncidentQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="incident_number_once"),
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="incident_role_known"),
            models.CheckConstraint(condition=models.Q(risk__in=RISKS), name="incident_risk_known"),
        ]

    def __str__(self) -> str:
        return f"Incident {self.number}"


class Entry(models.Model):
    """One line of an incident's history, by a person with a name. It never changes (a trigger refuses it)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="entries")
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    by_id = models.UUIDField()  # no foreign key: after an erasure the line stands, and points to nobody
    at = models.DateTimeField(default=now)  # when it was written
    happened_at = models.DateTimeField(default=now)  # when it was so: of a notice, when it went out
    text = EncryptedText(owner="incident.organization_id")
    facts = models.JSONField(default=dict)  # plain words: to whom, whether late, which fields changed

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="entry_kind_known")]

    def __str__(self) -> str:
        return f"{self.kind} {self.incident_id}"
