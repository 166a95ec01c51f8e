"""A step that did not work: tried again later as its author said, or failed for good."""

from __future__ import annotations

from seconder.agents.file import Step
from seconder.core.clock import now
from seconder.runs.models import StepRun
from seconder.runs.progress import Progress

MESSAGE_LIMIT = 2000  # characters


class StepFailed(Exception):
    """`kind` is a stable word · `detail`: what happened and what to do · `retryable`: trying again can help."""

    def __init__(self, kind: str, detail: str, *, retryable: bool = False) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.retryable = kind, detail, retryable


def fail(progress: Progress, step: Step, row: StepRun, failure: StepFailed) -> bool:
    """Whether the run can go on at once: it cannot while the step waits for its next attempt."""
    row.error = {"type": failure.kind, "message": failure.detail[:MESSAGE_LIMIT]}
    if failure.retryable and row.attempts < step.retry.attempts:
        row.status = "waiting"
        row.retry_at = now() + step.retry.backoff * 2 ** max(row.attempts - 1, 0)
        progress.touch(row)
        progress.note("step.retrying", step=step.id, attempt=row.attempts, because=failure.kind)
        return False
    progress.settle(row, "failed", because=failure.kind)
    return True


def is_due(progress: Progress, row: StepRun) -> bool:
    """Whether the step may be tried now. Where the database's clock says so too, since a run is taken in hand by
    that one: a worker whose clock is behind would else park it and be handed it again, over and over."""
    return row.retry_at is None or row.retry_at <= max(now(), progress.taken_at)
