from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from seconder.accounts.actor import Actor
from seconder.accounts.models import Organization
from seconder.core.clock import now
from seconder.core.encryption import EncryptedJSON, EncryptedText
from seconder.core.ids import new_id
from seconder.core.json import Object
from seconder.core.scoped import Scoped

VERDICTS = ["fine", "not_fine"]


class SecondLookQuerySet(models.QuerySet["SecondLook"]):
    def visible_to(self, actor: Actor) -> SecondLookQuerySet:
        """Who is asked, and the organization's owners and admins."""
        return self if actor.sees_all else self.filter(people__contains=[str(actor.person.pk)])

    def answerable_by(self, actor: Actor) -> SecondLookQuerySet:
        me = actor.person.pk
        own = models.Q(requester_id=me) | models.Q(given_by=me)
        return self.visible_to(actor).filter(verdict=None).exclude(own)


class SecondLook(models.Model):
    """People look at something that happened without being asked for (`verification.looking_again`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE)
    key = models.TextField(unique=True)  # of the effect
    run_id = models.UUIDField()
    step_id = models.TextField()
    agent = models.TextField()
    agent_version = models.IntegerField()
    requester_id = models.UUIDField()
    card = EncryptedJSON(owner="requester_id")  # {"items", "schemas"}, as a review has them
    people = models.JSONField(default=list)  # ids of who is asked
    allowance_id = models.UUIDField(null=True)  # None: the policy allowed it
    given_by = models.UUIDField(null=True)  # who gave the allowance
    opened_at = models.DateTimeField(default=now)
    verdict = models.TextField(null=True)  # noqa: DJ001  None: nobody looked yet, which no word says
    note = EncryptedText(owner="answered_by")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    channel = models.TextField(default="")
    strength = models.TextField(default="")

    objects = Scoped.from_queryset(SecondLookQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__isnull=True) | models.Q(verdict__in=VERDICTS),
                name="second_look_verdict_known",
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "id"],
                name="second_look_open",
                condition=models.Q(verdict__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"second look at {self.key}"

    def why(self, actor: Actor, verb: str) -> str | None:
        """`visible_to` in memory; neither who asked for it nor who allowed it answers. Whether it was answered is for
        `looking_again`."""
        me = actor.person.pk
        if verb not in actor.verbs or (verb == "reviews.decide" and me in (self.requester_id, self.given_by)):
            return None
        if str(me) in self.people:
            return "is asked"
        return actor.by_role("runs.read-all") if actor.sees_all else None

    @property
    def items(self) -> list[Object]:
        card: Any = self.card  # Any: an encrypted column holds any JSON
        return card["items"] if isinstance(card, dict) else []

    @property
    def title(self) -> str:
        return str(self.items[0]["label"]) if self.items else "Erased"
