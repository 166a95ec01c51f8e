"""Jobs on the queue. A job takes ids, never objects, secrets or text, and running it twice is harmless.

Names are stored in rows: renaming one strands what is queued under the old name, so `tests/test_house.py`
holds the list of them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar, cast

from procrastinate.contrib.django import app

from seconder.core import purposes
from seconder.core.json import JSON
from seconder.core.purposes import PLAIN

Work = TypeVar("Work", bound=Callable[..., None])
JOBS: dict[str, Callable[..., None]] = {}
PURPOSES_OF_JOBS: dict[str, str] = {}
RETRIES = 5


def job(name: str, *, retry: int = RETRIES, purpose: str = PLAIN) -> Callable[[Work], Work]:
    """Puts a plain function on the queue under a name; it stays callable directly. `purpose`: what it reads personal
    data for."""
    use = purposes.declared(purpose).id

    def register(work: Work) -> Work:
        from procrastinate import RetryStrategy

        app.task(name=name, retry=RetryStrategy(max_attempts=retry, exponential_wait=3))(
            _connected(work, use)
        )
        JOBS[name], PURPOSES_OF_JOBS[name] = work, use
        return work

    return register


def _connected(work: Work, use: str) -> Work:
    """The same under its purpose, on a thread of the queue, which outlives the database's restarts: a connection that
    broke, or is not to be kept, is closed before and after."""
    from django.db import close_old_connections

    @functools.wraps(work)
    def connected(**ids: JSON) -> None:
        close_old_connections()
        try:
            with purposes.purpose(use):
                work(**ids)
        finally:
            close_old_connections()

    return cast("Work", connected)  # it takes and gives what `work` does


def enqueue(name: str, **ids: JSON) -> None:
    """Runs the job soon after the caller's transaction commits; not at all when it rolls back."""
    app.configure_task(name).defer(**ids)


def at(when: datetime, name: str, *, lock: str = "", **ids: JSON) -> None:
    """Runs the job at or after `when`. With `lock`, one job of that lock waits at a time and a second is dropped."""
    from procrastinate.exceptions import AlreadyEnqueued

    if not lock:
        app.configure_task(name, schedule_at=when).defer(**ids)
        return
    from django.db import transaction

    try:
        # A taken lock aborts the transaction around it, hence the savepoint.
        with transaction.atomic():
            app.configure_task(name, schedule_at=when, queueing_lock=lock).defer(**ids)
    except AlreadyEnqueued:
        return


def every(cron: str, name: str) -> None:
    """Runs a job periodically. The job gets no arguments; cron is five fields, UTC."""
    work = _connected(JOBS[name], PURPOSES_OF_JOBS[name])

    def periodic(timestamp: int) -> None:  # noqa: ARG001  the queue passes when it was due
        work()

    task = app.task(name=f"{name}.periodic", pass_context=False)(periodic)
    app.periodic(cron=cron)(task)
