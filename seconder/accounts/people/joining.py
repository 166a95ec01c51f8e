from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django_scopes import scope

from seconder.accounts.models import Membership, Organization, Person, Role, Team, TeamMember
from seconder.accounts.roles import CUSTOM, MATRIX
from seconder.core.refusals import Conflict, Invalid
from seconder.events.by import By
from seconder.events.recording import record


@transaction.atomic
def join(
    organization: Organization, person: Person, role: str, by: By, teams: Iterable[Team] = ()
) -> Membership:
    """Makes the person a member in that role, a built-in one or the organization's own, and these teams. Raises
    Conflict where they are one already, suspended ones too: a role is not changed in passing."""
    with scope(organization=organization.pk):
        kind, own = role_called(role)
        seat, is_new = Membership.objects.get_or_create(
            organization=organization, person=person, defaults={"role": kind, "custom_role": own}
        )
        if not is_new:
            standing = f"as {seat.role_name}" if seat.is_active else "and is suspended"
            raise Conflict(f"{person.email} is in {organization.slug} already, {standing}.")
        TeamMember.objects.bulk_create([TeamMember(team=team, membership=seat) for team in teams])
        record("membership.created", seat, by, person=str(person.pk), role=role)
    return seat


def role_called(name: str) -> tuple[str, Role | None]:
    """What a seat's two columns hold for the role of that name, in the organization in scope. Raises Invalid."""
    if name in MATRIX:
        return name, None
    own = Role.objects.filter(name=name).first() if "\x00" not in name else None
    if own is None:
        raise Invalid(
            f"There is no role {name[:50]!r} here. Choose one of {', '.join(role_names())}.", path="role"
        )
    return CUSTOM, own


def role_names() -> list[str]:
    """All roles of the organization in scope, the built-in ones first."""
    return [*MATRIX, *Role.objects.order_by("name").values_list("name", flat=True)]
