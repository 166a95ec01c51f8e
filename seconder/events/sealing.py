"""The sealer: gives unchained events their place, in the order in which it sees them committed, and hands
each batch to those who react. One at a time in the whole installation (an advisory lock); it holds no lock
that the work itself needs, so the chain never serialises the work."""

from __future__ import annotations

import uuid
from collections import defaultdict

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django_scopes import scopes_disabled

from seconder.engine import enqueue, notify
from seconder.events.chain import GENESIS, entry, link
from seconder.events.models import ChainHead, Event

BATCH = 500
HEARD_AT_ONCE = 200  # events in one job of a reaction
SEALED = "sealed"  # the word by which open streams hear that there is something new
_LOCK = 0x5EA1

# event name → the jobs that hear of it, with a list of event ids; filled in wiring.py
reactions: dict[str, list[str]] = defaultdict(list)


def seal(*, wait: bool = False) -> int:
    """Seals everything committed until now; answers how many. Where another sealer is at it, it is left to that
    one, or, with `wait`, waited for: then all that was committed before the call is sealed on return."""
    total = 0
    while done := _seal_batch(wait=wait):
        total += done
    return total


def _seal_batch(*, wait: bool) -> int:
    with transaction.atomic(), scopes_disabled(), connection.cursor() as cursor:
        if not _take_lock(cursor, wait=wait):
            return 0
        events = list(Event.objects.filter(seq__isnull=True).order_by("id")[:BATCH])
        if events:
            _chain(events)
            _hand_over(events)
            notify(SEALED)
        return len(events)


def _take_lock(cursor: CursorWrapper, *, wait: bool) -> bool:
    if wait:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        return True
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    return bool(cursor.fetchone()[0])


def _chain(events: list[Event]) -> None:
    heads = _heads({event.organization_id for event in events})
    for event in events:
        head = heads[event.organization_id]
        head.seq += 1
        head.hash = link(bytes(head.hash), entry(event, head.seq))
        event.seq, event.hash = head.seq, head.hash
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_event e SET seq = v.seq, hash = v.hash "
            "FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[]) AS v(id, seq, hash) WHERE e.id = v.id",
            [[e.id for e in events], [e.seq for e in events], [e.hash for e in events]],
        )
    ChainHead.objects.bulk_update(heads.values(), ["seq", "hash"])


def _heads(organizations: set[uuid.UUID]) -> dict[uuid.UUID, ChainHead]:
    ChainHead.objects.bulk_create(
        [ChainHead(organization_id=key, seq=0, hash=GENESIS) for key in organizations], ignore_conflicts=True
    )
    return ChainHead.objects.select_for_update().in_bulk(organizations)


def _hand_over(events: list[Event]) -> None:
    heard: dict[str, list[str]] = defaultdict(list)
    for event in events:
        for job in reactions.get(event.name, ()):
            heard[job].append(str(event.id))
    for job, ids in heard.items():
        for start in range(0, len(ids), HEARD_AT_ONCE):
            enqueue(job, events=list(ids[start : start + HEARD_AT_ONCE]))
