"""Where each step of a run lies on the run's own time, as a share of a thousand: the bars beside the steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

SCALE = 1000
SHORTEST = 8  # a step of a millisecond is still seen


def bar(
    start: datetime | None, end: datetime | None, first: datetime, last: datetime
) -> tuple[int, int] | None:
    """(x, width) of a step between `first` and `last`; None for a step that never started."""
    if start is None:
        return None
    whole = max((last - first).total_seconds(), 0.001)
    width = min(SCALE, max(SHORTEST, round(((end or last) - start).total_seconds() / whole * SCALE)))
    x = round((start - first).total_seconds() / whole * SCALE)
    return max(0, min(x, SCALE - width)), width


def extent(
    times: Iterable[tuple[datetime | None, datetime | None]], now: datetime
) -> tuple[datetime, datetime]:
    """The first start and the last end; a step that has not ended reaches to `now`."""
    begun = [(start, end or now) for start, end in times if start]
    if not begun:
        return now, now
    return min(start for start, _ in begun), max(end for _, end in begun)
