"""The worker process: one LISTEN connection, the lanes, and Procrastinate beside them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import structlog
from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from seconder.core.lasting import settle
from seconder.engine.listener import listen
from seconder.engine.outage import is_outage
from seconder.engine.wake import NET, Lane, lanes

log = structlog.get_logger()
JOBS_AT_ONCE = 4
THREADS = 64
AWAY = 1.0  # seconds between two looks at a database that is away
GRACE = 20.0  # seconds that work in hand has to end after SIGTERM


def run() -> None:
    """Works until SIGTERM or SIGINT; what is in hand then ends first, within GRACE."""
    # Each thread keeps its connection, until it breaks: a new one costs more than the work of a batch.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = None
    asyncio.run(_run())


async def _run() -> None:
    stop = asyncio.Event()
    # Tools run on threads, most of them waiting for somebody else's server; idle ones cost nothing.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "work"))
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with working(stop):
        settle()
        if not stop.is_set():
            log.info("worker.ready")
        await stop.wait()
    log.info("worker.stopped")


@contextlib.asynccontextmanager
async def working(stop: asyncio.Event) -> AsyncIterator[None]:
    """Everything a worker does, while the block runs. A task that dies sets `stop`: better none than half a worker."""
    made = [make() for make in lanes]
    woken = {lane.name: lane.woken for lane in made}

    def heard(word: str) -> None:
        for event in woken.values() if not word else filter(None, [woken.get(word)]):
            event.set()

    ready = asyncio.Event()
    tasks = [asyncio.create_task(listen(heard, ready), name="listener")]
    tasks += [asyncio.create_task(_follow(lane), name=lane.name) for lane in made]
    tasks.append(asyncio.create_task(_jobs(stop), name="jobs"))
    for task in tasks:
        task.add_done_callback(lambda task: _ended(task, stop))
    try:
        await _first(ready, stop)
        yield
    finally:
        await _stop(made, tasks)
        for task in tasks:
            if not task.cancelled() and (error := task.exception()):
                raise error


async def _follow(lane: Lane) -> None:
    while True:
        lane.woken.clear()
        try:
            again = await lane.work()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("lane.database_away", lane=lane.name, error=type(error).__name__)
            await asyncio.sleep(AWAY)
            continue
        # Not `wait_for`: in Python 3.11 it may lose a cancellation that comes as it ends.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(NET if again is None else min(NET, again)):
                await lane.woken.wait()


async def _jobs(stop: asyncio.Event) -> None:
    """The queue gives up, with an error or without, where its database is away for long; it starts anew. It may
    swallow a cancellation then, so `stop` is asked as well."""
    while not stop.is_set():
        try:
            await _queue()
        except (ConnectorException, psycopg.Error) as error:
            log.warning("jobs.database_away", error=type(error).__name__)
        await asyncio.sleep(AWAY)


async def _queue() -> None:
    queue = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's connector has it
    async with queue.open_async():
        await queue.run_worker_async(
            concurrency=JOBS_AT_ONCE,
            install_signal_handlers=False,
            delete_jobs="successful",
            fetch_job_polling_interval=NET,
            abort_job_polling_interval=3600,
            shutdown_graceful_timeout=GRACE,
        )


def _ended(task: asyncio.Task[None], stop: asyncio.Event) -> None:
    if not task.cancelled() and task.exception():
        log.error("worker.task_failed", task=task.get_name(), exc_info=task.exception())
        stop.set()


async def _first(*events: asyncio.Event) -> None:
    """Returns when one of them is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


async def _stop(made: list[Lane], tasks: list[asyncio.Task[None]]) -> None:
    running = set(tasks)
    while running:  # a library may swallow a cancellation, so it is said again
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=GRACE)
    for lane in made:
        if lane.stop:
            async with asyncio.timeout(GRACE):
                await lane.stop()
