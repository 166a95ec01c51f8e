"""Who acts: a person (or a person's service key) in one organization, through a channel."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django_scopes import scopes_disabled

from seconder.accounts.models import ApiKey, Membership, Organization, Person
from seconder.accounts.roles import MATRIX, NEVER_FOR_SERVICES
from seconder.core.refusals import NotAllowed
from seconder.events.by import By, Channel, Strength


@dataclass(frozen=True)
class Actor:
    """`person` is the one acted for: of a service key, the one who made it. `scopes` None: all of the role."""

    person: Person
    organization: Organization
    role: str
    channel: Channel
    strength: Strength
    is_service: bool = False
    scopes: frozenset[str] | None = None
    caller_id: uuid.UUID | None = None

    @property
    def by(self) -> By:
        return By("service" if self.is_service else "person", self.person.pk, self.channel, self.strength)

    @property
    def sees_all(self) -> bool:
        return can(self, "runs.read-all")

    @classmethod
    def of_person(
        cls, person: Person, organization: Organization, channel: Channel = "system"
    ) -> Actor | None:
        """The person in the organization, signed in with a session; None where not an active member."""
        role = role_of(person, organization)
        return (role and cls(person, organization, role, channel, "session", caller_id=person.pk)) or None

    @classmethod
    def of_key(cls, key: ApiKey, channel: Channel = "api") -> Actor | None:
        """A personal key counts as its person's session for all but high risk (`contract`)."""
        role = role_of(key.person, key.organization)
        if not role:
            return None
        scopes = None if key.scopes is None else frozenset(key.scopes)
        return cls(key.person, key.organization, role, channel, "key", key.is_service, scopes, key.pk)


def role_of(person: Person, organization: Organization) -> str | None:
    with scopes_disabled():
        return (
            Membership.objects.active()
            .filter(person=person, organization=organization)
            .values_list("role", flat=True)
            .first()
        )


def can(actor: Actor, verb: str) -> bool:
    """The judge of verbs. Of which things is for `visible_to`."""
    if actor.is_service and verb in NEVER_FOR_SERVICES:
        return False
    return verb in MATRIX[actor.role] and (actor.scopes is None or verb in actor.scopes)


def demand(actor: Actor, verb: str) -> None:
    """Raises NotAllowed, naming the verb, where `can` says no."""
    if not can(actor, verb):
        reason = (
            "this key's scopes leave it out" if verb in MATRIX[actor.role] else f"your role is {actor.role}"
        )
        if actor.is_service and verb in NEVER_FOR_SERVICES:
            reason = "a service key never decides; sign in, or use a personal key"
        raise NotAllowed(f"You may not do this here ({verb}): {reason}.", verb=verb)
