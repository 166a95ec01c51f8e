"""The account of refused reads: kept in a transaction of its own, as that of the reader ends with the refusal."""

from __future__ import annotations

import threading
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection

from seconder.core.clock import now
from seconder.core.ids import new_id

log = structlog.get_logger()
KEPT = timedelta(days=365)
_WRITE = """
INSERT INTO core_deniedread (id, day, purpose, tables, place, times, last_at) VALUES (%s, %s, %s, %s, %s, 1, %s)
ON CONFLICT (day, purpose, tables, place)
DO UPDATE SET times = core_deniedread.times + 1, last_at = excluded.last_at
"""


def note(purpose: str, tables: str, place: str) -> None:
    """Is written when this returns, whatever becomes of the caller's transaction."""
    thread = threading.Thread(target=_write, args=(purpose, tables, place), name="denials")
    thread.start()
    thread.join()


def _write(purpose: str, tables: str, place: str) -> None:
    moment = now()
    try:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [new_id(), moment.date(), purpose, tables, place, moment])
            cursor.execute("DELETE FROM core_deniedread WHERE day < %s", [(moment - KEPT).date()])
    except DatabaseError:
        log.exception("denial.unwritten", purpose=purpose, tables=tables, place=place)
    finally:
        connection.close()
