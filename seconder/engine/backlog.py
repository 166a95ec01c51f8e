"""The jobs that are due, done here and now: for those that have no worker beside them."""

from __future__ import annotations

import asyncio
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def work_off() -> None:
    """Does what is due on the queue and returns. On connections of its own, so it sees what is committed only."""
    asyncio.run(_work_off())


async def _work_off() -> None:
    queue = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's connector has it
    async with queue.open_async():
        await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="always")
    await sync_to_async(connections.close_all)()  # of the queue's own thread, which plans what is periodic


def arguments(name: str) -> list[dict[str, Any]]:  # Any: JSON, as it was given
    """What each job of this name was given, done or not."""
    return list(ProcrastinateJob.objects.filter(task_name=name).order_by("id").values_list("args", flat=True))
