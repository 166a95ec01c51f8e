"""One link of the chain. Apart from the models, so that an export can be verified where there is no Django."""

from __future__ import annotations

import hashlib

from seconder.core.json import JSON, canonical

GENESIS = bytes(32)
DOMAIN = b"seconder audit head\n"  # so that this signature means nothing elsewhere


def link(before: bytes, record: dict[str, JSON]) -> bytes:
    """SHA-256 over the hash before and the record."""
    return hashlib.sha256(before + canonical(record)).digest()


def signed_text(head: dict[str, JSON]) -> bytes:
    """What the signature of a head covers."""
    return DOMAIN + canonical(head)
