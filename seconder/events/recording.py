"""Writing events: one, inside the caller's transaction."""

from __future__ import annotations

import uuid
from typing import Protocol

from seconder.core.json import JSON
from seconder.engine import notify
from seconder.events.by import By
from seconder.events.catalogue import NAMES
from seconder.events.models import Event

LANE = "events"


class Subject(Protocol):
    """A row that belongs to an organization."""

    @property
    def pk(self) -> uuid.UUID: ...
    @property
    def organization_id(self) -> uuid.UUID: ...


def prepare(name: str, subject: Subject, by: By, run_id: uuid.UUID | None = None, **facts: JSON) -> Event:
    """The row for `name`, not saved: for those who write many in one statement. They notify LANE themselves."""
    if name not in NAMES:
        raise ValueError(f"{name!r} is not in the catalogue of events: add it to the app's events.py.")
    return Event(
        organization_id=subject.organization_id,
        name=name,
        subject_kind=type(subject).__name__.lower(),
        subject_id=subject.pk,
        run_id=run_id,
        by_kind=by.kind,
        by_id=by.id,
        channel=by.channel,
        strength=by.strength,
        facts=facts,
    )


def record(name: str, subject: Subject, by: By, run_id: uuid.UUID | None = None, **facts: JSON) -> Event:
    """Records that `name` (`noun.verbed`) happened to `subject`; facts are ids, hashes and plain values."""
    event = prepare(name, subject, by, run_id, **facts)
    event.save(force_insert=True)
    notify(LANE)
    return event
