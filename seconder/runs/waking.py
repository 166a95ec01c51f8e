"""Waking a run: whoever decides, cancels or starts calls it inside the own transaction."""

from __future__ import annotations

from seconder.core.rows import Part
from seconder.engine import write

LANE = "runs"
_WAKE = """
UPDATE runs_run SET is_woken = lease IS NOT NULL, next_at = CASE WHEN lease IS NULL THEN now() ELSE next_at END
WHERE id = %s AND finished_at IS NULL
"""


def address(run_id: object) -> str:
    """What a review stores, to wake this run when it closes."""
    return f"run:{run_id}"


def waking_run(run_id: str) -> Part:
    """Makes the run due. While a worker has it in hand only a mark is left, which parking reads: the answer that
    arrives before the run is parked is kept, and two workers never hold one run."""
    return Part(_WAKE, [run_id], LANE)


def wake_run(run_id: str) -> None:
    write([waking_run(run_id)])
