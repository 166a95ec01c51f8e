"""Waking: nothing polls that can be woken.

`notify(lane)` goes out with the transaction (PostgreSQL's NOTIFY), and every worker process that listens
runs that lane. `waking(address)` is for those who must not know whom they wake: a review stores the address
"run:<id>", and what stands before the colon says whose function is asked what to write for what stands behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from django.db import connection

from seconder.core.rows import Part

CHANNEL = "seconder"
# Seconds after which a lane looks for due work although nobody woke it: a worker that died says nothing.
NET = 10.0


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
_wakers: dict[str, Callable[[str], Part]] = {}


def notify(lane: str) -> None:
    """Wakes the lane in every worker when the current transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, lane])


def bind_waker(kind: str, waker: Callable[[str], Part]) -> None:
    _wakers[kind] = waker


def waking(address: str) -> list[Part]:
    """What to write (`engine.write`) to wake whoever left the address."""
    kind, _, key = address.partition(":")
    return [_wakers[kind](key)] if kind else []
