"""Reading many tables as they stood at one moment."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import connection, transaction


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """Everything that is read inside stood so when the first statement was sent, whatever is committed meanwhile.
    Nothing is written inside, and it begins in no other transaction: both are refused."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
