from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from seconder.core.clock import now
from seconder.core.ids import new_id


def today() -> date:
    return datetime.now(UTC).date()


class Disclosure(models.Model):
    """That data of one person went to one recipient: which kinds, what for and in which work, on one day (UTC); no
    content. What happens again that day in the same work is counted in the same row. Kept for 24 months."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = (
        models.UUIDField()
    )  # no foreign key: it is written beside whatever happens to the person's own row
    organization_id = models.UUIDField(null=True)
    recipient = models.TextField()  # a name of `core.recipients`
    categories = ArrayField(models.TextField())
    purpose = models.TextField()
    reference = models.TextField(
        default=""
    )  # the work: `run:<id>:<step>`, `mail:<kind>`, `sign-in:<provider>`
    day = models.DateField(default=today)
    others = models.PositiveIntegerField(
        default=0
    )  # how many more it went to by the same mail, whoever they are
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=now)
    last_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "person_id",
                    "day",
                    "recipient",
                    "purpose",
                    "reference",
                    "categories",
                    "organization_id",
                ],
                name="disclosure_once_a_day_and_home",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["day"], name="disclosure_by_age")]

    def __str__(self) -> str:
        return f"{self.recipient} on {self.day}"


class Stop(models.Model):
    """That whoever runs the installation stopped a recipient: nothing goes there until they resume it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.TextField()
    began_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"], name="recipient_stopped_once", condition=models.Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.recipient
