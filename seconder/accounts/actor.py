"""Who acts: a person (or a person's service key) in one organization, through a channel; and the judge of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

from django_scopes import scopes_disabled

from seconder.accounts.models import ApiKey, Membership, Organization, Person
from seconder.accounts.roles import NEVER_FOR_SERVICES
from seconder.core.refusals import NotAllowed
from seconder.events.by import By, Channel, Strength


class SecondFactorNeeded(NotAllowed):
    """A page leads to where one is set up; the API says so."""

    type, title = "second-factor-needed", "This organization asks for a second factor"


@dataclass(frozen=True)
class Actor:
    """`person` is the one acted for: of a service key, the one who made it. `role` is a name for people, `verbs` what
    it allows. `scopes` None: all of that. `lacks_factor`: may do nothing here before a second factor is set up."""

    person: Person
    organization: Organization
    role: str
    verbs: frozenset[str]
    channel: Channel
    strength: Strength
    is_service: bool = False
    scopes: frozenset[str] | None = None
    caller_id: uuid.UUID | None = None
    lacks_factor: bool = False

    @property
    def by(self) -> By:
        return By("service" if self.is_service else "person", self.person.pk, self.channel, self.strength)

    @property
    def sees_all(self) -> bool:
        return can(self, "runs.read-all")

    def by_role(self, verb: str) -> str | None:
        """The reason that the role alone gives; for the rules of things."""
        return f"as {self.role}" if verb in self.verbs else None

    @property
    def may_give(self) -> frozenset[str]:
        """The verbs that it may give to others: what it lacks itself, it cannot grant."""
        return self.verbs if self.scopes is None else self.verbs & self.scopes

    @classmethod
    def of_seat(cls, seat: Membership, channel: Channel = "system", strength: Strength = "session") -> Actor:
        """The person of a `judged` seat, signed in with a session."""
        return cls(
            seat.person,
            seat.organization,
            seat.role_name,
            seat.verbs,
            channel,
            strength,
            caller_id=seat.person_id,
            lacks_factor=seat.lacks_factor,
        )

    @classmethod
    def of_person(
        cls, person: Person, organization: Organization, channel: Channel = "system"
    ) -> Actor | None:
        """The person in the organization, signed in with a session; None where not an active member."""
        seat = seat_of(person, organization)
        return cls.of_seat(seat, channel) if seat else None

    @classmethod
    def of_key(cls, key: ApiKey, channel: Channel = "api") -> Actor | None:
        """A personal key counts as its person's session for all but high risk (`contract`)."""
        seat = seat_of(key.person, key.organization)
        if seat is None:
            return None
        scopes = None if key.scopes is None else frozenset(key.scopes)
        return cls(
            key.person,
            key.organization,
            seat.role_name,
            seat.verbs,
            channel,
            "key",
            key.is_service,
            scopes,
            key.pk,
            seat.lacks_factor,
        )


def seat_of(person: Person, organization: Organization) -> Membership | None:
    with scopes_disabled():
        return Membership.objects.active().judged().filter(person=person, organization=organization).first()


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
    if actor.lacks_factor or _bar(actor, verb):
        return None
    if thing is not None:
        return thing.why(actor, verb) if thing.organization_id == actor.organization.pk else None
    return actor.by_role(verb)


def can(actor: Actor, verb: str, thing: Judged | None = None) -> bool:
    return why(actor, verb, thing) is not None


def demand(actor: Actor, verb: str, thing: Judged | None = None) -> None:
    """Raises NotAllowed, naming the verb, where `can` says no."""
    if can(actor, verb, thing):
        return
    if actor.lacks_factor:
        raise SecondFactorNeeded(
            f"{actor.organization.name} asks everybody for a second factor. Set one up under your account, "
            "Signing in; your keys work again from then on."
        )
    reason = _bar(actor, verb) if verb in actor.verbs else ""
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
