"""So many at once and so many a second, each by themselves."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from seconder.core import throttle
from seconder.core.throttle import Throttle


@given(st.integers(1, 50), st.floats(0.001, 1.0))
def test_as_many_as_the_burst_go_at_once_and_the_next_is_told_how_long(burst: int, rate: float) -> None:
    limit = Throttle(rate, burst)
    assert [limit.wait("a") for _ in range(burst)] == [0.0] * burst
    assert 0 < limit.wait("a") <= 1 / rate
    assert limit.wait("b") == 0.0


def test_who_waits_as_long_as_told_gets_the_next_and_asking_earlier_costs_nothing() -> None:
    limit = Throttle(50, 1)
    assert limit.wait("a") == 0.0
    for _ in range(100):
        patience = limit.wait("a")
    assert 0 < patience <= 0.02
    threading.Event().wait(patience)
    assert limit.wait("a") == 0.0


def test_it_remembers_so_many_and_no_more() -> None:
    limit = Throttle(0.001, 1)
    for number in range(throttle.REMEMBERED + 1):
        limit.wait(number)
    assert limit.wait(0) == 0.0  # forgotten as the oldest
    assert limit.wait(throttle.REMEMBERED) > 0
    assert len(limit._free) == throttle.REMEMBERED


def test_who_has_been_quiet_is_forgotten() -> None:
    limit = Throttle(50, 2)
    for who in ("192.0.2.1/32", "192.0.2.2/32", "192.0.2.1/32"):
        limit.wait(who)
    threading.Event().wait(2 / 50)
    limit.wait("192.0.2.3/32")
    assert list(limit._free) == ["192.0.2.3/32"]


def test_many_threads_get_no_more_than_there_are() -> None:
    limit = Throttle(0.001, 100)
    taken: list[bool] = []
    threads = [
        threading.Thread(target=lambda: taken.extend(limit.wait("a") == 0.0 for _ in range(50)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 100
