"""Small pieces of work that wait for nobody but this machine's disk: those of many runs, done by few threads in one go.

To have a thread for each would cost more than the work does, and so many at once only keep each other from it.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Piece = tuple[Callable[[], Any], "asyncio.Future[Any]"]  # Any: whatever the work gives
THREADS = 4
_threads = ThreadPoolExecutor(THREADS, "quick")
_waiting: dict[asyncio.AbstractEventLoop, list[Piece]] = {}


async def quickly(work: Callable[[], Answer]) -> Answer:
    """What the work gives or raises. It is begun together with all that is asked for in this turn of the loop."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Answer] = loop.create_future()
    if loop not in _waiting:
        _waiting[loop] = []
        loop.call_soon(_begin, loop)
    _waiting[loop].append((functools.partial(contextvars.copy_context().run, work), done))
    return await done


def _begin(loop: asyncio.AbstractEventLoop) -> None:
    pieces = _waiting.pop(loop)
    for first in range(min(THREADS, len(pieces))):
        share = pieces[first::THREADS]
        ending = loop.run_in_executor(_threads, _do, [work for work, _ in share])
        ending.add_done_callback(functools.partial(_tell, [done for _, done in share]))


def _do(pieces: list[Callable[[], Any]]) -> list[tuple[Any, Exception | None]]:  # Any: as above
    return [_done(work) for work in pieces]


def _done(work: Callable[[], Any]) -> tuple[Any, Exception | None]:  # Any: as above
    try:
        return work(), None
    except Exception as error:  # noqa: BLE001  whoever asked for it must hear of it, whatever it is
        return None, error


def _tell(
    waiting: list[asyncio.Future[Any]], ending: asyncio.Future[list[tuple[Any, Exception | None]]]
) -> None:
    for done, (answer, error) in zip(waiting, ending.result(), strict=True):
        if done.done():
            continue  # it was not waited for any longer
        if error is None:
            done.set_result(answer)
        else:
            done.set_exception(error)
