from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, TypeVar

from django.db import models

from seconder.accounts.actor import Actor
from seconder.accounts.models import Organization
from seconder.agents.models import Agent
from seconder.core.clock import now
from seconder.core.encryption import EncryptedText
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

STATUSES = ["open", "accepted", "dropped"]


Row = TypeVar("Row", bound=models.Model)


def may_look(actor: Actor, agent: Agent) -> bool:
    """Who may publish the agent and sees its reviews: its owner, and the organization's owners and admins."""
    return "agents.build" in actor.verbs and (actor.sees_all or agent.owner_id == actor.person.pk)


def _seen(rows: models.QuerySet[Row], actor: Actor) -> models.QuerySet[Row]:
    """`may_look` as the database sees it."""
    if "agents.build" not in actor.verbs:
        return rows.none()
    return rows if actor.sees_all else rows.filter(agent__owner_id=actor.person.pk)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, actor: Actor) -> models.QuerySet[Proposal]:
        return _seen(self, actor)


class Proposal(models.Model):
    """Something that people did again and again was found, and what a person made of the proposal. It holds no values:
    those are read from the reviews, by who may see them. `key` names it without its value; `supports`: how many cases
    spoke for it when it was answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        Agent, models.CASCADE, related_name="+", db_index=False
    )  # the constraint begins with it
    key = models.TextField()
    verdict = models.TextField()  # rejected · edited
    place = models.TextField()  # a tool, or a step
    path = models.TextField()
    status = models.TextField(default="open")
    found_at = models.DateTimeField(default=now)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    note = EncryptedText(owner="answered_by")
    supports = models.IntegerField(default=0)
    version = models.IntegerField(null=True)  # that was published with it

    objects = Scoped.from_queryset(ProposalQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID
        agent_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "key"], name="proposal_once"),
            models.CheckConstraint(condition=models.Q(status__in=STATUSES), name="proposal_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} at {self.place}"

    def why(self, actor: Actor, verb: str) -> str | None:
        """A program does not answer what people shall answer for."""
        if actor.is_service or verb not in actor.verbs or not may_look(actor, self.agent):
            return None
        return "owns the agent" if actor.person.pk == self.agent.owner_id else actor.by_role(verb)


class EvaluationCaseQuerySet(models.QuerySet["EvaluationCase"]):
    def visible_to(self, actor: Actor) -> models.QuerySet[EvaluationCase]:
        return _seen(self, actor)


class EvaluationCase(models.Model):
    """What a run is given, and what must come of it: the input of `run_id`; and at `path` the value that people gave in
    the review, or, with no path, that people are asked at `step`. `tried_run_id`: the rehearsal that tried it last."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        Agent, models.CASCADE, related_name="+", db_index=False
    )  # the constraint begins with it
    review_id = models.UUIDField()
    run_id = models.UUIDField()
    step = models.TextField()
    path = models.TextField(default="")
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=now)
    tried_run_id = models.UUIDField(null=True)

    objects = Scoped.from_queryset(EvaluationCaseQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID
        agent_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "review_id", "path"], name="evaluation_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.path or self.step} of {self.run_id}"
