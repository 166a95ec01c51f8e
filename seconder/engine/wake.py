"""Waking: nothing polls that can be woken.

`notify(lane)` goes out with the transaction (PostgreSQL's NOTIFY), and every worker process that listens
runs that lane. `wake(address)` is for those who must not know whom they wake: a review stores the address
"run:<id>", and what stands before the colon says whose function is called with what stands behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from django.db import connection

CHANNEL = "seconder"


@dataclass(frozen=True)
class Lane:
    """A loop of the worker: `work()` does what is due and answers in how many seconds it wants to run again
    (None: when woken). `stop()` ends what it has in hand. Setting `woken` runs it from within."""

    name: str
    work: Callable[[], Awaitable[float | None]]
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    stop: Callable[[], Awaitable[None]] | None = None


# Each entry makes its lane inside the worker's event loop.
lanes: list[Callable[[], Lane]] = []
_wakers: dict[str, Callable[[str], None]] = {}


def notify(lane: str) -> None:
    """Wakes the lane in every worker when the current transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, lane])


def bind_waker(kind: str, waker: Callable[[str], None]) -> None:
    _wakers[kind] = waker


def wake(address: str) -> None:
    """Wakes whoever left the address. Runs inside the caller's transaction."""
    kind, _, key = address.partition(":")
    if kind:
        _wakers[kind](key)
