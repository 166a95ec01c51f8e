from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q

from seconder.accounts.actor import Actor, Judged, why
from seconder.accounts.models import Membership
from seconder.accounts.models.membership import MembershipQuerySet
from seconder.accounts.people.directory import page


class Thing(Judged, Protocol):
    @property
    def involved(self) -> set[uuid.UUID]:
        """The people whom the thing itself names: whoever asked, owns it, is assigned."""


@dataclass(frozen=True)
class Sight:
    """A kind of thing. `noun` as in "this run" · `sees`: the verb of looking at it · `broad`: the verb by which one
    sees all of the kind, without being named by it · `does`: further verbs, each in words."""

    noun: str
    sees: str
    broad: str
    does: dict[str, str]


@dataclass(frozen=True)
class Row:
    """One person: what they may do, in words, and the reasons for it."""

    seat: Membership
    may: list[str]
    because: list[str]


def candidates(thing: Thing, sight: Sight) -> MembershipQuerySet:
    """Whoever could possibly see it, found by the database; the judge says of each whether they do."""
    seats = Membership.objects.active().judged().filter(organization=thing.organization_id)
    return seats.filter(Membership.holding(sight.broad) | Q(person__in=thing.involved))


def rows(thing: Thing, sight: Sight, after: str = "") -> tuple[list[Row], str | None]:
    """By name, a page at a time; and the cursor of the next."""
    kept, following = page(candidates(thing, sight), after)
    judged = (row_of(seat, thing, sight) for seat in kept)
    return [row for row in judged if row], following


def row_of(seat: Membership, thing: Thing, sight: Sight) -> Row | None:
    actor = Actor.of_seat(seat)
    seen = why(actor, sight.sees, thing)
    if seen is None:
        return None
    reasons = {verb: why(actor, verb, thing) for verb in sight.does}
    may = ["see it", *(words for verb, words in sight.does.items() if reasons[verb])]
    return Row(seat, may, list(dict.fromkeys([seen, *(reason for reason in reasons.values() if reason)])))
