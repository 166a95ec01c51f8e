"""What happens to a seat while it lasts: another role, suspended, active again. And what holds for all that may take
the last owner away: the organization's row is locked, so two who go at the same moment do it one after the other."""

from __future__ import annotations

from django.db import transaction

from seconder.accounts import security
from seconder.accounts.actor import Actor, can, demand
from seconder.accounts.changed import access_changed
from seconder.accounts.freshness import NotFresh
from seconder.accounts.models import Membership, Organization
from seconder.accounts.people.belongings import bound
from seconder.accounts.people.joining import role_called
from seconder.accounts.roles import verbs_of
from seconder.core.refusals import Conflict, NotAllowed, NotFound
from seconder.events.recording import record


@transaction.atomic
def change_role(actor: Actor, seat: Membership, role: str) -> None:
    """One cannot give what one lacks, nor change whoever may more than that."""
    locked = lock(actor, seat)
    may_manage(actor, locked)
    kind, own = role_called(role)
    may_give(actor, role, verbs_of(kind, own.verbs if own else None))
    before = locked.role_name
    if role == before:
        return
    if before == "owner" or role == "owner":
        _proved(actor)
    if before == "owner":
        not_the_last_owner(locked)
    locked.role, locked.custom_role = kind, own
    locked.save(update_fields=["role", "custom_role"])
    _observe("member.role-changed", locked, what=role)
    record(
        "membership.role_changed", locked, actor.by, person=str(locked.person_id), before=before, role=role
    )
    if "reviews.decide" not in locked.verbs:
        _end(locked, actor)
    access_changed()


@transaction.atomic
def suspend(actor: Actor, seat: Membership) -> None:
    """At once: pages, keys and streams of theirs here are refused, and what waited for them goes to others."""
    locked = lock(actor, seat)
    may_manage(actor, locked)
    _not_oneself(actor, locked, "suspend yourself; leave instead")
    if not locked.is_active:
        return
    not_the_last_owner(locked)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    _observe("member.suspended", locked)
    record("membership.suspended", locked, actor.by, person=str(locked.person_id))
    _end(locked, actor)
    access_changed()


@transaction.atomic
def reactivate(actor: Actor, seat: Membership) -> None:
    locked = lock(actor, seat)
    may_manage(actor, locked)
    if locked.is_active:
        return
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    _observe("member.reactivated", locked)
    record("membership.reactivated", locked, actor.by, person=str(locked.person_id))


def lock(actor: Actor, seat: Membership) -> Membership:
    """The seat as it is now, after whoever changes the organization's people at this moment. Raises NotFound; and
    Conflict where that was the actor's own seat."""
    Organization.objects.select_for_update(no_key=True).get(pk=seat.organization_id)
    rows = Membership.objects.select_related("person", "custom_role").select_for_update(of=("self",))
    locked = rows.filter(pk=seat.pk).first()
    if locked is None:
        raise NotFound("This person is not a member any more.")
    own = Membership.objects.active().select_related("custom_role").filter(person=actor.person).first()
    if own is None or not actor.verbs <= own.verbs:
        raise Conflict("Your own role here was changed just now. Look at the page again.")
    return locked


def may_manage(actor: Actor, seat: Membership) -> None:
    demand(actor, "people.manage")
    if not can(actor, "people.manage", seat):
        raise NotAllowed(
            f"{seat.person.name} may do more here ({seat.role_name}) than you may give. "
            "Somebody who has at least that role can change it.",
            verb="people.manage",
        )


def may_give(actor: Actor, role: str, verbs: frozenset[str]) -> None:
    if missing := sorted(verbs - actor.may_give):
        raise NotAllowed(
            f"You cannot give the role {role}: it may do what you may not ({', '.join(missing)}).",
            verb="people.manage",
        )


def not_the_last_owner(seat: Membership) -> None:
    """To be asked under `lock`."""
    if seat.role != "owner" or not seat.is_active:
        return
    others = Membership.objects.active().filter(organization=seat.organization_id, role="owner")
    if not others.exclude(pk=seat.pk).exists():
        raise Conflict(
            f"{seat.person.name} is the last owner. Make somebody else an owner first; "
            "an organization without one could not be changed any more."
        )


def _proved(actor: Actor) -> None:
    """Who owns an organization is said by somebody who is there, not by a key that may have been lost."""
    if actor.strength not in ("session", "factor"):
        raise NotFresh("Owners are made and unmade in the browser, not with a key.")


def _not_oneself(actor: Actor, seat: Membership, what: str) -> None:
    if actor.person.pk == seat.person_id:
        raise Conflict(f"You cannot {what}.")


def _observe(kind: str, seat: Membership, what: str = "") -> None:
    home = Organization(pk=seat.organization_id)
    facts = {"what": what} if what else {}
    security.observe(kind, person=seat.person, organization=home, request=None, **facts)


def _end(seat: Membership, actor: Actor) -> None:
    for ends in bound.ends:
        ends(seat, actor.by)
