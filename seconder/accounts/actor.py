"""Who acts: a person (or a person's service key) in one organization, through a channel."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

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


class Judged(Protocol):
    """A thing with a rule of its own about who may do what to it."""

    @property
    def organization_id(self) -> uuid.UUID: ...

    def why(self, actor: Actor, verb: str) -> str | None:
        """The reason, in words, for which this member may do that to it; None: may not. What bars a key is asked
        before, and whose organization it is. It may be more than the role allows (who leads a team manages it) or
        less (an admin may not touch an owner)."""


def why(actor: Actor, verb: str, thing: Judged | None = None) -> str | None:
    """THE judge: the reason for which this actor may do that, to this thing or at all; None: may not."""
    if _bar(actor, verb):
        return None
    if thing is not None:
        return thing.why(actor, verb) if thing.organization_id == actor.organization.pk else None
    return f"{actor.role} here" if verb in MATRIX[actor.role] else None


def can(actor: Actor, verb: str, thing: Judged | None = None) -> bool:
    return why(actor, verb, thing) is not None


def demand(actor: Actor, verb: str, thing: Judged | None = None) -> None:
    """Raises NotAllowed, naming the verb, where `can` says no."""
    if can(actor, verb, thing):
        return
    reason = _bar(actor, verb) if verb in MATRIX[actor.role] else ""
    raise NotAllowed(
        f"You may not do this here ({verb}): {reason or f'your role is {actor.role}'}.", verb=verb
    )


def _bar(actor: Actor, verb: str) -> str:
    """What keeps this actor from the verb whatever the role says; "" where nothing does."""
    if actor.is_service and verb in NEVER_FOR_SERVICES:
        return (
            "a service key never decides, nor does what a person answers for; sign in, or use a personal key"
        )
    if actor.scopes is not None and verb not in actor.scopes:
        return "this key's scopes leave it out"
    return ""
