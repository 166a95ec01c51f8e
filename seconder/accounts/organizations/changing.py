from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.accounts.changed import access_changed
from seconder.accounts.identity.factors import has_second_factor
from seconder.accounts.models import Membership
from seconder.accounts.names import seen
from seconder.accounts.organizations.naming import checked_name
from seconder.core.refusals import Conflict
from seconder.events.recording import record

LONGEST_ADDRESS = 200  # characters


@transaction.atomic
def rename(actor: Actor, name: str) -> None:
    """The slug stays: addresses, files and keys of others name it. Raises ValidationError."""
    demand(actor, "organization.manage")
    organization, new = actor.organization, checked_name(name)
    if new != organization.name:
        organization.name = new
        organization.save(update_fields=["name"])
        record("organization.renamed", organization, actor.by)


@transaction.atomic
def move(actor: Actor, address: str) -> None:
    """Says where the organization can be written to, in lines; "" takes it back. Raises ValidationError."""
    demand(actor, "organization.manage")
    lines = [line for each in address.splitlines() if (line := seen(each))]
    organization, new = actor.organization, "\n".join(lines)
    if len(new) > LONGEST_ADDRESS:
        raise ValidationError(f"An address has at most {LONGEST_ADDRESS} characters; this has {len(new)}.")
    if new != organization.postal_address:
        organization.postal_address = new
        organization.save(update_fields=["postal_address"])
        record("organization.address_changed", organization, actor.by)


@transaction.atomic
def require_second_factor(actor: Actor, *, required: bool) -> None:
    """From now on members without one, and their keys, may do nothing here before they have set one up."""
    demand(actor, "organization.own")
    organization = actor.organization
    if required and not has_second_factor(actor.person):
        raise Conflict("Set up a second factor of your own first: otherwise this would lock you out.")
    if required != organization.requires_second_factor:
        organization.requires_second_factor = required
        organization.save(update_fields=["requires_second_factor"])
        record(
            "organization.factor_required" if required else "organization.factor_optional",
            organization,
            actor.by,
        )
        access_changed()


def without_second_factor() -> int:
    """How many active members of the organization in scope have none."""
    from seconder.accounts.identity.factors import second_factor_of

    return Membership.objects.active().filter(~second_factor_of("person_id")).count()
