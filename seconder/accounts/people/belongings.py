"""What a member may own, and who takes it over. The apps above own it; what they have is bound in `wiring.py`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from seconder.accounts.models import Membership
from seconder.core.refusals import Invalid
from seconder.events.by import By


class Belonging(NamedTuple):
    """One thing, and where it is shown below `/{organization}/`."""

    label: str
    path: str = ""


Of = Callable[[Membership], list[Belonging]]
PassOn = Callable[[Membership, Membership, By], int]


@dataclass(frozen=True)
class Kind:
    """`of`: what this member has of it · `pass_on(from, to, by)`: gives all of it to another, in the caller's
    transaction, and answers how many · `needs`: the verb that whoever takes it over must have ("": none) · `must`:
    nobody may leave without handing it over."""

    noun: str
    of: Of
    pass_on: PassOn
    needs: str = ""
    must: bool = False


# What ends for a seat that is given up or suspended, after what could be handed over was: in the same transaction.
Ends = Callable[[Membership, By], None]
# What names somebody by address, or a team by name, without belonging to them: agents' files.
Naming = Callable[[uuid.UUID, str], list[Belonging]]


def _names_nothing(_organization: uuid.UUID, _name: str) -> list[Belonging]:
    return []


@dataclass
class Bound:
    kinds: list[Kind]
    ends: list[Ends]
    naming_person: Naming = _names_nothing
    naming_team: Naming = _names_nothing


bound = Bound([], [])


def owned(seat: Membership) -> dict[Kind, list[Belonging]]:
    """Everything that is theirs here, by kind; kinds of which they have nothing are left out."""
    found = {kind: kind.of(seat) for kind in bound.kinds}
    return {kind: things for kind, things in found.items() if things}


def hand_over(seat: Membership, to: Membership | None, by: By) -> dict[str, int]:
    """Gives all that is theirs to a colleague, inside the caller's transaction: how many of each noun. Without one,
    raises Invalid where there is something that somebody must have."""
    theirs = owned(seat)
    if to is None:
        if left := [f"{len(things)} {kind.noun}" for kind, things in theirs.items() if kind.must]:
            raise Invalid(f"Say who takes over {' and '.join(left)}.", path="to")
        return {}
    if to.pk == seat.pk or not to.is_active:
        raise Invalid("Name another member, who is not suspended.", path="to")
    for kind in theirs:
        if kind.must and not _may_have(to, kind):
            raise Invalid(
                f"{to.person.name} cannot take over {kind.noun}: the role {to.role_name} does not allow it "
                f"({kind.needs}).",
                path="to",
            )
    # What the colleague may not have, and nobody must, ends as if nobody were named.
    return {kind.noun: kind.pass_on(seat, to, by) for kind in theirs if _may_have(to, kind)}


def _may_have(to: Membership, kind: Kind) -> bool:
    return not kind.needs or kind.needs in to.verbs
