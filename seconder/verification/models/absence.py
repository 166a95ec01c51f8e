from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models

from seconder.core.clock import now
from seconder.core.ids import new_id


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def at(self, moment: datetime) -> AbsenceQuerySet:
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)


class Absence(models.Model):
    """Somebody is out of office, and who stands in: everywhere, in one organization, or for one of its agents."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    stand_in_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()  # the first moment of being back
    organization_id = models.UUIDField(null=True)  # None: in every one
    agent = models.TextField(default="")  # the id of one agent; "": of all
    created_at = models.DateTimeField(default=now)

    objects = models.Manager.from_queryset(AbsenceQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="absence_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(agent="") | models.Q(organization_id__isnull=False),
                name="absence_agent_has_an_organization",
            ),
        ]
        indexes = [models.Index(fields=["person_id", "ends_at"], name="absence_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} until {self.ends_at}"

    def covers(self, organization: uuid.UUID, agent: str) -> bool:
        return self.organization_id in (None, organization) and self.agent in ("", agent)

    @property
    def narrowness(self) -> int:
        """What is said of one agent goes before what is said of all of them."""
        return (self.organization_id is not None) + bool(self.agent)
