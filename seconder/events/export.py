"""The record of one organization as JSON lines: one sealed record with its hash a line, then a signed head.

    {"hash": "…", "record": {"seq": 1, …}}
    {"head": {"organization": "…", "count": 1, "hash": "…", "at": "…", …}, "signature": "…"}

Each line is canonical JSON (`core.json`), so that no byte can change without a trace.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django_scopes import scopes_disabled

from seconder.core.clock import now, rfc3339
from seconder.core.json import Object, canonical
from seconder.events.chain import GENESIS, entry
from seconder.events.models import ChainHead, Event
from seconder.events.sealing import seal
from seconder.events.signing import public_key, sign
from seconder.events.verify import Verdict, verify

CHUNK = 1000  # rows in memory at a time


def export(organization_id: uuid.UUID) -> Iterator[bytes]:
    """The lines, each with its line break. Seals first, so that all that is committed by now is in it."""
    seal(wait=True)
    head = ChainHead.objects.filter(pk=organization_id).first()
    head = head or ChainHead(organization_id=organization_id, seq=0, hash=GENESIS)
    with scopes_disabled():
        events = Event.objects.filter(organization_id=organization_id, seq__lte=head.seq).order_by("seq")
    for event in events.iterator(chunk_size=CHUNK):
        yield _line({"record": entry(event, event.seq or 0), "hash": bytes(event.hash or b"").hex()})
    signed = _head(head)
    yield _line({"head": signed, "signature": sign(signed)})


def verify_chain(organization_id: uuid.UUID) -> Verdict:
    """Verifies the record as it stands in the database, against this installation's own key."""
    return verify(export(organization_id), trusted_key=public_key())


def _head(head: ChainHead) -> Object:
    """`count` follows from the chain's own end, not from the rows: a deleted last row shows."""
    return {
        "organization": str(head.organization_id),
        "count": head.seq,
        "hash": bytes(head.hash).hex(),
        "at": rfc3339(now()),
        "algorithm": "Ed25519",
        "public_key": public_key(),
    }


def _line(value: Object) -> bytes:
    return canonical(value) + b"\n"
