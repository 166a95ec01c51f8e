"""From events to notifications: who hears of it, each once, in a handful of statements for a whole batch."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.core.purposes import purpose
from seconder.core.rows import rowset
from seconder.events.models import Event
from seconder.notifications.models import Preferences
from seconder.notifications.posting import Posting, Thing, postings
from seconder.notifications.topics import topics

# In which it may be seen in the product, and others may come, before a mail goes. Not less than the lane's own
# rhythm (`engine.NET`): then nobody need wake the lane for a notification that is new.
GRACE = timedelta(seconds=10)
_NOTIFY = """
INSERT INTO notifications_notification
  (person_id, event_id, organization_id, name, subject_id, at, mail_due_at, letter)
SELECT * FROM json_to_recordset(%s::json) AS v(person_id uuid, event_id uuid, organization_id uuid, name text,
  subject_id uuid, at timestamptz, mail_due_at timestamptz, letter text)
ON CONFLICT DO NOTHING
"""


def hear(events: list[Event]) -> None:
    """Notifies everybody concerned. Hearing of an event again changes nothing."""
    with purpose("service.notifications"), transaction.atomic(), scopes_disabled():
        told = _of_members(_heard([event for event in events if event.name in topics]))
        if told:
            things = [Thing(event.name, event.subject_id, preferences) for event, preferences in told]
            posted = postings(things, now() + GRACE)
            rows = [_row(*one, post) for one, post in zip(told, posted, strict=True)]
            with connection.cursor() as cursor:
                cursor.execute(_NOTIFY, [rowset(rows)])


def hear_by_id(event_ids: list[uuid.UUID]) -> None:
    with scopes_disabled():
        events = list(Event.objects.filter(pk__in=event_ids))
    hear(events)


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


def _of_members(heard: Iterator[tuple[Event, uuid.UUID]]) -> list[tuple[Event, Preferences]]:
    """With how each of them hears; without those who have left the organization, or were erased, meanwhile."""
    pairs = list(heard)
    if not pairs:
        return []
    seats = Membership.objects.active().filter(
        organization_id__in={event.organization_id for event, _ in pairs},
        person_id__in={person for _, person in pairs},
    )
    rows = seats.select_related("person__preferences")
    members = {(seat.organization_id, seat.person_id): Preferences.of(seat.person) for seat in rows}
    asked = ((event, members.get((event.organization_id, person))) for event, person in pairs)
    return [(event, preferences) for event, preferences in asked if preferences]


def _row(event: Event, preferences: Preferences, post: Posting) -> dict[str, object]:
    return {
        "person_id": preferences.person_id,
        "event_id": event.pk,
        "organization_id": event.organization_id,
        "name": event.name,
        "subject_id": event.subject_id,
        "at": event.at,
        "mail_due_at": post.due_at,
        "letter": post.letter,
    }
