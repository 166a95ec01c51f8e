from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django_scopes import scopes_disabled

from seconder.accounts.changed import access_changed
from seconder.accounts.key_text import new_key
from seconder.accounts.models.organization import Organization
from seconder.accounts.models.person import Person
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

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
        """`keys.own` is about one's own, `keys.manage` about anybody's."""
        if verb == "keys.own" and actor.person.pk != self.person_id:
            return None
        return actor.by_role(verb) and ("it is theirs" if verb == "keys.own" else actor.by_role(verb))

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
    ) -> tuple[ApiKey, str]:
        """The key's row, and the key itself, which is shown this once and stored hashed."""
        secret = new_key()
        with scopes_disabled():
            key = cls.objects.create(
                person=person,
                organization=organization,
                name=name,
                scopes=scopes,
                is_service=is_service,
                hash=keyed_hash(secret, "api-keys"),
                expires_at=now() + lasts,
            )
        return key, secret

    def revoke(self) -> None:
        self.revoked_at = self.revoked_at or now()
        self.save(update_fields=["revoked_at"])
        access_changed()
