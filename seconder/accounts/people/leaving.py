"""Giving up a seat, one's own or somebody else's: first what they own goes to a colleague, then everything ends."""

from __future__ import annotations

from django.db import transaction

from seconder.accounts import security
from seconder.accounts.actor import Actor
from seconder.accounts.changed import access_changed
from seconder.accounts.invitations.owning import withdraw
from seconder.accounts.models import Membership
from seconder.accounts.people.belongings import bound, hand_over
from seconder.accounts.people.changing import lock, may_manage, not_the_last_owner
from seconder.core.json import Object
from seconder.core.refusals import Conflict, Invalid
from seconder.events.by import By
from seconder.events.recording import record


@transaction.atomic
def remove(actor: Actor, seat: Membership, to: Membership | None = None) -> dict[str, int]:
    """How many of each kind of thing went to the colleague."""
    locked = lock(actor, seat)
    may_manage(actor, locked)
    if actor.person.pk == locked.person_id:
        raise Conflict("You cannot remove yourself; leave instead.")
    return _give_up(actor, locked, to)


@transaction.atomic
def leave(actor: Actor, to: Membership | None = None) -> None:
    """Whoever came of their own will goes so, whatever their role; but the last owner stays."""
    locked = lock(actor, Membership.objects.get(person=actor.person))
    _give_up(actor, locked, to)


@transaction.atomic
def pass_on(actor: Actor, seat: Membership, to: Membership) -> dict[str, int]:
    """Hands everything over and goes on. One's own, or, for whoever manages people, somebody's."""
    locked = lock(actor, seat)
    if actor.person.pk != locked.person_id:
        may_manage(actor, locked)
    given = hand_over(locked, to, actor.by)
    if not given:
        raise Invalid(f"{locked.person.name} has nothing here that could be handed over.")
    _handed(actor.by, locked, to, given)
    return given


def _give_up(actor: Actor, seat: Membership, to: Membership | None) -> dict[str, int]:
    not_the_last_owner(seat)
    return end_seat(seat, to, actor.by, left=actor.person.pk == seat.person_id)


def end_seat(seat: Membership, to: Membership | None, by: By, *, left: bool) -> dict[str, int]:
    """Of a seat that is locked and may go, whoever says so; in the caller's transaction."""
    given = hand_over(seat, to, by)
    if to and given:
        _handed(by, seat, to, given)
    for ends in bound.ends:
        ends(seat, by)
    withdraw(seat, by)
    for key in seat.person.keys.filter(organization=seat.organization_id, revoked_at=None):
        key.revoke(by, reason="its person left")
    security.observe("member.removed", person=seat.person, organization=seat.organization)
    record(
        "membership.left" if left else "membership.removed",
        seat,
        by,
        person=str(seat.person_id),
        role=seat.role_name,
    )
    seat.delete()
    access_changed()
    return given


def _handed(by: By, seat: Membership, to: Membership, given: dict[str, int]) -> None:
    what: Object = dict(given)
    record("membership.handed_over", seat, by, person=str(seat.person_id), to=str(to.person_id), what=what)
