from __future__ import annotations

import uuid
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models

from seconder.accounts.models import Person
from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.json import JSON
from seconder.privacy.policy.comparing import WEIGHTS, Weight
from seconder.privacy.policy.document import Document


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def in_force(self, at: datetime | None = None) -> PolicyVersion | None:
        """The version that counts at that moment, now if none is given."""
        return self.filter(effective_from__lte=at or now()).order_by("-number").first()

    def coming(self) -> PolicyVersion | None:
        """One that is published and does not count yet."""
        return self.filter(effective_from__gt=now()).order_by("-number").first()


class PolicyVersion(models.Model):
    """The policy as it was published: its whole text, under a hash. It never changes and never goes (a trigger refuses
    both); what is new is a new version, which counts no earlier than those before it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)  # from 1
    digest = models.TextField()  # SHA-256 of the document
    document = models.TextField()  # canonical JSON, byte for byte (`policy.document`)
    weight: models.TextField[Weight, Weight] = models.TextField(choices=[(one, one) for one in WEIGHTS])
    summary = models.TextField()  # what is new, by whoever published it
    changes = models.JSONField(default=list)  # sentences, as they were found then
    purposes = models.JSONField(default=list)  # names of those that are new in it
    changes_recipients = models.BooleanField(default=False)  # in who gets data, and where
    effective_from = models.DateTimeField()
    published_at = models.DateTimeField(default=now)
    published_by_id = models.UUIDField(
        null=True
    )  # None: the first one, which the installation made by itself

    objects = models.Manager.from_queryset(PolicyVersionQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(weight__in=WEIGHTS), name="policy_weight_known"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="policy_numbered_from_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """`2026-11-25+3f9a61c2`: when it came into force, and a mark that changes with every letter of it."""
        return f"{self.effective_from:%Y-%m-%d}+{self.digest[:8]}"

    @cached_property
    def text(self) -> Document:
        return Document(self.document)

    @property
    def is_in_force(self) -> bool:
        return self.effective_from <= now()


class PolicyNotice(models.Model):
    """That one person is told of one version: once in the product, until they say that they have read it, and once by
    mail. `agreed`: the new purposes to which they said yes for what they gave before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="policy_notices")
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="notices")
    told_at = models.DateTimeField(default=now)
    mailed_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    agreed: models.JSONField[JSON, JSON] = models.JSONField(default=list)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="policy_notice_once_per_person")
        ]
        indexes = [
            models.Index(
                fields=["version"], name="policy_notice_to_mail", condition=models.Q(mailed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} told to {self.person_id}"

    if TYPE_CHECKING:
        person_id: uuid.UUID
        version_id: uuid.UUID


class RecipientNews(models.Model):
    """An address to which changes among those who get data are mailed: one that its reader has confirmed. It lies
    sealed, with a keyed hash to find it by; unsubscribing deletes it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.BinaryField()
    address_hash = models.TextField(unique=True)
    since = models.DateTimeField(default=now)
    told = models.PositiveIntegerField(default=0)  # the number of the latest version that was mailed there

    objects = models.Manager()

    def __str__(self) -> str:
        return f"news of recipients {self.pk}"
