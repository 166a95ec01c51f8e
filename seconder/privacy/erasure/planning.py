"""What erasing somebody would do, computed from the declarations and shown before anything is done."""

from __future__ import annotations

from dataclasses import dataclass

from django_scopes import scope

from seconder.accounts.models import Membership
from seconder.accounts.people import inheriting
from seconder.accounts.people.belongings import owned
from seconder.core.vocabulary import Erasure as Verb
from seconder.privacy.erasure.bound import bound
from seconder.privacy.holdings.finding import holdings
from seconder.privacy.holdings.words import ERASED, Kind
from seconder.privacy.subject import Subject


@dataclass(frozen=True)
class Line:
    """One table: how many rows, and what is done with what is theirs in them."""

    label: str
    kind: Kind
    count: int
    verb: Verb
    keeps: tuple[str, ...]

    @property
    def says(self) -> str:
        return ERASED[self.verb]


@dataclass(frozen=True)
class Seat:
    """One organization that they leave: what of theirs goes to whom. `heirs` empty: it has nobody else, and ends."""

    seat: Membership
    things: tuple[str, ...]
    heirs: tuple[Membership, ...]


@dataclass(frozen=True)
class Plan:
    lines: tuple[Line, ...]
    seats: tuple[Seat, ...]
    naming: tuple[str, ...]  # agents of others in whose files their address stands

    def of(self, *verbs: Verb) -> list[Line]:
        return [line for line in self.lines if line.verb in verbs]

    @property
    def goes(self) -> list[Line]:
        return self.of("delete", "destroy key")

    @property
    def stays(self) -> list[Line]:
        return self.of("pseudonymise", "restrict")


def plan(subject: Subject) -> Plan:
    """A query for each table in which something of theirs can be."""
    lines = [
        Line(
            held.label, held.kind, count, held.erase, tuple(dict.fromkeys(rule.words for rule in held.keeps))
        )
        for held in holdings(subject)
        if (count := held.rows.count())
    ]
    seats = inheriting.seats_of(subject.id) if subject.id else []
    naming = {one.label: None for find in bound.naming for one in find(subject)}
    return Plan(tuple(lines), tuple(_seat(seat) for seat in seats), tuple(naming))


def _seat(seat: Membership) -> Seat:
    with scope(organization=seat.organization_id):
        things = tuple(f"{len(found)} {kind.noun}" for kind, found in owned(seat).items())
    return Seat(seat, things, tuple(inheriting.heirs(seat)))
