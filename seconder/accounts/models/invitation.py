from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Lower

from seconder.accounts.models.organization import Organization
from seconder.accounts.models.person import Person
from seconder.accounts.models.role import Role
from seconder.accounts.models.team import Team
from seconder.accounts.roles import CUSTOM, ROLES, verbs_of
from seconder.core.clock import now
from seconder.core.encryption import EncryptedJSON, EncryptedText, keyed_hash
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor

LASTS = timedelta(days=7)
LIST_STATUSES = ["queued", "running", "succeeded"]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, actor: Actor) -> InvitationQuerySet:
        return self if "people.manage" in actor.verbs else self.none()

    def unended(self) -> InvitationQuerySet:
        """Neither accepted nor canceled; their time may be over."""
        return self.filter(accepted_at=None, canceled_at=None)

    def open(self) -> InvitationQuerySet:
        return self.unended().filter(expires_at__gt=now())


class InvitationListQuerySet(models.QuerySet["InvitationList"]):
    def visible_to(self, actor: Actor) -> InvitationListQuerySet:
        return self if "people.manage" in actor.verbs else self.none()


class InvitationList(models.Model):
    """Many people to be invited, as they stood in a file; a worker takes them a part at a time, `done` of `total`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE)
    by = models.ForeignKey(Person, models.CASCADE)
    lines = EncryptedJSON(owner="by_id")  # [{"line", "email", "role", "team", "message", "outcome", "said"}]
    status = models.TextField(default="queued")
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    objects = Scoped.from_queryset(InvitationListQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID
        by_id: uuid.UUID

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=LIST_STATUSES), name="invitation_list_status_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.total} invitations"


class Invitation(models.Model):
    """A person without a seat yet, by address: which role and teams they get once they accept. `by` answers for it:
    when they may not give that role any more, nobody can accept it. Of the link a keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.TextField(choices=[(role, role) for role in [*ROLES, CUSTOM]])
    custom_role = models.ForeignKey(Role, models.PROTECT, null=True, related_name="invitations")
    teams = models.ManyToManyField(Team)
    message = EncryptedText(owner="by_id")
    by = models.ForeignKey(Person, models.CASCADE)
    hash = models.TextField(unique=True)
    sent_at = models.DateTimeField()
    letters = models.SmallIntegerField(default=0)  # how many were sent
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    canceled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    objects = Scoped.from_queryset(InvitationQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID
        by_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=models.Q(accepted_at=None, canceled_at=None),
                name="invitation_once_per_address",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=ROLES, custom_role=None)
                | models.Q(role=CUSTOM, custom_role__isnull=False),
                name="invitation_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.email}"

    @property
    def role_name(self) -> str:
        return self.custom_role.name if self.custom_role else self.role

    @property
    def verbs(self) -> frozenset[str]:
        return verbs_of(self.role, self.custom_role.verbs if self.custom_role else None)

    @property
    def state(self) -> str:
        if self.accepted_at:
            return "accepted"
        if self.canceled_at:
            return "canceled"
        return "invited" if self.expires_at > now() else "expired"

    def why(self, actor: Actor, verb: str) -> str | None:
        """Whoever manages people handles those to roles that they may give."""
        return actor.by_role(verb) if self.verbs <= actor.may_give else None

    @property
    def involved(self) -> set[uuid.UUID]:
        return {self.by_id}

    def renew(self) -> str:
        """A new token, good from now on as long as a first one; the one before opens nothing any more."""
        token = secrets.token_urlsafe(32)
        self.hash = hash_of(token)
        self.sent_at = now()
        self.expires_at = self.sent_at + LASTS
        self.letters += 1
        return token


def hash_of(token: str) -> str:
    return keyed_hash(token, "invitations")
