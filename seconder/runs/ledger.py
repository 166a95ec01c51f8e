"""The one place where a run's progress is written: many runs' changes in one transaction (group commit).

A coroutine hands in its change and goes on when it is durable. While one batch is being written the next
gathers, so a busy worker commits rarely and an idle one at once. Each change is fenced by its lease: a run
that was cancelled, or that another worker took over, is left alone, and its coroutine hears `LeaseLost`.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from django.db import close_old_connections, connection, transaction

from seconder.core.encryption import Encrypted
from seconder.core.json import JSON
from seconder.core.rows import Part, ids, insertion, rowset
from seconder.engine import write
from seconder.engine.outage import is_outage
from seconder.events.by import SYSTEM
from seconder.events.recording import Occurrence, prepare, recording
from seconder.runs.models import Effect, Run, StepRun
from seconder.runs.progress import Change, Progress
from seconder.runs.waking import LANE
from seconder.verification import looking_again
from seconder.verification.opening import opening
from seconder.verification.withdrawing import withdraw

Answer = TypeVar("Answer")
BATCH = 100
_HELD = """
SELECT r.id, r.is_woken FROM runs_run r JOIN json_to_recordset(%s::json) AS v(id uuid, lease uuid)
  ON r.id = v.id AND r.lease = v.lease
WHERE r.id = ANY(%s::uuid[])
ORDER BY r.id FOR UPDATE OF r
"""
_UPDATE_RUNS = """
UPDATE runs_run r SET status = v.status, output = v.output, error = v.error, finished_at = v.finished_at,
  next_at = CASE WHEN r.is_woken AND v.finished_at IS NULL THEN now() ELSE v.next_at END,
  lease = NULL, is_woken = false, workers_lost = 0
FROM json_to_recordset(%s::json) AS v(id uuid, status text, output bytea, error bytea, finished_at timestamptz,
  next_at timestamptz) WHERE r.id = v.id AND r.id = ANY(%s::uuid[])
"""
_SAVE_STEPS = """
INSERT INTO runs_steprun (run_id, step_id, status, attempts, notes, output, edited, error, messages, retry_at,
  started_at, finished_at)
SELECT * FROM json_to_recordset(%s::json) AS v(run_id uuid, step_id text, status text, attempts smallint, notes jsonb,
  output bytea, edited bytea, error bytea, messages bytea, retry_at timestamptz, started_at timestamptz,
  finished_at timestamptz)
ON CONFLICT (run_id, step_id) DO UPDATE SET status = excluded.status, attempts = excluded.attempts,
  notes = excluded.notes, output = excluded.output, edited = excluded.edited, error = excluded.error,
  messages = excluded.messages, retry_at = excluded.retry_at, finished_at = excluded.finished_at
"""
_RECORD_EFFECTS = """
UPDATE runs_effect e SET status = v.status, result = v.result, finished_at = v.finished_at
FROM json_to_recordset(%s::json) AS v(key text, status text, result bytea, finished_at timestamptz)
WHERE e.key = v.key AND e.run_id = ANY(%s::uuid[]) AND e.status <> 'done'
"""


class LeaseLost(Exception):
    """The run is no longer this worker's: cancelled, or taken over. What is in memory of it is void."""


class Ledger:
    """`executor` has one thread, with the worker's one connection for writing."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._waiting: list[tuple[Change, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, progress: Progress) -> None:
        """Returns when everything that changed is durable. Raises LeaseLost."""
        async with progress.lock:
            change = progress.take_change()
            if change.is_empty:
                return
            done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._waiting.append((change, done))
            if self._writer is None or self._writer.done():
                self._writer = asyncio.create_task(self._write_all(), name="ledger")
            if not await done:
                raise LeaseLost(str(progress.run.pk))

    async def beside(self, work: Callable[[], Answer]) -> Answer:
        """Does what needs a transaction of its own, in the thread that writes and on its connection."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, _afresh, work)

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            ends = await loop.run_in_executor(self._executor, commit_or_why, [change for change, _ in batch])
            for (_, done), end in zip(batch, ends, strict=True):
                if done.cancelled():
                    continue
                if isinstance(end, Exception):
                    done.set_exception(end)
                else:
                    done.set_result(end)


def _afresh(work: Callable[[], Answer]) -> Answer:
    close_old_connections()
    return work()


def commit_or_why(changes: list[Change]) -> list[bool | Exception]:
    """As `commit`; where that fails, each by itself, so that none suffers for another's fault. For each, whether
    its lease still held, or why it could not be written."""
    try:
        return list(commit(changes))
    except Exception as error:  # noqa: BLE001  whoever waits must hear of it, whatever it is
        if is_outage(error) and not _gave_way(error):
            return [error for _ in changes]
        return [_alone(change) for change in changes]


def _alone(change: Change) -> bool | Exception:
    try:
        return commit([change])[0]
    except Exception as error:  # noqa: BLE001  as above
        return error


def _gave_way(error: Exception) -> bool:
    """To another transaction, in a deadlock: the same works a moment later."""
    return str(getattr(error.__cause__, "sqlstate", "")).startswith("40")


def commit(changes: list[Change]) -> list[bool]:
    """Writes them in one transaction; for each, whether its lease still held."""
    close_old_connections()
    with transaction.atomic():
        held = _held(changes)
        kept = [change for change in changes if change.run_id in held]
        happened = [one for change in changes for one in change.happened]
        parts = [
            *_parts(changes, kept),
            *looking_again.opening(happened),
            *opening([asked for change in kept for asked in change.asked])[1],
        ]
        # Prepared after the reviews that they open, so that a run waits, in the record, for what is there.
        events = [event for change in kept for event in [*change.events, *_parked(change)]]
        if events:
            parts.append(recording(events))
        was_woken = any(held[change.run_id] for change in kept if change.is_released)
        write(parts, *([LANE] if was_woken else []))
        _clear([change.run_id for change in kept if change.clears])
        _claim_again([effect for change in kept for effect in change.claimed_again])
    return [change.run_id in held for change in changes]


def _parts(changes: list[Change], kept: list[Change]) -> list[Part]:
    """What happened is recorded even where the run was cancelled meanwhile; all else is fenced by the lease."""
    recorded = [effect for change in changes for effect in change.recorded]
    runs = [change.run for change in kept if change.run]
    steps = [row for change in kept for row in change.steps.values()]
    claims = [effect for change in kept for effect in change.claims]
    return [
        *([_recording(recorded)] if recorded else []),
        *([_parking(runs)] if runs else []),
        *([_saving(steps)] if steps else []),
        *([insertion(claims)] if claims else []),
    ]


def _parked(change: Change) -> list[Occurrence]:
    """Made last, so that it stands in the record after the review that the run waits for."""
    run = change.run
    return [prepare("run.waiting", run, SYSTEM, run.pk)] if run and run.status == "waiting" else []


def _held(changes: list[Change]) -> dict[object, bool]:
    """The runs whose lease still holds, locked until the commit, and whether somebody woke them meanwhile.
    Reviews that end with their run are withdrawn first: whoever decides locks the review and then the run, and
    so does this."""
    ending = [change.run_id for change in changes if change.withdraws]
    steps = [(change.run_id, step) for change in changes for step in change.needless]
    if ending or steps:
        withdraw(ending, SYSTEM, steps=steps)
    leases = rowset([{"id": change.run_id, "lease": change.lease} for change in changes])
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [leases, ids(change.run_id for change in changes)])
        return dict(cursor.fetchall())


def _parking(runs: list[Run]) -> Part:
    """Gives them out of hand, parked or ended."""
    rows: list[dict[str, object]] = [
        {
            "id": run.pk,
            "status": run.status,
            "output": _sealed(Run, "output", run, run),
            "error": _sealed(Run, "error", run, run),
            "finished_at": run.finished_at,
            "next_at": run.next_at,
        }
        for run in runs
    ]
    return Part(_UPDATE_RUNS, [rowset(rows), ids(run.pk for run in runs)])


def _clear(runs: list[uuid.UUID]) -> None:
    if runs:  # rare: a worker was lost with them before
        with connection.cursor() as cursor:
            cursor.execute("UPDATE runs_run SET workers_lost = 0 WHERE id = ANY(%s)", [runs])


def _saving(rows: list[StepRun]) -> Part:
    return Part(_SAVE_STEPS, [rowset([_step(row) for row in rows])])


def _step(row: StepRun) -> dict[str, object]:
    return {
        "run_id": row.run_id,
        "step_id": row.step_id,
        "status": row.status,
        "attempts": row.attempts,
        "notes": row.notes,
        "output": _sealed(StepRun, "output", row, row.run),
        "edited": _sealed(StepRun, "edited", row, row.run),
        "error": _sealed(StepRun, "error", row, row.run),
        "messages": _sealed(StepRun, "messages", row, row.run),
        "retry_at": row.retry_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }


def _claim_again(effects: list[Effect]) -> None:
    for effect in effects:  # after a failure or a crash: rare, so one by one
        Effect.objects.filter(pk=effect.pk).update(status="claimed", lease=effect.lease, finished_at=None)


def _recording(effects: list[Effect]) -> Part:
    """What is done stays done, whatever a worker that was slower, or was thought dead, makes of it."""
    rows: list[dict[str, object]] = [
        {
            "key": effect.key,
            "status": effect.status,
            "result": _sealed(Effect, "result", effect, effect),
            "finished_at": effect.finished_at,
        }
        for effect in effects
    ]
    return Part(_RECORD_EFFECTS, [rowset(rows), ids(effect.run_id for effect in effects)])


def _sealed(model: type, name: str, row: object, owner: Run | Effect) -> bytes | None:
    column = model._meta.get_field(name)  # type: ignore[attr-defined]  # a model's class
    value: JSON = getattr(row, name)
    return column.seal(value, owner.requester_id) if isinstance(column, Encrypted) else None
