"""The sealer: gives unchained events their place, in the order in which it sees them committed, and hands
each batch to those who react. One at a time in the whole installation (an advisory lock); it holds no lock
that the work itself needs, so the chain never serialises the work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django_scopes import scopes_disabled

from seconder.core.rows import ids, rowset
from seconder.engine import enqueue
from seconder.engine.outage import is_outage
from seconder.engine.wake import CHANNEL
from seconder.events.chain import COLUMNS, GENESIS, Unsealed
from seconder.events.models import Event

log = structlog.get_logger()
BATCH = 500
HEARD_AT_ONCE = 200  # events in one job of a reaction
SEALED = "sealed"  # the word by which open streams hear that there is something new
_LOCK = 0x5EA1
_UNSEALED = f"SELECT {COLUMNS} FROM events_event WHERE seq IS NULL ORDER BY id LIMIT %s"  # noqa: S608  a constant
_HEADS = (
    "SELECT organization_id::text, seq, hash FROM events_chainhead WHERE organization_id = ANY(%s::uuid[])"
)
_PLACE = """
WITH placed AS (
  UPDATE events_event e SET seq = v.seq, hash = v.hash
  FROM json_to_recordset(%s::json) AS v(id uuid, seq bigint, hash bytea)
  WHERE e.id = v.id AND e.id = ANY(%s::uuid[])),
moved AS (
  INSERT INTO events_chainhead (organization_id, seq, hash)
  SELECT * FROM json_to_recordset(%s::json) AS v(organization_id uuid, seq bigint, hash bytea)
  ON CONFLICT (organization_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash)
SELECT pg_notify(%s, %s)
"""


@dataclass(frozen=True)
class Reaction:
    """`hear` is told of events as they are sealed, in the sealer's own transaction: both are so, or neither is.
    Where it fails, `job` is told of the same events by their ids, and tried again: the chain waits for nobody."""

    hear: Callable[[list[Event]], None]
    job: str


# event name → who reacts; filled in wiring.py
reactions: dict[str, list[Reaction]] = defaultdict(list)


def seal(*, wait: bool = False) -> int:
    """Seals everything committed until now; answers how many. Where another sealer is at it, it is left to that
    one, or, with `wait`, waited for: then all that was committed before the call is sealed on return."""
    total = 0
    while done := _seal_batch(wait=wait):
        total += done
        if done < BATCH:
            break
    return total


def _seal_batch(*, wait: bool) -> int:
    with transaction.atomic(), scopes_disabled(), connection.cursor() as cursor:
        if not _take_lock(cursor, wait=wait):
            return 0
        cursor.execute(_UNSEALED, [BATCH])
        rows = [Unsealed(*row) for row in cursor.fetchall()]
        if rows:
            _chain(cursor, rows)
            _hand_over(rows)
        return len(rows)


def _take_lock(cursor: CursorWrapper, *, wait: bool) -> bool:
    if wait:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        return True
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    return bool(cursor.fetchone()[0])


def _chain(cursor: CursorWrapper, rows: list[Unsealed]) -> None:
    """The lock keeps other sealers out, so that the ends of the chains stay as they are read here."""
    cursor.execute(_HEADS, [ids({row.organization_id for row in rows})])
    heads: dict[str, tuple[int, bytes]] = {key: (seq, bytes(end)) for key, seq, end in cursor.fetchall()}
    placed: list[dict[str, object]] = []
    for row in rows:
        seq, before = heads.get(row.organization_id, (0, GENESIS))
        heads[row.organization_id] = seq + 1, row.hash(before, seq + 1)
        placed.append({"id": row.id, "seq": seq + 1, "hash": heads[row.organization_id][1]})
    ends = [{"organization_id": key, "seq": seq, "hash": end} for key, (seq, end) in heads.items()]
    found = ids(row.id for row in rows)
    cursor.execute(_PLACE, [rowset(placed), found, rowset(ends), CHANNEL, SEALED])


def _hand_over(rows: list[Unsealed]) -> None:
    heard: dict[Reaction, list[Event]] = defaultdict(list)
    for row in rows:
        if row.name in reactions:
            event = row.event()
            for reaction in reactions[row.name]:
                heard[reaction].append(event)
    for reaction, events in heard.items():
        _tell(reaction, events)


def _tell(reaction: Reaction, events: list[Event]) -> None:
    try:
        with transaction.atomic():
            reaction.hear(events)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("reaction.failed", job=reaction.job)
        for start in range(0, len(events), HEARD_AT_ONCE):
            enqueue(reaction.job, events=[str(one.pk) for one in events[start : start + HEARD_AT_ONCE]])
