from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from seconder.accounts.actor import Actor, can, demand
from seconder.accounts.changed import access_changed
from seconder.accounts.models import Invitation, Role
from seconder.accounts.organizations.naming import checked_name, checked_slug
from seconder.accounts.people.belongings import bound
from seconder.accounts.people.changing import may_give
from seconder.accounts.roles import CUSTOM, MATRIX, OTHERS
from seconder.core.refusals import Conflict, Invalid, NotAllowed
from seconder.events.recording import record

ALWAYS = frozenset({"home.read", "notifications.read"})  # whoever is here sees that much


def make(actor: Actor, name: str, title: str, verbs: Iterable[str]) -> Role:
    """One cannot put into a role what one lacks. Raises ValidationError, Invalid, Conflict, NotAllowed."""
    demand(actor, "roles.manage")
    short, held = checked_slug(name, "A role's short name"), _checked(actor, name, verbs)
    if short in MATRIX or short == CUSTOM:
        raise Conflict(f"{short} is a built-in role. Choose another short name.", path="name")
    made = Role(organization=actor.organization, name=short, title=checked_name(title), verbs=held)
    try:
        with transaction.atomic():
            made.save()
            record("role.created", made, actor.by, role=short, verbs=list(held))
    except IntegrityError as there:
        raise Conflict(f"There is a role {short} already.", path="name") from there
    return made


@transaction.atomic
def change(actor: Actor, role: Role, title: str, verbs: Iterable[str]) -> None:
    """Judged anew from the next request on, on open streams too."""
    locked = Role.objects.select_for_update().get(pk=role.pk)
    may_change(actor, locked)
    held, before = _checked(actor, locked.name, verbs), set(locked.verbs)
    locked.title, locked.verbs = checked_name(title), held
    locked.save(update_fields=["title", "verbs"])
    record("role.changed", locked, actor.by, role=locked.name, verbs=list(held))
    if "reviews.decide" in before - set(held):
        for seat in locked.memberships.select_related("person", "custom_role"):
            for ends in bound.ends:
                ends(seat, actor.by)
    access_changed()


@transaction.atomic
def delete(actor: Actor, role: Role) -> None:
    """Not while somebody has it, or is invited to it."""
    locked = Role.objects.select_for_update().get(pk=role.pk)
    may_change(actor, locked)
    held, invited = (
        locked.memberships.count(),
        Invitation.objects.unended().filter(custom_role=locked).count(),
    )
    if held or invited:
        raise Conflict(
            f"{held} members have this role and {invited} invitations give it. Give them another first."
        )
    locked.invitations.all().delete()  # ended ones, which would be forgotten soon
    record("role.deleted", locked, actor.by, role=locked.name)
    locked.delete()


def _checked(actor: Actor, name: str, verbs: Iterable[str]) -> list[str]:
    held = frozenset(verbs) | ALWAYS
    if unknown := sorted(held - OTHERS):
        raise Invalid(
            f"A role cannot hold {unknown[0][:50]!r}: there is no such verb, or it is owners' only.",
            path="verbs",
        )
    may_give(actor, name, held)
    return sorted(held)


def may_change(actor: Actor, role: Role) -> None:
    demand(actor, "roles.manage")
    if not can(actor, "roles.manage", role):
        raise NotAllowed(
            f"The role {role.title} may do what you may not, so you cannot change it.", verb="roles.manage"
        )
