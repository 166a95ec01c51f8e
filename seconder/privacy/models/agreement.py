from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django_scopes import scopes_disabled

from seconder.accounts.models import Organization
from seconder.core.clock import now
from seconder.core.encryption import EncryptedJSON, EncryptedText
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor

# What the organization is for the data that it brings, in the words of the law.
STANDINGS = {
    "controller": "A controller: it decides what the data is used for, and runs this installation itself",
    "customer": "A customer: it decides, and whoever runs this installation processes the data for it",
}
REGIONS = {
    "any": "Anywhere",
    "eea": "The European Economic Area",
    "eea-uk-ch": "The European Economic Area, the United Kingdom and Switzerland",
    "uk": "The United Kingdom",
    "us": "The United States",
}


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, actor: Actor) -> AgreementQuerySet:
        return self if "agreements.read" in actor.verbs else self.none()


class Agreement(models.Model):
    """One signed version of what an organization agreed on about its people's data. It never changes (a trigger refuses
    it); what changes is a new version. Names and text are under the organization's own key, not that of whoever
    recorded it: the record outlasts that person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="agreements")
    standing = models.TextField(choices=list(STANDINGS.items()))
    version = models.CharField(max_length=50)  # as the paper names it
    document = EncryptedText(owner="organization_id")  # its text, or "" where a file is named
    document_name = EncryptedText(owner="organization_id")  # the file's, or ""
    document_hash = models.TextField()  # SHA-256 of the text or the file
    region = models.TextField(choices=list(REGIONS.items()))
    purposes = models.JSONField()  # names of `core.purposes`: nothing else is done with the data
    notice_days = models.PositiveSmallIntegerField()  # before a new sub-processor begins
    signed_by = EncryptedJSON(owner="organization_id")  # lines as they were written: "Jane Doe, Acme GmbH"
    signed_on = models.DateField()
    effective_from = models.DateField()
    effective_until = models.DateField(null=True)
    recorded_by_id = models.UUIDField()
    recorded_at = models.DateTimeField(default=now)

    objects = Scoped.from_queryset(AgreementQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "version"], name="agreement_version_once"),
            models.CheckConstraint(
                condition=models.Q(standing__in=STANDINGS), name="agreement_standing_known"
            ),
            models.CheckConstraint(condition=models.Q(region__in=REGIONS), name="agreement_region_known"),
            models.CheckConstraint(
                condition=models.Q(effective_until=None)
                | models.Q(effective_until__gte=models.F("effective_from")),
                name="agreement_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @classmethod
    def in_force(cls, organization: Organization, on: date | None = None) -> Agreement | None:
        """The version that holds on that day (UTC), today if none is given: the latest that has begun, unless it has
        ended. An earlier one does not come back when a later one ends."""
        day = on or now().date()
        with scopes_disabled():
            begun = cls.objects.filter(organization=organization, effective_from__lte=day)
            latest = begun.order_by("-effective_from", "-pk").first()
        return latest if latest and (latest.effective_until or day) >= day else None

    def allows(self, purpose: str) -> bool:
        """A purpose is allowed where it is named, or one that it is a part of is."""
        return any(purpose == named or purpose.startswith(f"{named}.") for named in self.purposes)
