"""Whether something given is a key to sign mail with; read with the settings, before anything else can be."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SMALLEST = 2048  # bits


def complaint(pem: str) -> str | None:
    """What keeps this from being a key to sign with."""
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "must be an RSA key in PEM, without a password"
    if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST:
        return f"must be an RSA key of at least {SMALLEST} bits"
    return None
