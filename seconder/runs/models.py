"""The truth about a run: its row, a row per step, a row per effect."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

from seconder.accounts.actor import Actor
from seconder.accounts.models import Organization
from seconder.agents.models import Agent, AgentVersion
from seconder.core.amounts import DIGITS, PLACES
from seconder.core.clock import now
from seconder.core.encryption import EncryptedJSON, EncryptedText
from seconder.core.ids import new_id
from seconder.core.json import JSON, Object
from seconder.core.scoped import Scoped
from seconder.runs.learning.models import EvaluationCase, Proposal

__all__ = ["Effect", "EvaluationCase", "Proposal", "Run", "StepRun"]

TERMINAL = frozenset({"succeeded", "failed", "rejected", "canceled"})
RUN_STATUSES = ["queued", "running", "waiting", *sorted(TERMINAL)]
STEP_STATUSES = ["pending", "running", "waiting", "succeeded", "skipped", "failed", "rejected", "canceled"]
EFFECT_STATUSES = ["claimed", "done", "failed", "unknown"]


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, actor: Actor) -> RunQuerySet:
        """The requester, the agent's owner, and the organization's owners and admins."""
        if actor.sees_all:
            return self
        me = actor.person.pk
        return self.filter(models.Q(requester_id=me) | models.Q(agent__owner_id=me))


class Run(models.Model):
    """`next_at` is the one time that a worker looks at: due when it has come; the end of the lease while a worker
    has the run in hand; a timer, or nothing, while it waits; nothing once it has ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, db_index=False)  # `run_of_organization`
    agent = models.ForeignKey(Agent, models.CASCADE)
    version = models.ForeignKey(AgentVersion, models.PROTECT, db_index=False)  # nobody asks by version
    requester_id = models.UUIDField()
    status = models.TextField(default="queued")
    is_rehearsal = models.BooleanField(default=False)  # `dry_run`: effects are described, not done
    about = EncryptedText(owner="requester_id")  # a short line made of the input; see `runs.about`
    input = EncryptedJSON(owner="requester_id")
    output = EncryptedJSON(owner="requester_id")
    error = EncryptedJSON(owner="requester_id")  # {"type", "message", "step"}
    parent_run_id = models.UUIDField(null=True)
    from_step = models.TextField(default="")
    next_at = models.DateTimeField(null=True, default=now)
    lease = models.UUIDField(null=True)
    is_woken = models.BooleanField(default=False)  # somebody woke it while it was in a worker's hand
    # In a row: workers that fell silent with the run in hand, without its having come further.
    workers_lost = models.IntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    objects = Scoped.from_queryset(RunQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID
        agent_id: uuid.UUID
        version_id: uuid.UUID

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=RUN_STATUSES), name="run_status_known")
        ]
        indexes = [
            models.Index(fields=["next_at"], name="run_due", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["organization", "id"], name="run_of_organization"),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"

    def why(self, actor: Actor, verb: str) -> str | None:
        """`visible_to` in memory: seeing it, and doing to it what the role allows."""
        if verb not in actor.verbs:
            return None
        if actor.person.pk == self.requester_id:
            return "asked for it"
        if actor.person.pk == self.agent.owner_id:
            return "owns the agent"
        return actor.by_role("runs.read-all") if actor.sees_all else None

    @property
    def involved(self) -> set[uuid.UUID]:
        return {self.requester_id, self.agent.owner_id}

    @property
    def has_ended(self) -> bool:
        return self.status in TERMINAL

    @classmethod
    def start(cls, agent: Agent, actor: Actor, input: JSON, *, dry_run: bool = False) -> Run:  # noqa: A002  the contract's word
        from seconder.runs.starting import start

        return start(agent, actor, input, dry_run=dry_run)

    def cancel(self, actor: Actor) -> None:
        from seconder.runs.ending import cancel

        cancel(self, actor)

    def retry(self, actor: Actor) -> Run:
        from seconder.runs.starting import retry

        return retry(self, actor)

    def fork(self, actor: Actor, from_step: str, input: Object | None = None) -> Run:  # noqa: A002  the contract's word
        from seconder.runs.starting import fork

        return fork(self, actor, from_step, input)


class StepRun(models.Model):
    """One step of one run. `output` is what the step made; `edited` is what a reviewer made of it, if so."""

    pk = models.CompositePrimaryKey("run_id", "step_id")
    run = models.ForeignKey(
        Run, models.CASCADE, related_name="steps", db_index=False
    )  # the key begins with it
    step_id = models.TextField()
    status = models.TextField(default="pending")
    output = EncryptedJSON(owner="run.requester_id")
    edited = EncryptedJSON(owner="run.requester_id")
    error = EncryptedJSON(owner="run.requester_id")
    messages = EncryptedJSON(owner="run.requester_id")  # what was said to the model and what it answered
    notes = models.JSONField(default=dict)  # plain facts: missing paths, model, tokens, cost
    attempts = models.SmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=STEP_STATUSES), name="step_status_known")
        ]

    def __str__(self) -> str:
        return f"{self.step_id} of {self.run_id}"

    @property
    def result(self) -> JSON:
        """What later steps read."""
        result: JSON = self.output if self.edited is None else self.edited
        return result


class Effect(models.Model):
    """Something that changes the world, claimed by its unique key before it happens and recorded after."""

    key = models.TextField(primary_key=True)  # also the idempotency key that the provider is given
    run = models.ForeignKey(Run, models.CASCADE, related_name="effects")
    requester_id = models.UUIDField()
    step_id = models.TextField()
    tool = models.TextField()
    arguments = EncryptedJSON(owner="requester_id")
    content_digest = models.TextField()
    review_id = models.UUIDField(null=True, unique=True)  # the approval that it uses up
    status = models.TextField(default="claimed")
    result = EncryptedJSON(owner="requester_id")
    lease = models.UUIDField(null=True)  # of the worker that claimed it
    claimed_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=EFFECT_STATUSES), name="effect_status_known")
        ]
        indexes = [models.Index(fields=["tool", "claimed_at"], name="effect_of_tool")]

    def __str__(self) -> str:
        return f"{self.tool} {self.key}"


class Tally(models.Model):
    """What one use of a tool adds to the sum of one counterparty (`runs.tallies`): of an effect, or of one that was
    allowed and is about to be claimed."""

    pk = models.CompositePrimaryKey("key", "sum", "party")
    key = models.TextField()  # of the effect
    sum = models.TextField()  # `agents.file.sums.Sum.id`
    party = models.TextField()  # a keyed hash, of the organization too; "" where nobody can tell who it is
    # Without a constraint, whose check would lock the row of the run while somebody decides.
    run = models.ForeignKey(Run, models.CASCADE, db_constraint=False)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)  # None: not known
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["sum", "party", "at"], name="tally_of_party")]

    def __str__(self) -> str:
        return f"{self.key} in {self.sum}"
