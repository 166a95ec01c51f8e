from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction
from django_scopes import scopes_disabled

from seconder.accounts.changed import access_changed
from seconder.accounts.keys.text import new_key
from seconder.accounts.models.organization import Organization
from seconder.accounts.models.person import Person
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped
from seconder.events.by import SYSTEM, By
from seconder.events.recording import record

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor

LASTS = timedelta(days=365)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def visible_to(self, actor: Actor) -> ApiKeyQuerySet:
        """One's own, and all of them to whoever manages keys."""
        return self if "keys.manage" in actor.verbs else self.filter(person=actor.person)


class ApiKey(models.Model):
    """A key of one person in one organization. A personal key acts as its person; a service key never decides."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="keys")
    person = models.ForeignKey(Person, models.CASCADE, related_name="keys")
    is_service = models.BooleanField(default=False)
    name = models.CharField(max_length=100)
    hash = models.TextField(unique=True)
    scopes = models.JSONField(null=True)  # verbs; None: all that the role allows
    made_with = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="made"
    )  # ends with that key
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = Scoped.from_queryset(ApiKeyQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID
        person_id: uuid.UUID

    def __str__(self) -> str:
        return self.name

    def why(self, actor: Actor, verb: str) -> str | None:
        """One's own, and anybody's for whoever manages keys."""
        if verb not in actor.verbs:
            return None
        return "it is theirs" if actor.person.pk == self.person_id else actor.by_role("keys.manage")

    @property
    def involved(self) -> set[uuid.UUID]:
        return {self.person_id}

    @classmethod
    def create(
        cls,
        person: Person,
        organization: Organization,
        *,
        name: str = "key",
        scopes: list[str] | None = None,
        is_service: bool = False,
        lasts: timedelta = LASTS,
        made_with: ApiKey | None = None,
    ) -> tuple[ApiKey, str]:
        """The key's row, and the key itself, which is shown this once and stored hashed."""
        secret, until = new_key(), now() + lasts
        with scopes_disabled():
            key = cls.objects.create(
                person=person,
                organization=organization,
                name=name,
                scopes=scopes,
                is_service=is_service,
                made_with=made_with,
                hash=keyed_hash(secret, "api-keys"),
                expires_at=min(until, made_with.expires_at) if made_with else until,
            )
        return key, secret

    @property
    def standing(self) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at:
            return "revoked"
        return "active" if self.expires_at > now() else "expired"

    @transaction.atomic
    def revoke(self, by: By = SYSTEM, reason: str = "asked for") -> None:
        """It stops working at once, and with it those that were made with it. A second call changes nothing.
        `reason`: a few plain words, for the record."""
        from seconder.accounts.security import observe

        with scopes_disabled():
            gone = ApiKey.objects.filter(models.Q(pk=self.pk) | models.Q(made_with=self.pk), revoked_at=None)
            ending = list(gone.select_for_update().select_related("person", "organization"))
            gone.update(revoked_at=now())
        for key in ending:
            record("key.revoked", key, by, person=str(key.person_id), reason=reason)
            observe(
                "key.revoked",
                person=key.person,
                organization=key.organization,
                what=key.kind,
                key=str(key.pk),
            )
        self.refresh_from_db(fields=["revoked_at"])
        access_changed()

    @property
    def kind(self) -> str:
        return "a service key" if self.is_service else "an API key"
