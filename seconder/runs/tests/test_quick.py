"""Small pieces of work of many runs: each hears of its own end, whatever becomes of the others."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest

from seconder.runs.quick import THREADS, quickly

whose: ContextVar[int] = ContextVar("whose")


async def a_run(number: int, threads: set[str]) -> int:
    whose.set(number)

    def work() -> int:
        threads.add(threading.current_thread().name)
        if number % 7 == 3:
            raise ValueError(number)
        return whose.get()

    return await quickly(work)


def test_many_are_done_by_few_threads_and_each_gets_its_own() -> None:
    threads: set[str] = set()

    async def all_of_them() -> list[int | BaseException]:
        return await asyncio.gather(*(a_run(n, threads) for n in range(50)), return_exceptions=True)

    ends = asyncio.run(all_of_them())
    assert 1 <= len(threads) <= THREADS
    for number, end in enumerate(ends):
        assert end.args == (number,) if isinstance(end, ValueError) else end == number
        assert isinstance(end, ValueError) == (number % 7 == 3)


def test_who_waits_no_longer_keeps_no_others_from_their_answer() -> None:
    go = threading.Event()

    async def some() -> int:
        slow = [asyncio.create_task(quickly(lambda: go.wait(30))) for _ in range(THREADS)]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.shield(slow[0])
        slow[1].cancel()
        behind = asyncio.create_task(quickly(lambda: 7))
        await asyncio.sleep(0)
        go.set()
        assert await slow[0]
        return await behind

    assert asyncio.run(some()) == 7
