"""Which cells of a table may be shown: those with enough people, less what would tell a smaller one by subtraction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Gated(NamedTuple):
    shown: dict[str, int]
    withheld: bool


def let_through(cells: Mapping[str, int], k: int, total: int, *, is_partial: bool = False) -> Gated:
    """`total`: all people of that day, which others may know. `is_partial`: cells were withheld before, so that these
    are not all.

    A cell is hidden where it has fewer than `k` people; where all people less it are a few (who did not is told as
    well); and the smallest that are left, until those hidden are two at least, and `k` people at least, and the total
    less everything shown tells of nobody or of `k` people at least."""
    if total < k:
        return Gated({}, withheld=bool(cells) or is_partial)
    shown = {cell: n for cell, n in cells.items() if n >= k and not _is_few(total - n, k)}
    while shown and not _holds(cells, shown, k, total, is_partial=is_partial):
        del shown[min(shown, key=lambda cell: (shown[cell], cell))]
    return Gated(shown, withheld=is_partial or len(shown) < len(cells))


def _holds(
    cells: Mapping[str, int], shown: Mapping[str, int], k: int, total: int, *, is_partial: bool
) -> bool:
    hidden = [n for cell, n in cells.items() if cell not in shown]
    if _is_few(total - sum(shown.values()), k):
        return False
    return not hidden or (len(hidden) + is_partial >= 2 and sum(hidden) >= k)


def _is_few(people: int, k: int) -> bool:
    return 0 < people < k
