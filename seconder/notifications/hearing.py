"""From events to notifications: who hears of it, each once, in a handful of statements for a whole batch."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.core.purposes import purpose
from seconder.engine import at
from seconder.events.models import Event
from seconder.notifications.models import Notification
from seconder.notifications.topics import topics

GRACE = timedelta(
    seconds=10
)  # in which it may be seen in the product, and others may come, before a mail goes
MAIL = "notifications.mail"


def hear(event_ids: list[uuid.UUID]) -> None:
    """Notifies everybody concerned. Hearing of an event again changes nothing."""
    with purpose("service.notifications"), transaction.atomic(), scopes_disabled():
        events = [event for event in Event.objects.filter(pk__in=event_ids) if event.name in topics]
        moment = now()
        made = [_notification(event, person, moment) for event, person in _of_members(_heard(events))]
        Notification.objects.bulk_create(made, ignore_conflicts=True)
        if any(one.mail_due_at for one in made):
            at(moment + GRACE, MAIL, lock=MAIL)


def _heard(events: list[Event]) -> Iterator[tuple[Event, uuid.UUID]]:
    """Who did it needs no news of it."""
    by_name: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_name[event.name].append(event)
    for name, some in by_name.items():
        hears = topics[name].hears(some)
        for event in some:
            for person in hears.get(event.pk, set()) - {event.by_id}:
                yield event, person


def _of_members(heard: Iterator[tuple[Event, uuid.UUID]]) -> list[tuple[Event, uuid.UUID]]:
    """Without those who have left the organization, or were erased, meanwhile."""
    pairs = list(heard)
    seats = Membership.objects.active().filter(
        organization_id__in={event.organization_id for event, _ in pairs},
        person_id__in={person for _, person in pairs},
    )
    members = set(seats.values_list("organization_id", "person_id"))
    return [(event, person) for event, person in pairs if (event.organization_id, person) in members]


def _notification(event: Event, person: uuid.UUID, moment: datetime) -> Notification:
    return Notification(
        event_id=event.pk,
        organization_id=event.organization_id,
        person_id=person,
        name=event.name,
        subject_id=event.subject_id,
        at=event.at,
        mail_due_at=moment + GRACE if topics[event.name].is_mailed else None,
    )
