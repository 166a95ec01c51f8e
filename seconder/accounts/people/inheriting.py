"""Who takes over what was somebody's when their account is erased: in each organization a colleague, whom they named or
who runs it. Where nobody else is left, the organization has nobody and ends."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction
from django_scopes import scope, scopes_disabled

from seconder.accounts.models import Membership, Organization
from seconder.accounts.people.belongings import bound
from seconder.accounts.people.leaving import end_seat
from seconder.core.refusals import Invalid
from seconder.events.by import SYSTEM
from seconder.events.recording import record

_RUNS_IT = ("owner", "admin")


def seats_of(person: uuid.UUID) -> list[Membership]:
    with scopes_disabled():
        rows = Membership.objects.select_related("organization", "person", "custom_role")
        return list(rows.filter(person=person).order_by("organization__slug"))


def heirs(seat: Membership) -> list[Membership]:
    """Who can take over all that is theirs: owners first, then admins, then others whose role allows it. Where nobody's
    does, everybody else who is here: one of them becomes an owner, or nobody could go."""
    with scopes_disabled():
        rows = Membership.objects.active().select_related("person", "custom_role")
        others = list(rows.filter(organization=seat.organization_id).exclude(pk=seat.pk).order_by("pk"))
    able = [one for one in others if _needed() <= one.verbs] or others
    return sorted(able, key=lambda one: _RUNS_IT.index(one.role) if one.role in _RUNS_IT else len(_RUNS_IT))


def heir_of(seat: Membership, chosen: Mapping[str, str]) -> Membership | None:
    """The one who was named, if they still can; else the first who can. None: nobody else is here."""
    able = heirs(seat)
    named = chosen.get(str(seat.organization_id), "")
    return next((one for one in able if str(one.person_id) == named), able[0] if able else None)


def check(person: uuid.UUID, chosen: Mapping[str, str]) -> None:
    """Raises Invalid for an heir who cannot be one."""
    for seat in seats_of(person):
        named = chosen.get(str(seat.organization_id), "")
        if named and named not in {str(one.person_id) for one in heirs(seat)}:
            raise Invalid(
                f"In {seat.organization.name}, name somebody whose role allows them to take over what is yours.",
                path="heirs",
            )


def pass_on_seats(person: uuid.UUID, chosen: Mapping[str, str]) -> list[Organization]:
    """Ends every seat where somebody else is; answers the organizations that have nobody else, whose seats stand."""
    alone = []
    for seat in seats_of(person):
        with scope(organization=seat.organization_id), transaction.atomic():
            Organization.objects.select_for_update(no_key=True).get(pk=seat.organization_id)
            to = heir_of(seat, chosen)
            if to is None:
                alone.append(seat.organization)
                continue
            _keep_an_owner(seat, to)
            end_seat(seat, to, SYSTEM, left=True)
    return alone


def _needed() -> set[str]:
    return {kind.needs for kind in bound.kinds if kind.must and kind.needs}


def _keep_an_owner(seat: Membership, to: Membership) -> None:
    """An organization without an owner could not be changed any more: whoever takes over becomes one; so does who could
    not have what must be somebody's."""
    others = Membership.objects.active().filter(role="owner").exclude(pk=seat.pk)
    if others.exists() and _needed() <= to.verbs:
        return
    before = to.role_name
    to.role, to.custom_role = "owner", None
    to.save(update_fields=["role", "custom_role"])
    record("membership.role_changed", to, SYSTEM, person=str(to.person_id), before=before, role="owner")
