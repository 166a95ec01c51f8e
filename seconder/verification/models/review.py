from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import cached_property

from seconder.accounts.actor import Actor
from seconder.accounts.models import Organization
from seconder.core.clock import now
from seconder.core.encryption import EncryptedJSON, EncryptedText
from seconder.core.ids import new_id
from seconder.core.json import JSON, Object, digest
from seconder.core.refusals import NotFound
from seconder.core.scoped import Scoped
from seconder.verification.asking import content_digest

if TYPE_CHECKING:
    from seconder.verification.models.decision import Decision

STATUSES = ["open", "decided", "expired", "withdrawn"]
OUTCOMES = ["approved", "rejected", "changes_requested", "answered"]
URGENCY = models.Case(
    models.When(risk="high", then=models.Value(0)),
    default=models.Value(1),
    output_field=models.IntegerField(),
)


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, actor: Actor) -> ReviewQuerySet:
        """Assignees, the requester, the agent's owner, and the organization's owners and admins."""
        if actor.sees_all:
            return self
        requested, owned, assigned = self.seen_by(actor.person.pk)
        return self.filter(requested | owned | assigned)

    def seen_by(self, person_id: uuid.UUID) -> list[models.Q]:
        """What lets somebody see a review who runs nothing here: each of these alone does."""
        assigned = models.Q(models.Exists(_assigned(person_id)))
        return [models.Q(requester_id=person_id), models.Q(owner_id=person_id), assigned]

    def decidable_by(self, actor: Actor) -> ReviewQuerySet:
        """The open ones that this actor may decide and has not voted on as they stand."""
        me = actor.person.pk
        own = models.Q(requester_id=me, forbid__contains="requester") | models.Q(
            owner_id=me, forbid__contains="owner"
        )
        return self.filter(status="open").unvoted_by(me).exclude(own)

    def hold(self, actor: Actor, pk: uuid.UUID) -> Review:
        """The review, kept from others until the transaction ends. Raises NotFound."""
        found = self.visible_to(actor).select_for_update(of=("self",)).filter(pk=pk).first()
        if found is None:
            raise NotFound("There is no such review here.")
        return found

    def unvoted_by(self, person_id: uuid.UUID) -> ReviewQuerySet:
        """Those of which the person has a seat and has not voted on what they show now."""
        from seconder.verification.models.decision import Decision

        here = {"review": models.OuterRef("pk"), "stage": models.OuterRef("stage"), "person_id": person_id}
        voted = Decision.objects.filter(**here, digest=models.OuterRef("digest"))
        now_asked = _assigned(person_id).filter(stage=models.OuterRef("stage"))
        return self.filter(models.Exists(now_asked)).exclude(models.Exists(voted))


def _assigned(person_id: uuid.UUID) -> models.QuerySet[Any]:  # Any: Assignment imports Review
    from seconder.verification.models.assignment import Assignment

    return Assignment.objects.filter(review=models.OuterRef("pk"), person_id=person_id)


class Review(models.Model):
    """A question to named people, with what they are shown, until when, and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE)
    kind = models.TextField()  # review · action · question
    status = models.TextField(default="open")
    outcome = models.TextField(null=True)  # noqa: DJ001  None: nothing was decided, which no word says
    run_id = models.UUIDField()
    step_id = models.TextField()
    call_id = models.TextField(default="")  # of the tool call that waits, within the step
    attempt = models.SmallIntegerField(default=1)
    agent = models.TextField()
    agent_version = models.IntegerField()
    requester_id = models.UUIDField()
    owner_id = models.UUIDField()
    question = EncryptedText(owner="requester_id")
    card = EncryptedJSON(owner="requester_id")  # {"items": […], "schemas": {…}, "content": {…}}
    content_digest = models.TextField()
    digest = models.TextField()
    rule = models.JSONField()  # of the stage at which it is
    stages = models.JSONField(default=list)  # the rule of each, in order; none where it has but one
    stage = models.SmallIntegerField(default=1)
    forbid = models.JSONField(default=list)
    answers = models.JSONField(default=list)
    risk = models.TextField(default="normal")
    on_timeout = models.TextField(default="reject")
    # what happens by itself until due, in order: [{"at", "do": "remind"|"escalate"|"once more", "to": [person ids],
    # "left": seconds of working time since `working_since`, where it counts that}]
    timers = models.JSONField(default=list)
    opened_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    working_seconds = models.IntegerField(null=True)  # of a due time that counts working time: how much
    working_left = models.IntegerField(null=True)  # how much of it was left at
    working_since = models.DateTimeField(null=True)  # when its people were changed last; None: at the opening
    next_at = models.DateTimeField(null=True)  # the next timer, or due
    closed_at = models.DateTimeField(null=True)
    wake = models.TextField(default="")
    claimed_by = models.UUIDField(null=True)  # a person who looks at it: `verification.claiming`
    claimed_until = models.DateTimeField(null=True)

    objects = Scoped.from_queryset(ReviewQuerySet)()

    is_going_on = False  # while `verification.working` watches over a change of its people

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run_id", "step_id", "call_id", "attempt"], name="review_once_per_attempt"
            ),
            models.CheckConstraint(condition=models.Q(status__in=STATUSES), name="review_status_known"),
            models.CheckConstraint(
                condition=models.Q(outcome__isnull=True) | models.Q(outcome__in=OUTCOMES),
                name="review_outcome_known",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="review_due", condition=models.Q(status="open")),
            models.Index(
                fields=["organization", "id"], name="review_open", condition=models.Q(status="open")
            ),
            models.Index(  # the inbox, in its order
                "organization",
                URGENCY,
                "due_at",
                "id",
                name="review_urgent",
                condition=models.Q(status="open"),
            ),
            models.Index(
                fields=["organization", "-closed_at", "-id"],
                name="review_closed",
                condition=~models.Q(status="open"),
            ),
            models.Index(fields=["requester_id", "status"], name="review_of_requester"),
            models.Index(fields=["owner_id", "status"], name="review_of_owner"),
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"

    @property
    def items(self) -> list[Object]:
        card: Any = self.card  # Any: an encrypted column holds any JSON
        return card["items"] if isinstance(card, dict) else []

    @property
    def schemas(self) -> dict[str, Object]:
        card: Any = self.card  # Any: as above
        return card["schemas"] if isinstance(card, dict) else {}

    def bind(self, items: list[Object]) -> None:
        """Shows these items from now on: both digests follow. The binding expiry is the due time at opening,
        so that reminding and escalating change neither digest. Each time is a round of its own: votes of an
        earlier one stay its own, also where an edit brings back what was shown then."""
        card: Any = self.card  # Any: as above
        self.card = {**card, "items": items, "round": card.get("round", 0) + 1}
        self.content_digest = content_digest(items, card["content"])
        self.digest = self._bound(self.content_digest)

    def _bound(self, content: str) -> str:
        card: Any = self.card  # Any: as above
        return digest([content, str(self.pk), self.attempt, card["expires"], card["round"]])

    @property
    def is_intact(self) -> bool:
        """Whether what is stored is what was shown: asked again when the approved action starts."""
        card: Any = self.card  # Any: as above
        if not isinstance(card, dict):
            return False
        content = content_digest(self.items, card["content"])
        return content == self.content_digest and self._bound(content) == self.digest

    def is_visible_to(self, actor: Actor, *, is_assigned: bool) -> bool:
        """`visible_to`, of a row that is here already."""
        if actor.organization.pk != self.organization_id:
            return False
        return actor.sees_all or is_assigned or actor.person.pk in (self.requester_id, self.owner_id)

    def why(self, actor: Actor, verb: str) -> str | None:
        """`visible_to` in memory; who decides, whoever is assigned and not kept out; and who gives a place in it away.
        Whether it is still open is for `deciding`."""
        me = actor.person.pk
        if verb not in actor.verbs:
            return None
        if verb in ("reviews.decide", "reviews.delegate") and self.forbids(me):
            return None
        if me in (self.seats if verb in ("reviews.decide", "reviews.delegate") else self.assigned_ids):
            return "is assigned"
        if verb == "reviews.decide":
            return None
        if me == self.requester_id and verb != "reviews.delegate":
            return "asked for it"
        if me == self.owner_id:
            return "owns the agent"
        return actor.by_role("runs.read-all") if actor.sees_all else None

    @cached_property
    def assigned_ids(self) -> set[uuid.UUID]:
        return set(self.assignments.values_list("person_id", flat=True))

    @property
    def seats(self) -> dict[uuid.UUID, list[str]]:
        """Who is asked, each with the teams of the rule that the person's vote may count for; as it is now."""
        return self.seats_at(self.stage)

    def seats_at(self, stage: int) -> dict[uuid.UUID, list[str]]:
        return dict(self.assignments.filter(stage=stage).values_list("person_id", "teams"))

    @property
    def votes(self) -> dict[uuid.UUID, str]:
        """The verdicts on what it shows now, by person, at the stage at which it is."""
        return self.votes_at(self.stage)

    def votes_at(self, stage: int) -> dict[uuid.UUID, str]:
        given = self.decisions.filter(digest=self.digest, stage=stage)
        return dict(given.values_list("person_id", "verdict"))

    def rule_at(self, stage: int) -> Object:
        rule: Object = self.rule if stage == self.stage else self.stages[stage - 1]
        return rule

    def set_rule(self, stage: int, rule: Object) -> None:
        if self.stages:
            self.stages[stage - 1] = rule
        if stage == self.stage:
            self.rule = rule
        self.save(update_fields=["rule", "stages"])

    @property
    def counts_working_time(self) -> bool:
        return self.working_seconds is not None or any("left" in timer for timer in self.timers)

    @property
    def first_moment(self) -> datetime:
        """When something happens by itself next."""
        return min([self.due_at, *(datetime.fromisoformat(timer["at"]) for timer in self.timers)])

    @property
    def involved(self) -> set[uuid.UUID]:
        return {self.requester_id, self.owner_id, *self.assigned_ids}

    def forbids(self, person_id: uuid.UUID) -> str | None:
        """The reason for which this person must not decide, in words; None where there is none."""
        if "requester" in self.forbid and person_id == self.requester_id:
            return "You asked for this, so somebody else decides."
        if "owner" in self.forbid and person_id == self.owner_id:
            return "You own this agent, so somebody else decides."
        return None

    def unclaim(self) -> None:
        """Nobody looks at it; see `verification.claiming`."""
        self.claimed_by = self.claimed_until = None
        self.save(update_fields=["claimed_by", "claimed_until"])

    def decide(
        self,
        actor: Actor,
        verdict: str,
        *,
        digest: str,
        note: str = "",
        edits: Object | None = None,
        answer: JSON = None,
        allowance: Object | None = None,
        stage: int | None = None,
    ) -> Decision:
        """The one place where a review is decided; see `verification.deciding` for the rule and its refusals."""
        from seconder.verification.deciding import decide

        return decide(
            self,
            actor,
            verdict,
            digest=digest,
            note=note,
            edits=edits,
            answer=answer,
            allowance=allowance,
            stage=stage,
        )
