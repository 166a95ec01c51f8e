"""The worker's lane for runs: claims what is due, advances each run as a coroutine, renews the leases."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog
from django.db import connections

from seconder.core.purposes import begin, purpose
from seconder.core.recipients import concerning
from seconder.engine import Lane
from seconder.engine.outage import is_outage
from seconder.runs.advancing import advance
from seconder.runs.claiming import LEASE, claim, release, renew
from seconder.runs.hearing import closed
from seconder.runs.ledger import LeaseLost, Ledger
from seconder.runs.progress import Progress
from seconder.runs.waking import LANE

log = structlog.get_logger()
AT_ONCE = 64  # runs in one worker's hand
CLAIM_FROM = 16  # claims only when there is room for as many, so that a busy worker claims in batches
STOP = 15.0  # seconds that a worker which is told to stop gives to what it has in hand
LOCKED = 0.05  # seconds until it looks again at a run that is due and that somebody else holds just now
GATHER = 0.005  # seconds that a busy worker waits for more before it claims
INTERNAL = "Something in Seconder itself failed; the worker's log has the details. Retry the run once that is mended."
Answer = TypeVar("Answer")


class InHand:
    """The runs that this worker advances now."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "runs", begin, ("service.runs",))
        self._ledger = Ledger(self._thread)
        self._tasks: dict[uuid.UUID, tuple[Progress, asyncio.Task[None]]] = {}
        self._renewing: asyncio.Task[None] | None = None
        self.room = asyncio.Event()
        self._is_full = False

    async def take_due(self) -> float | None:
        """Claims and starts what is due; answers in how many seconds to look again."""
        if self._tasks:
            await asyncio.sleep(GATHER)
            await self._hear()
        limit = AT_ONCE - len(self._tasks)
        if limit < CLAIM_FROM:
            self._is_full = True
            return None  # looked at again as soon as there is room
        suspect = not any(progress.is_suspect for progress, _ in self._tasks.values())
        progresses, seconds = await self._in_thread(functools.partial(claim, limit, suspect=suspect))
        for progress in progresses:
            self._begin(progress)
        if not progresses and seconds == 0.0:
            return LOCKED  # due, and in somebody's transaction
        return 0.0 if len(progresses) == limit else seconds

    async def _hear(self) -> None:
        """What woke this lane may be a decision about a run whose other branch is busy here."""
        branched = [progress for progress, _ in self._tasks.values() if progress.has_branches]
        if branched:
            reviews, words = await self._in_thread(functools.partial(closed, branched))
            for progress in branched:
                progress.hear(reviews, words)

    def _begin(self, progress: Progress) -> None:
        run_id = progress.run.pk
        if before := self._tasks.pop(run_id, None):
            before[1].cancel()  # it held an older lease, so nothing of it can be written any more
        task = asyncio.create_task(self._drive(progress), name=f"run {run_id}")
        self._tasks[run_id] = (progress, task)
        task.add_done_callback(lambda task: self._ended(run_id, task))
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(), name="leases")

    async def _drive(self, progress: Progress) -> None:
        try:
            run = progress.run
            concern = concerning(
                organization_ids=(run.organization_id,), person_id=run.requester_id, reference=f"run:{run.pk}"
            )
            with purpose("service.runs"), concern:
                await advance(progress, self._ledger)
        except LeaseLost:
            log.info("run.lease_lost", run=str(progress.run.pk))
            progress.forget()
            with contextlib.suppress(LeaseLost):
                await self._ledger.write(progress)
        except Exception as error:
            if is_outage(error):
                # The lease ends by itself, and a worker takes the run up from its rows.
                log.warning("run.database_away", run=str(progress.run.pk), error=type(error).__name__)
                return
            log.exception("run.advance_failed", run=str(progress.run.pk))
            await self._fail(progress)

    async def _fail(self, progress: Progress) -> None:
        """A fault of ours ends the run, visibly, rather than have it tried again for ever; a retry goes on from
        its finished steps."""
        with contextlib.suppress(LeaseLost):
            progress.forget()
            progress.end("failed", error={"type": "internal", "message": INTERNAL, "step": ""})
            await self._ledger.write(progress)

    def _ended(self, run_id: uuid.UUID, task: asyncio.Task[None]) -> None:
        held = self._tasks.get(run_id)
        if held and held[1] is task:
            del self._tasks[run_id]
            if held[0].is_suspect:
                self.room.set()
        if self._is_full and AT_ONCE - len(self._tasks) >= CLAIM_FROM:
            self._is_full = False
            self.room.set()

    async def _renew(self) -> None:
        while self._tasks:
            await asyncio.sleep(LEASE / 3)
            try:
                if held := self._held():
                    await self._in_thread(functools.partial(renew, held))
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("leases.database_away", error=type(error).__name__)

    def _held(self) -> dict[uuid.UUID, uuid.UUID]:
        return {run_id: progress.lease for run_id, (progress, _) in self._tasks.items()}

    async def settle(self) -> None:
        """Returns when nothing is in hand."""
        while self._tasks:
            await asyncio.gather(*(task for _, task in self._tasks.values()), return_exceptions=True)
            await asyncio.sleep(0)

    async def give_back(self) -> None:
        """Lets what is in hand come to a rest, for STOP seconds, then gives the others back at once."""
        if self._tasks:
            await asyncio.wait([task for _, task in self._tasks.values()], timeout=STOP)
        held = self._held()
        for _, task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*(task for _, task in self._tasks.values()), return_exceptions=True)
        if held:
            await self._in_thread(functools.partial(release, held))
        await self.close()

    async def close(self) -> None:
        await self._in_thread(connections.close_all)
        self._thread.shutdown()

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def runs_lane() -> Lane:
    in_hand = InHand()
    return Lane(LANE, in_hand.take_due, woken=in_hand.room, stop=in_hand.give_back)


async def drain() -> None:
    """Advances everything that is due until nothing is: a whole worker for tests, without the waiting."""
    in_hand = InHand()
    seconds: float | None = 0.0
    while seconds == 0.0:
        seconds = await in_hand.take_due()
        await in_hand.settle()
    await in_hand.close()
