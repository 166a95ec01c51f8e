"""Counting attempts, so that guessing is slow: Django's cache on the database, which allauth's limits count in.

Under a key of the cache lies the time of each attempt and nothing else. The key itself would name an address or a
network; what is stored is a keyed hash of it, and the row is gone once its time is over.
"""

from __future__ import annotations

from seconder.accounts.models import Attempt
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash


def hidden(key: str, prefix: str, version: int) -> str:
    """What stands in the table in place of the key (`KEY_FUNCTION`)."""
    return keyed_hash(f"{prefix}:{version}:{key}", "attempts")


def forget_expired() -> None:
    Attempt.objects.filter(expires__lt=now()).delete()
