"""Whether a worker is alive, as Procrastinate's table of workers tells."""

from __future__ import annotations

from django.db import connection

FRESH = 60  # seconds; a worker writes every ten


def worker_seen() -> bool:
    """Whether any worker gave a sign of life in the last minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_workers "
            "WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [FRESH],
        )
        return bool(cursor.fetchone()[0])
