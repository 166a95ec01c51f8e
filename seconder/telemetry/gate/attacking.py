"""The test that each release passes before it is kept: somebody who has the numbers, and the number of all people,
tries to come to a group that is too small. It knows nothing of how the cells were chosen."""

from __future__ import annotations

from collections.abc import Mapping

HELD = "Nobody was found: no number, no remainder of the total, and no difference to it is of fewer than {k} people."


class Found(Exception):
    """Somebody could be found in it. Nothing of it is shown."""


def attack(shown: Mapping[str, int], k: int, total: int) -> str:
    """What the attempt came to, in words. `total` is known to whoever has any of the numbers. Raises Found."""
    for cell, people in shown.items():
        if people < k:
            raise Found(f"{cell} had too few people.")
        if 0 < total - people < k:
            raise Found(f"Nearly everybody was in {cell}, which tells of the others.")
    if shown and 0 < total - sum(shown.values()) < k:
        raise Found("The total less what would be shown told of too few people.")
    return HELD.format(k=k)
