"""Counting attempts, so that guessing is slow: the cache that allauth's limits count in, on a table of ours.

Under a key lie the times of its attempts and nothing else. The key itself would name an address or a network; what
is stored is a keyed hash of it, and the row is gone once its time is over. Each call is one statement; Django's own
cache on a database takes three to five and counts the whole table each time.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from seconder.accounts.models import Attempt
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash

_PUT = """
INSERT INTO accounts_attempt AS kept (cache_key, value, expires) VALUES (%s, %s, %s)
ON CONFLICT (cache_key) DO UPDATE SET value = EXCLUDED.value, expires = EXCLUDED.expires
"""
_TAKE = f"{_PUT} WHERE kept.expires <= %s"


class Attempts(BaseCache):
    """Holds JSON. What is stored without an end is kept for a day."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:  # Any: Django's signature
        super().__init__({"TIMEOUT": 86_400, **params})

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Whether it was taken: nobody else holds it now. Two that come at once wait for each other at the row."""
        return self._write(_TAKE, [*self._row(key, value, timeout, version), now()])

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._write(_PUT, self._row(key, value, timeout, version))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        kept = Attempt.objects.filter(pk=self.make_and_validate_key(key, version), expires__gt=now())
        value = kept.values_list("value", flat=True).first()
        return default if value is None else json.loads(value)

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(Attempt.objects.filter(pk=self.make_and_validate_key(key, version)).delete()[0])

    def clear(self) -> None:
        Attempt.objects.all().delete()

    def _row(self, key: str, value: Any, timeout: float | None, version: int | None) -> list[str | datetime]:
        until = self.get_backend_timeout(timeout)
        assert until is not None, "nothing about an attempt is kept for good"
        name = self.make_and_validate_key(key, version)
        return [name, json.dumps(value), datetime.fromtimestamp(until, UTC)]

    @staticmethod
    def _write(statement: str, values: list[str | datetime]) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.rowcount)


def hidden(key: str, prefix: str, version: int) -> str:
    """What stands in the table in place of the key (`KEY_FUNCTION`)."""
    return keyed_hash(f"{prefix}:{version}:{key}", "attempts")


def forget_expired() -> None:
    Attempt.objects.filter(expires__lte=now()).delete()
