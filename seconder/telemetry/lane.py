"""The worker's lane: writes what this process noted, and closes days that are over."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from seconder.core.purposes import begin
from seconder.engine import Lane
from seconder.telemetry.errors.sink import Here
from seconder.telemetry.flushing import EVERY, flush_or_wait

LANE = "telemetry"


def telemetry_lane() -> Lane:
    Here.process = "worker"
    thread = ThreadPoolExecutor(1, "telemetry", begin, ("analytics.usage",))

    async def work() -> float | None:
        await asyncio.get_running_loop().run_in_executor(thread, flush_or_wait)
        return EVERY

    async def stop() -> None:
        await asyncio.get_running_loop().run_in_executor(thread, flush_or_wait)

    return Lane(LANE, work, stop=stop)
