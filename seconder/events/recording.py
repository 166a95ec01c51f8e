"""Writing events: one or many, inside the caller's transaction, in one statement that Django's models have no
part in, because every step of every run writes some."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.json import JSON, Object
from seconder.core.rows import Part, rowset
from seconder.engine import write
from seconder.events.by import By
from seconder.events.catalogue import NAMES

LANE = "events"


class Subject(Protocol):
    """A row that belongs to an organization."""

    @property
    def pk(self) -> uuid.UUID: ...
    @property
    def organization_id(self) -> uuid.UUID: ...


@dataclass(slots=True)
class Occurrence:
    """An event before it is written: the columns of Event that the sealer does not fill."""

    id: uuid.UUID
    organization_id: uuid.UUID
    name: str
    subject_kind: str
    subject_id: uuid.UUID
    run_id: uuid.UUID | None
    by: By
    facts: Object
    at: datetime


def prepare(
    name: str, subject: Subject, by: By, run_id: uuid.UUID | None = None, **facts: JSON
) -> Occurrence:
    """What `recording` takes, for those who record many in one statement."""
    if name not in NAMES:
        raise ValueError(f"{name!r} is not in the catalogue of events: add it to the app's events.py.")
    kind = type(subject).__name__.lower()
    return Occurrence(new_id(), subject.organization_id, name, kind, subject.pk, run_id, by, facts, now())


_WRITE = """
INSERT INTO events_event (id, organization_id, name, subject_kind, subject_id, run_id, by_kind, by_id, channel,
  strength, facts, at)
SELECT * FROM json_to_recordset(%s::json) AS v(id uuid, organization_id uuid, name text, subject_kind text,
  subject_id uuid, run_id uuid, by_kind text, by_id uuid, channel text, strength text, facts jsonb, at timestamptz)
"""


def recording(occurred: list[Occurrence]) -> Part:
    """Writes all of them, and wakes the sealer; for those who write more with it in one statement."""
    return Part(_WRITE, [rowset([_row(one) for one in occurred])], LANE)


def _row(one: Occurrence) -> dict[str, object]:
    return {
        "id": one.id,
        "organization_id": one.organization_id,
        "name": one.name,
        "subject_kind": one.subject_kind,
        "subject_id": one.subject_id,
        "run_id": one.run_id,
        "by_kind": one.by.kind,
        "by_id": one.by.id,
        "channel": one.by.channel,
        "strength": one.by.strength,
        "facts": one.facts,
        "at": one.at,
    }


def record(name: str, subject: Subject, by: By, run_id: uuid.UUID | None = None, **facts: JSON) -> Occurrence:
    """Records that `name` (`noun.verbed`) happened to `subject`; facts are ids, hashes and plain values."""
    occurrence = prepare(name, subject, by, run_id, **facts)
    write([recording([occurrence])])
    return occurrence
