from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from seconder.accounts.actor import Actor, can
from seconder.accounts.models import Organization
from seconder.core.clock import now
from seconder.core.encryption import EncryptedJSON
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped


class AllowanceQuerySet(models.QuerySet["Allowance"]):
    def visible_to(self, actor: Actor) -> AllowanceQuerySet:
        """Who gave it, and the organization's owners and admins."""
        return self if actor.sees_all else self.filter(given_by=actor.person.pk)

    def live(self) -> AllowanceQuerySet:
        return self.filter(ended_at=None, ends_at__gt=now(), used__lt=models.F("most"))


class Allowance(models.Model):
    """For a while, so many of one agent's actions that are like one that a person approved: `verification.allowing`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE)
    agent = models.TextField()
    agent_version = models.IntegerField()  # its policy too: a changed one is another version
    tool = models.TextField()
    schema = models.TextField()  # the tool's fingerprint
    title = models.TextField()  # of the tool, for people
    requester_id = models.UUIDField()  # of that action, whose values the pattern holds
    pattern = EncryptedJSON(
        owner="requester_id"
    )  # argument → {"equals" | "ends_with" | "at_most" | "any": …}
    most = models.SmallIntegerField()
    used = models.SmallIntegerField(default=0)
    given_by = models.UUIDField()
    review_id = models.UUIDField()  # with whose approval it was given
    decision_id = models.UUIDField()
    given_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # before its time
    ended_by = models.UUIDField(null=True)
    because = models.TextField(default="")

    objects = Scoped.from_queryset(AllowanceQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used__lte=models.F("most")), name="allowance_not_used_beyond"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("given_at")), name="allowance_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "agent"],
                name="allowance_live",
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.tool} of {self.agent} until {self.ends_at}"

    def why(self, actor: Actor, verb: str) -> str | None:
        """Who gave it and decides here takes it back, and who runs the organization; not all who see it."""
        if verb in actor.verbs and actor.person.pk == self.given_by:
            return "gave it"
        return actor.by_role("organization.manage") if can(actor, "organization.manage") else None

    @property
    def is_live(self) -> bool:
        return self.ended_at is None and self.ends_at > now() and self.used < self.most

    @property
    def like(self) -> dict[str, dict[str, Any]] | None:  # Any: JSON, as the column says
        """None where it was erased with whose action it was given for; then nothing is like it any more."""
        pattern: Any = self.pattern  # Any: an encrypted column holds any JSON
        return pattern if isinstance(pattern, dict) else None
