import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from seconder.core.purposes import begin
from seconder.engine import Lane
from seconder.verification.opening import LANE
from seconder.verification.timers import fire_timers, seconds_until_next


def _fire() -> float | None:
    close_old_connections()
    fire_timers()
    return seconds_until_next()


def timers_lane() -> Lane:
    """The worker's lane for due times, reminders and escalations: sleeps until the next of them."""
    thread = ThreadPoolExecutor(1, "timers", begin, ("service.reviews",))

    async def work() -> float | None:
        return await asyncio.get_running_loop().run_in_executor(thread, _fire)

    return Lane(LANE, work)
