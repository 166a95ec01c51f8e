from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

from seconder.accounts.models import Organization
from seconder.core.clock import now
from seconder.core.encryption import EncryptedText
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor

KINDS = {
    "access": "A copy of what you hold of me",
    "correction": "Something that you hold of me is wrong",
    "erasure": "Delete what you hold of me",
    "restriction": "Keep what you hold of me, and do not use it for now",
    "objection": "Stop using what you hold of me for anything but the service itself",
    "portability": "What I gave you, to take it elsewhere",
}
STATES = ["unproved", "open", "acknowledged", "answered", "refused"]


class RequestQuerySet(models.QuerySet["DataSubjectRequest"]):
    def visible_to(self, actor: Actor) -> RequestQuerySet:
        return self.exclude(state="unproved") if "privacy.manage" in actor.verbs else self.none()

    def pending(self) -> RequestQuerySet:
        return self.filter(state__in=("open", "acknowledged"))


class DataSubjectRequest(models.Model):
    """What somebody asks about their own data, and by when it is answered. `organization` answers: the one that decides
    about the person's data by its agreement, else the one that runs the installation. `unproved`: a code went to the
    address that we hold, and nobody has given it back yet. What was written is under the request's own key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="data_subject_requests")
    kind = models.TextField(choices=list(KINDS.items()))
    state = models.TextField(default="unproved")
    person_id = models.UUIDField(null=True)  # None: has no account
    address = EncryptedText(owner="pk")
    text = EncryptedText(owner="pk")
    answer = EncryptedText(owner="pk")
    code_hash = models.TextField(default="")
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=now)
    acknowledge_by = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    is_extended = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    objects = Scoped.from_queryset(RequestQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="request_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="request_state_known"),
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="request_of_organization")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def next_deadline(self) -> str:
        """`acknowledge_by` or `answer_by`: what is due next; "" once it has ended."""
        return {"open": "acknowledge_by", "acknowledged": "answer_by"}.get(self.state, "")

    @property
    def is_late(self) -> bool:
        due = getattr(self, self.next_deadline) if self.next_deadline else None
        return due is not None and due < now()
