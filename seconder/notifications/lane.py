"""The worker's lane for mail to people: sleeps until the next is due. It need not be woken, because nothing is due
sooner than the lane looks by itself (`hearing.GRACE`)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from seconder.core.purposes import begin
from seconder.engine import Lane
from seconder.notifications.mailing import AGAIN, mail_due, seconds_until_next

LANE = "mail"
REST = 1.0  # seconds between two looks at least: what is due may be in another worker's hand


def _mail() -> tuple[bool, float | None]:
    close_old_connections()
    return mail_due(), seconds_until_next()


def mailing_lane() -> Lane:
    thread = ThreadPoolExecutor(1, "mail", begin, ("service.notifications",))
    rests_until = 0.0

    async def work() -> float | None:
        nonlocal rests_until
        loop = asyncio.get_running_loop()
        if (rest := rests_until - loop.time()) > 0:
            return rest
        was_sent, seconds = await loop.run_in_executor(thread, _mail)
        if not was_sent:
            rests_until = loop.time() + AGAIN
        return None if seconds is None else max(REST, seconds)

    return Lane(LANE, work)
