"""The chain: each record's hash covers the record and the hash before it (SHA-256), from 32 zero bytes on.

`entry` is the record as it is hashed, exported and shown; anybody with the export can compute it again.
"""

from __future__ import annotations

import functools
import hashlib
import json
import uuid
from datetime import datetime
from typing import NamedTuple

from seconder.core.clock import rfc3339
from seconder.core.json import JSON, canonical
from seconder.events.link import GENESIS, link
from seconder.events.models import Event

__all__ = ["COLUMNS", "GENESIS", "Unsealed", "entry", "link"]


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


COLUMNS = """id::text, organization_id::text, name, subject_kind, subject_id::text, run_id::text, by_kind, by_id::text,
channel, strength, facts::text, at"""


class Unsealed(NamedTuple):
    """A row as the sealer reads it, by COLUMNS. Ids stay text, because to the chain they are nothing else: making
    ids of them, and text of those again, took most of the sealer's time."""

    id: str
    organization_id: str
    name: str
    subject_kind: str
    subject_id: str
    run_id: str | None
    by_kind: str
    by_id: str | None
    channel: str
    strength: str
    facts: str
    at: datetime

    def hash(self, before: bytes, seq: int) -> bytes:
        """As `link(before, entry(…, seq))`."""
        return hashlib.sha256(before + self.canonical(seq)).digest()

    def canonical(self, seq: int) -> bytes:
        """The canonical form of `entry`, written down rather than sorted out, record by record."""
        return (
            f'{{"at":"{rfc3339(self.at)}","by":{{"id":{_id(self.by_id)},"kind":{_word(self.by_kind)}}},'
            f'"channel":{_word(self.channel)},"facts":{canonical(json.loads(self.facts)).decode()},'
            f'"id":"{self.id}","name":{_word(self.name)},"organization":"{self.organization_id}",'
            f'"run":{_id(self.run_id)},"seq":{seq},"strength":{_word(self.strength)},'
            f'"subject":{{"id":"{self.subject_id}","kind":{_word(self.subject_kind)}}}}}'
        ).encode()

    def event(self) -> Event:
        return Event(
            id=uuid.UUID(self.id),
            organization_id=uuid.UUID(self.organization_id),
            name=self.name,
            subject_kind=self.subject_kind,
            subject_id=uuid.UUID(self.subject_id),
            run_id=self.run_id and uuid.UUID(self.run_id),
            by_kind=self.by_kind,
            by_id=self.by_id and uuid.UUID(self.by_id),
            channel=self.channel,
            strength=self.strength,
            facts=json.loads(self.facts),
            at=self.at,
        )


def _id(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'


@functools.lru_cache(maxsize=1024)
def _word(value: str) -> str:
    """Of names and kinds, which are few."""
    return canonical(value).decode()
