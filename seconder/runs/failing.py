"""A step that did not work: tried again later as its author said, or failed for good."""

from __future__ import annotations

import structlog

from seconder.agents.file import Step
from seconder.core.clock import now
from seconder.runs.frontier import frontier
from seconder.runs.models import StepRun
from seconder.runs.progress import Progress

log = structlog.get_logger()
MESSAGE_LIMIT = 2000  # characters
WORKERS = 5  # lost in a row with a run in hand, after which it is not taken up once more
_LOST = (
    "{count} workers in a row ended without a word while they were at this step. Most likely the machine ran out of "
    "memory, or a program crashed; its log has the moments. Once that is mended, retry the run: it goes on from here."
)


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


def give_up(progress: Progress) -> None:
    """Fails what is in hand of a run that takes its workers with it: the step, or one of each branch."""
    ready = frontier(progress.file.steps, progress.steps).ready
    for step in [step for step in ready if not _rests(progress, step)] or ready:
        log.error("run.workers_lost", run=str(progress.run.pk), step=step.id, count=WORKERS)
        fail(progress, step, progress.row(step), StepFailed("workers-lost", _LOST.format(count=WORKERS)))


def _rests(progress: Progress, step: Step) -> bool:
    """Whether it waits for a person or a time, beside another that is in hand."""
    row = progress.row(step)
    asked = any(
        review.status == "open" for (step_id, _), review in progress.reviews.items() if step_id == step.id
    )
    return row.status == "waiting" and (asked or not is_due(progress, row))


def is_due(progress: Progress, row: StepRun) -> bool:
    """Whether the step may be tried now. Where the database's clock says so too, since a run is taken in hand by
    that one: a worker whose clock is behind would else park it and be handed it again, over and over."""
    return row.retry_at is None or row.retry_at <= max(now(), progress.taken_at)
