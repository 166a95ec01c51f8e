from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from seconder.accounts.actor import Actor, demand
from seconder.accounts.models import Organization
from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.ordered import OrderedJSON
from seconder.core.scoped import Scoped
from seconder.events.recording import record
from seconder.verification.allowing import end_of_versions

if TYPE_CHECKING:
    from seconder.agents.file import AgentFile


class AgentQuerySet(models.QuerySet["Agent"]):
    def visible_to(self, actor: Actor) -> AgentQuerySet:
        """Published agents are seen by all members but guests, who see what is shared with them."""
        return self if "agents.read" in actor.verbs else self.none()


class Agent(models.Model):
    """`slug` is the id that the author chose, stable and unique in the organization: the API's `id`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE)
    slug = models.TextField()
    name = models.TextField()
    description = models.TextField(default="")
    owner_id = models.UUIDField()  # who published it first
    latest = models.ForeignKey("AgentVersion", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)

    objects = Scoped.from_queryset(AgentQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "slug"], name="agent_once")]

    def __str__(self) -> str:
        return self.name

    def why(self, actor: Actor, verb: str) -> str | None:
        """Agents are the whole organization's: whoever may build may publish the next version of any."""
        if "agents.read" not in actor.verbs or not (role := actor.by_role(verb)):
            return None
        return "owns it" if actor.person.pk == self.owner_id else role

    @property
    def involved(self) -> set[uuid.UUID]:
        return {self.owner_id}

    @classmethod
    def publish(cls, actor: Actor, file: AgentFile) -> tuple[Agent, bool]:
        """Stores the file as the agent's next version; answers the agent and whether anything is new. The same
        file again makes no version."""
        demand(actor, "agents.build")
        document: dict[str, Any] = file.normalised  # Any: the agent's file is JSON
        with transaction.atomic():
            agent = _locked(actor, document)
            if agent.latest and agent.latest.digest == file.digest:
                return agent, False
            number = agent.latest.number + 1 if agent.latest else 1
            agent.latest = AgentVersion.objects.create(
                agent=agent, number=number, file=document, digest=file.digest, author_id=actor.person.pk
            )
            agent.name, agent.description = document["name"], document.get("description") or ""
            agent.save()
            end_of_versions(agent.organization_id, agent.slug, number, actor.by)
            record("agent.published", agent, actor.by, version=number, digest=file.digest, agent=agent.slug)
        return agent, True


def _locked(actor: Actor, document: dict[str, Any]) -> Agent:  # Any: as above
    """The agent's row, made when it is new, locked so that two publishers get two numbers."""
    Agent.objects.bulk_create(
        [
            Agent(
                organization=actor.organization,
                slug=document["id"],
                name=document["name"],
                owner_id=actor.person.pk,
            )
        ],
        ignore_conflicts=True,
    )
    rows = Agent.objects.select_related("latest").select_for_update(of=("self",))
    return rows.get(organization=actor.organization, slug=document["id"])


class AgentVersion(models.Model):
    """What was published, as the canonical form of the file. Never changed: the table has a trigger that refuses it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="versions")
    number = models.IntegerField()
    file = OrderedJSON()  # pages and models show what the author wrote in the order of writing
    digest = models.TextField()
    author_id = models.UUIDField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "number"], name="agent_version_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"version {self.number}"
