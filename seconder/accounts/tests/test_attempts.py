"""Where attempts are counted: one statement a call, nothing that names anybody, nothing past its time."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from seconder.accounts.models import Attempt
from seconder.core.clock import now

pytestmark = pytest.mark.django_db


def test_each_call_is_one_statement(django_assert_num_queries: Any) -> None:  # Any: a fixture
    for call in (
        lambda: cache.set("key", [1.5], 60),
        lambda: cache.get("key"),
        lambda: cache.add("lock", 1, 60),
        lambda: cache.delete("key"),
    ):
        with django_assert_num_queries(1):
            call()


def test_what_was_put_there_comes_back_until_its_time_is_over() -> None:
    cache.set("times", [3.25, 1.0], 60)
    assert cache.get("times") == [3.25, 1.0]
    cache.set("times", [], 60)
    assert cache.get("times", "nothing") == []
    Attempt.objects.update(expires=now() - timedelta(seconds=1))
    assert cache.get("times", "nothing") == "nothing"
    assert cache.delete("times")
    assert not cache.delete("times")


def test_it_is_held_by_one_until_that_one_lets_go_or_its_time_is_over() -> None:
    assert cache.add("lock", 1, 60)
    assert not cache.add("lock", 1, 60)
    Attempt.objects.update(expires=now() - timedelta(seconds=1))
    assert cache.add("lock", 1, 60)
    cache.delete("lock")
    assert cache.add("lock", 1, 60)
    cache.clear()
    assert not Attempt.objects.exists()


def test_it_leaves_no_trace_in_the_write_ahead_log() -> None:
    """Whose rows would stay there long after they were deleted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'accounts_attempt'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_it() -> None:
    got: list[bool] = []

    def take() -> None:
        got.append(cache.add("lock", 1, 60))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(got) == 1
