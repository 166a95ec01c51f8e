"""The log of deliveries as the pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.models import Membership, Person
from seconder.core.mail.suppressing import hash_of
from seconder.core.models import Delivery, Suppression
from seconder.notifications.kinds import ASKED, DIGEST, KINDS

LABELS = {
    ASKED: "What waits for you",
    DIGEST: "Digest",
    "account": "About your account",
    **{kind.name: kind.label for kind in KINDS.values()},
}
REASONS = {
    "bounced": "Mail to it came back for good, so none is sent there but codes to sign in.",
    "complained": "Its mail program says that our mail is unwanted, so no news and no digest is sent there.",
}


class Line(TypedDict):
    label: str
    state: str
    at: object
    person: Person | None


class Silent(TypedDict):
    """A member whose mail came back. Who complained takes it back alone, so others need not hear of it."""

    seat: Membership
    reason: str


def of_person(person: Person) -> QuerySet[Delivery]:
    return Delivery.objects.filter(person_id=person.pk)


def visible_to(actor: Actor) -> QuerySet[Delivery]:
    """What told of the actor's organization; letters about an account are its person's alone."""
    return Delivery.objects.filter(organizations__contains=[str(actor.organization.pk)])


def lines(rows: Iterable[Delivery]) -> list[Line]:
    found = list(rows)
    people = Person.objects.in_bulk({row.person_id for row in found if row.person_id})
    return [
        Line(
            label=LABELS.get(row.kind, row.kind),
            state=row.state,
            at=row.changed_at,
            person=people.get(row.person_id) if row.person_id else None,
        )
        for row in found
    ]


def silent(actor: Actor) -> list[Silent]:
    with scopes_disabled():
        seats = Membership.objects.active().filter(organization=actor.organization).select_related("person")
        by_hash = {hash_of(seat.person.email): seat for seat in seats}
    rows = Suppression.objects.filter(pk__in=by_hash, reason="bounced").order_by("at")
    return [Silent(seat=by_hash[row.pk], reason=REASONS[row.reason]) for row in rows]
