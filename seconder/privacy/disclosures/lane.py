"""The worker's lane for the rules of disclosing: what was stopped, resumed or agreed on anywhere holds here at once,
and no run waits for the database to tell."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from seconder.engine import Lane
from seconder.privacy.disclosures import rules


def _read() -> None:
    close_old_connections()
    rules.refresh()


def rules_lane() -> Lane:
    thread = ThreadPoolExecutor(1, "rules")

    async def work() -> None:
        await asyncio.get_running_loop().run_in_executor(thread, _read)

    return Lane(rules.LANE, work)
