"""Who left in the same moment in which a review asked them. Opening, asking more people and standing in read who is
there without a lock, which would cost each of them. So whoever leaves is looked for once more, when every transaction
that may have read that they were there has ended.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.engine import at
from seconder.events.by import SYSTEM
from seconder.events.models import Event
from seconder.verification.models import Assignment
from seconder.verification.unseating import unseat

JOB = "verification.leave_out_late"
EVENTS = (
    "membership.removed",
    "membership.left",
    "membership.suspended",
    "membership.role_changed",
    "role.changed",
)
AGAIN = timedelta(seconds=5)
LONGEST = timedelta(hours=1)  # no transaction that asks anybody takes longer


def hear(events: list[Event]) -> None:
    for home in sorted({event.organization_id for event in events}):
        _later(home, now())


def leave_out(organization: uuid.UUID, since: datetime) -> None:
    """Gives on the places of all who cannot be asked here; and looks again, as long as a transaction from before
    `since` goes on."""
    is_final = not _goes_on(since) or now() - since > LONGEST
    with transaction.atomic(), scopes_disabled():
        there = Membership.objects.assignable().filter(
            organization=organization, person=OuterRef("person_id")
        )
        seats = Assignment.objects.filter(review__organization=organization, review__status="open")
        waited_for = seats.filter(stage__gte=F("review__stage")).exclude(Exists(there))
        for person in sorted(set(waited_for.values_list("person_id", flat=True))):
            unseat(Membership(organization_id=organization, person_id=person), SYSTEM)
    if not is_final:
        _later(organization, since)


def _later(organization: uuid.UUID, since: datetime) -> None:
    at(now() + AGAIN, JOB, organization=str(organization), since=since.isoformat())


_OLDER = """
SELECT EXISTS (SELECT FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < %s)
"""


def _goes_on(since: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_OLDER, [since + AGAIN])  # the clocks of two machines are that close
        return bool(cursor.fetchone()[0])
