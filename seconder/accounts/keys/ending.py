"""The end of a key before its time: revoked by who may, or because it lay open somewhere."""

from __future__ import annotations

from django.db import transaction
from django_scopes import scope

from seconder.accounts.actor import Actor, demand
from seconder.accounts.holding import found
from seconder.accounts.identity import letters
from seconder.accounts.models import ApiKey, Membership
from seconder.accounts.security import observe


def revoke(actor: Actor, key: ApiKey) -> None:
    """One's own, or anybody's where one manages keys."""
    demand(actor, "keys.own" if key.person_id == actor.person.pk else "keys.manage", key)
    key.revoke(actor.by)


@transaction.atomic
def expose(secret: str) -> None:
    """A key that somebody found. Having it is proof enough: it is revoked at once, and those are told who must know.
    Of what is no key, or has ended, nothing follows; the answer is the same."""
    key = found(secret)
    if key is None or key.standing != "active":
        return
    key.revoke(reason="found in a public place")
    observe("key.exposed", person=key.person, organization=key.organization, what=key.kind, key=str(key.pk))
    for address in _told(key):
        letters.write("account/email/key_exposed", address, key=key, organization=key.organization)


def _told(key: ApiKey) -> set[str]:
    """Its person; of a service key also whoever manages keys."""
    told = {key.person.email}
    if key.is_service:
        with scope(organization=key.organization_id):
            seats = Membership.objects.active().having("keys.manage")
            told |= set(seats.values_list("person__email", flat=True))
    return told
