"""Waking a run: whoever decides, cancels or starts calls it inside the own transaction."""

from __future__ import annotations

from django.db import connection

from seconder.engine.wake import CHANNEL

LANE = "runs"
_WAKE = """
WITH woken AS (
  UPDATE runs_run SET is_woken = lease IS NOT NULL, next_at = CASE WHEN lease IS NULL THEN now() ELSE next_at END
  WHERE id = %s AND finished_at IS NULL)
SELECT pg_notify(%s, %s)
"""


def address(run_id: object) -> str:
    """What a review stores, to wake this run when it closes."""
    return f"run:{run_id}"


def wake_run(run_id: str) -> None:
    """Makes the run due. While a worker has it in hand only a mark is left, which parking reads: the answer that
    arrives before the run is parked is kept, and two workers never hold one run."""
    with connection.cursor() as cursor:
        cursor.execute(_WAKE, [run_id, CHANNEL, LANE])
