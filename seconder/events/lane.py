"""The worker's lane that seals: woken by each transaction that records, it waits a moment to gather a batch."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from seconder.core.purposes import begin
from seconder.engine import Lane
from seconder.events.recording import LANE
from seconder.events.sealing import seal

GATHER = 0.25  # seconds; a record is sealed within a second


def _seal() -> int:
    close_old_connections()
    return seal()


def sealing_lane() -> Lane:
    thread = ThreadPoolExecutor(1, "seal", begin, ("service.record",))
    first = True

    async def work() -> None:
        nonlocal first
        await asyncio.sleep(0 if first else GATHER)
        first = False
        await asyncio.get_running_loop().run_in_executor(thread, _seal)

    return Lane(LANE, work)
