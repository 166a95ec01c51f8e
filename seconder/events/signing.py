"""The installation's signature (Ed25519, RFC 8032). The key follows from SECRET_KEY, so none is stored."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seconder.core.encryption import derive
from seconder.core.json import Object
from seconder.events.link import signed_text

EVIDENCE = b"seconder evidence head\n"
RECEIPT = b"seconder receipt\n"


def public_key() -> str:
    """64 hexadecimal digits; the same as long as SECRET_KEY is. Published under `/.well-known/`."""
    return _private_key().public_key().public_bytes_raw().hex()


def sign(head: Object) -> str:
    """128 hexadecimal digits."""
    return _private_key().sign(signed_text(head)).hex()


def sign_evidence(head: bytes) -> str:
    """Of the head of a run's evidence, which means nothing as the head of an export."""
    return _private_key().sign(EVIDENCE + head).hex()


def sign_receipt(receipt: bytes) -> str:
    """Of what a person answered, which means nothing as the head of anything."""
    return _private_key().sign(RECEIPT + receipt).hex()


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive("audit-signing"))
