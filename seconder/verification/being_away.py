"""Being out of office: said with its days and with who stands in, and over; one's own, across organizations."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership, Person
from seconder.accounts.naming import people
from seconder.core.json import Object
from seconder.core.refusals import Invalid, NotFound
from seconder.events.by import By
from seconder.events.recording import record
from seconder.verification.models import Absence


@transaction.atomic
def go_away(
    person: Person,
    stand_in: Person,
    first: date,
    last: date,
    *,
    by: By,
    organization: uuid.UUID | None = None,
    agent: str = "",
) -> Absence:
    """Both days included, in the time zone that is set. Raises Invalid where one is away for the same already: of two
    who stand in for the same, nothing would say which."""
    made = Absence(
        person_id=person.pk,
        stand_in_id=stand_in.pk,
        starts_at=_midnight(first),
        ends_at=_midnight(last + timedelta(days=1)),
        organization_id=organization,
        agent=agent,
    )
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)  # one after the other
    _only(made)
    made.save()
    colleagues = {seat.organization_id for seat in seats_of(stand_in)}
    for seat in _told(person, made):
        facts: Object = {
            "starts": made.starts_at.isoformat(),
            "ends": made.ends_at.isoformat(),
            "agent": agent,
        }
        # An organization's record names nobody who is no member there; there, the person stays asked.
        if seat.organization_id in colleagues:
            facts["stand_in"] = str(stand_in.pk)
        record("membership.away", seat, by, None, **facts)
    return made


@transaction.atomic
def come_back(person: Person, absence: uuid.UUID, by: By) -> None:
    """Ends it now, or calls it off where it has not begun. Raises NotFound."""
    found = Absence.objects.select_for_update().filter(pk=absence, person_id=person.pk).first()
    if found is None:
        raise NotFound("There is no such absence of yours. It may have ended already.")
    found.delete()
    for seat in _told(person, found):
        record("membership.back", seat, by, agent=found.agent)


def seats_of(person: Person) -> list[Membership]:
    """Where the person is a member, by name, with all that the judge needs."""
    with scopes_disabled():
        rows = Membership.objects.active().judged().filter(person=person)
        return list(rows.order_by("organization__name"))


def _told(person: Person, absence: Absence) -> list[Membership]:
    return [seat for seat in seats_of(person) if absence.organization_id in (None, seat.organization_id)]


def _only(made: Absence) -> None:
    same = Absence.objects.filter(
        person_id=made.person_id, organization_id=made.organization_id, agent=made.agent
    )
    other = same.filter(starts_at__lt=made.ends_at, ends_at__gt=made.starts_at).order_by("starts_at").first()
    if other is not None:
        first, last = _day(other.starts_at), _day(other.ends_at - timedelta(seconds=1))
        who = people([other.stand_in_id])[other.stand_in_id]["name"] or "somebody who has left"
        raise Invalid(
            f"You are away for the same from {first} to {last} already, and {who} stands in. End that one first, "
            "or name other days.",
            path="starts",
        )


def _midnight(day: date) -> datetime:
    """When that day begins for whoever asks: the door sets their time zone."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")
