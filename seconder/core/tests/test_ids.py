from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from seconder.core.ids import new_id


def test_ids_of_one_process_strictly_increase() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert all(before < after for before, after in pairwise(ids))


def test_ids_of_many_threads_are_all_different_and_increase_in_each() -> None:
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [new_id() for _ in range(2_000)], range(8)))
    assert len({one for batch in batches for one in batch}) == 16_000
    for batch in batches:
        assert batch == sorted(batch)


def test_an_id_is_a_uuid_of_version_7_and_tells_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after + 1


def test_text_sorts_as_ids_do() -> None:
    ids = [new_id() for _ in range(1_000)]
    assert sorted(str(one) for one in ids) == [str(one) for one in ids]
