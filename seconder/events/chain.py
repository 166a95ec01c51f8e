"""The chain: each record's hash covers the record and the hash before it (SHA-256), from 32 zero bytes on.

`entry` is the record as it is hashed, exported and shown; anybody with the export can compute it again.
"""

from __future__ import annotations

import uuid

from seconder.core.clock import rfc3339
from seconder.core.json import JSON
from seconder.events.link import GENESIS, link
from seconder.events.models import Event

__all__ = ["GENESIS", "entry", "link"]


def entry(event: Event, seq: int) -> dict[str, JSON]:
    return {
        "seq": seq,
        "id": str(event.id),
        "at": rfc3339(event.at),
        "organization": str(event.organization_id),
        "name": event.name,
        "subject": {"kind": event.subject_kind, "id": str(event.subject_id)},
        "run": _text(event.run_id),
        "by": {"kind": event.by_kind, "id": _text(event.by_id)},
        "channel": event.channel,
        "strength": event.strength,
        "facts": event.facts,
    }


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
