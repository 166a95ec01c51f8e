"""The advance of a run: look where it stands, act on what is ready, until it ends or nothing can go on.

Idempotent: everything follows from the rows, so advancing a run that was advanced before does nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

from django_scopes import scope

from seconder.agents.file import ExpressionError, MissingValue, Step
from seconder.core.clock import now
from seconder.core.encryption import ERASED
from seconder.core.json import JSON, Object
from seconder.core.recipients import concerning
from seconder.runs.acts import ai, review, tool
from seconder.runs.failing import WORKERS, StepFailed, fail, give_up
from seconder.runs.frontier import frontier
from seconder.runs.ledger import Ledger
from seconder.runs.models import StepRun
from seconder.runs.progress import DONE, Progress

_ERASED = "What the requester gave was erased, so the run cannot go on."
_ACTS = {"ai": ai.act, "review": review.act, "ask": review.act, "tool": tool.act}


async def advance(progress: Progress, ledger: Ledger) -> None:
    """Returns when the run is parked or has ended, and that is durable. Raises LeaseLost."""
    with scope(organization=progress.run.organization_id):
        if progress.run.input == ERASED:
            progress.end("failed", error={"type": "erased", "message": _ERASED, "step": ""})
            await ledger.write(progress)
            return
        if progress.run.workers_lost >= WORKERS:
            give_up(progress)
        while True:
            at = frontier(progress.file.steps, progress.steps)
            if at.broken:
                _break(progress, at.broken)
            elif not at.ready:
                progress.end("succeeded", output=_output(progress))
            elif await _act_on(progress, ledger, at.ready):
                continue
            else:
                progress.park(_until(progress))
            await ledger.write(progress)
            return


async def _act_on(progress: Progress, ledger: Ledger, ready: list[Step]) -> bool:
    """Whether any of them came further."""
    if len(ready) == 1:
        return await _act(progress, ledger, ready[0])
    acting = {asyncio.create_task(_act(progress, ledger, step)): step for step in ready}
    try:
        return await _side_by_side(progress, ledger, acting)
    except asyncio.CancelledError:
        for task in acting:
            task.cancel()
        raise
    finally:
        # An effect that is already happening beside a fault is still recorded.
        await asyncio.gather(*acting, return_exceptions=True)


async def _side_by_side(progress: Progress, ledger: Ledger, acting: dict[asyncio.Task[bool], Step]) -> bool:
    """Each branch goes on as soon as it can, and what one did is durable while the others are still at it. One that
    rests is looked at again when somebody decides, or when its time has come."""
    came_further, resting = False, set[str]()
    while acting:
        done = await _ended(progress, acting, resting)
        if not done:
            resting.clear()
        for task in done:
            step = acting.pop(task)
            if task.result():
                came_further = True
            else:
                resting.add(step.id)
        if acting:
            await ledger.write(progress)
            at = frontier(progress.file.steps, progress.steps)
            busy = resting | {step.id for step in acting.values()}
            for step in [] if at.broken else at.ready:
                if step.id not in busy:
                    acting[asyncio.create_task(_act(progress, ledger, step))] = step
    return came_further


async def _ended(
    progress: Progress, acting: Iterable[asyncio.Task[bool]], resting: set[str]
) -> set[asyncio.Task[bool]]:
    """Those that ended first; none where what rests can be looked at again before any of them ends."""
    heard = asyncio.create_task(progress.heard.wait())
    times = [row.retry_at for row in progress.steps.values() if row.step_id in resting and row.retry_at]
    pause = (min(times) - now()).total_seconds() if times else None
    try:
        await asyncio.wait([*acting, heard], timeout=pause, return_when=asyncio.FIRST_COMPLETED)
    finally:
        heard.cancel()
    if progress.heard.is_set():
        progress.heard.clear()
        return set()
    return {task for task in acting if task.done()}


async def _act(progress: Progress, ledger: Ledger, step: Step) -> bool:
    """Whether the step came further; False where it waits for a person or a time."""
    row = progress.row(step)
    try:
        if row.status == "pending" and not _applies(progress, step):
            progress.settle(row, "skipped")
            return True
        if step.branches:
            return _branches(progress, row)
        with concerning(reference=f"run:{progress.run.pk}:{step.id}"):
            return await _ACTS[step.kind](progress, ledger, step, row)
    except StepFailed as failure:
        return fail(progress, step, row, failure)


def _applies(progress: Progress, step: Step) -> bool:
    if step.if_ is None:
        return True
    try:
        return step.if_.evaluate(progress.scope())
    except (MissingValue, ExpressionError) as error:
        raise StepFailed("condition", f"The condition `{step.if_.text}` has no answer: {error}.") from error


def _branches(progress: Progress, row: StepRun) -> bool:
    """Opens the branches; when all have ended, the group has."""
    if row.status == "running":
        progress.settle(row, "succeeded")
    else:
        row.status = "running"
        progress.touch(row)
    return True


def _break(progress: Progress, row: StepRun) -> None:
    status = {"failed": "failed", "rejected": "rejected", "canceled": "canceled"}[row.status]
    error: Object = {"step": row.step_id, **(row.error if isinstance(row.error, dict) else {})}
    progress.end(status, error=error)


def _output(progress: Progress) -> JSON:
    """What the last step made that made something; a review makes nothing of its own."""
    made = [
        progress.steps[step.id].result
        for step in progress.file.by_id.values()
        if step.kind in ("ai", "tool")
        and step.id in progress.steps
        and progress.steps[step.id].status in DONE
    ]
    return next((value for value in reversed(made) if value is not None), None)


def _until(progress: Progress) -> datetime | None:
    return min((row.retry_at for row in progress.steps.values() if row.retry_at), default=None)
