"""The rules of making a key: who may, and what it may then. A key never widens: what its holder may not do now, it
may not either, whatever it was given (`actor.can`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor, demand
from seconder.accounts.freshness import NotFresh
from seconder.accounts.keys.making import make
from seconder.accounts.models import ApiKey
from seconder.accounts.names import seen
from seconder.accounts.roles import NEVER_FOR_SERVICES
from seconder.core.clock import now
from seconder.core.refusals import Conflict, Invalid, NotAllowed

LONGEST = 365  # days
LONGEST_NAME = 100
MOST = 50  # that one person holds in one organization at a time


@dataclass(frozen=True)
class Wanted:
    """`scopes` None: all that the role allows, now and later."""

    name: str
    scopes: Collection[str] | None = None
    is_service: bool = False
    days: int = LONGEST


def ask(actor: Actor, wanted: Wanted) -> tuple[ApiKey, str]:
    """The key's row, and the key itself, which is shown this once. Raises NotAllowed, NotFresh, Invalid, Conflict.
    That whoever signed in has proved lately who they are is asked at the door."""
    demand(actor, "keys.manage" if wanted.is_service else "keys.own")
    parent = _parent(actor, wanted)
    _room(actor)
    return make(
        actor.person,
        actor.organization,
        actor.by,
        name=_name(wanted.name),
        scopes=_scopes(actor, wanted),
        is_service=wanted.is_service,
        lasts=_lasts(wanted.days),
        made_with=parent,
    )


def may_hold(actor: Actor, *, is_service: bool = False) -> frozenset[str]:
    """The verbs that a key of this actor can be given."""
    return actor.may_give - (NEVER_FOR_SERVICES if is_service else frozenset())


def _parent(actor: Actor, wanted: Wanted) -> ApiKey | None:
    """The key with which this one is asked for, if it is: it is personal, not narrowed, and was not made so itself."""
    if actor.strength != "key":
        return None
    if actor.scopes is not None:
        raise NotAllowed("A key that was narrowed makes no other keys. Use one with all scopes, or sign in.")
    if wanted.is_service:
        raise NotFresh("A service key is made in the browser, after a sign-in of the last ten minutes.")
    with scopes_disabled():
        parent = ApiKey.objects.get(pk=str(actor.caller_id))
    if parent.made_with_id:
        raise NotAllowed("A key that was made with another key makes no further ones.")
    return parent


def _scopes(actor: Actor, wanted: Wanted) -> list[str] | None:
    if wanted.scopes is None:
        return None
    if not wanted.scopes:
        raise Invalid("Choose at least one thing that this key may do.", path="scopes")
    if strange := sorted(set(wanted.scopes) - may_hold(actor, is_service=wanted.is_service)):
        raise Invalid(
            f"This key cannot be given {strange[0][:60]!r}: it is no scope, or beyond what you may do here"
            f"{', or never for a service key' if wanted.is_service else ''}.",
            path="scopes",
        )
    return sorted(set(wanted.scopes))


def _room(actor: Actor) -> None:
    living = ApiKey.objects.filter(person=actor.person, revoked_at=None, expires_at__gt=now())
    if living.count() >= MOST:
        raise Conflict(f"You hold {MOST} keys here. Revoke one that you do not need any more.")


def _lasts(days: int) -> timedelta:
    if not 1 <= days <= LONGEST:
        raise Invalid(f"A key lasts 1 to {LONGEST} days.", path="expires_in_days")
    return timedelta(days=days)


def _name(given: str) -> str:
    name = seen(given)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"Say in 1 to {LONGEST_NAME} characters what the key is for.", path="name")
    return name
