"""Writing events: one or many, inside the caller's transaction, in one statement that Django's models have no
part in, because every step of every run writes some."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import connection

from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.json import JSON, Object
from seconder.engine import notify
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
    """What `write` takes, for those who write many in one statement."""
    if name not in NAMES:
        raise ValueError(f"{name!r} is not in the catalogue of events: add it to the app's events.py.")
    kind = type(subject).__name__.lower()
    return Occurrence(new_id(), subject.organization_id, name, kind, subject.pk, run_id, by, facts, now())


def write(occurred: list[Occurrence]) -> None:
    """Writes all of them, inside the caller's transaction, and wakes the sealer."""
    if not occurred:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_event (id, organization_id, name, subject_kind, subject_id, run_id, by_kind, by_id, "
            "channel, strength, facts, at) SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], "
            "%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])",
            [
                [one.id for one in occurred],
                [one.organization_id for one in occurred],
                [one.name for one in occurred],
                [one.subject_kind for one in occurred],
                [one.subject_id for one in occurred],
                [one.run_id for one in occurred],
                [one.by.kind for one in occurred],
                [one.by.id for one in occurred],
                [one.by.channel for one in occurred],
                [one.by.strength for one in occurred],
                [json.dumps(one.facts) for one in occurred],
                [one.at for one in occurred],
            ],
        )
    notify(LANE)


def record(name: str, subject: Subject, by: By, run_id: uuid.UUID | None = None, **facts: JSON) -> Occurrence:
    """Records that `name` (`noun.verbed`) happened to `subject`; facts are ids, hashes and plain values."""
    occurrence = prepare(name, subject, by, run_id, **facts)
    write([occurrence])
    return occurrence
