"""Whether two samples come from one distribution: the test of Mann and Whitney, by ranks, so that one stray value says
little.

H. B. Mann and D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the
other", Annals of Mathematical Statistics 18 (1947). The normal approximation with half a step of continuity and the
correction for ties is that of E. L. Lehmann, "Nonparametrics" (1975), section 1.2; it is good from some twenty values a
side on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence


def chance_of(first: Sequence[float], second: Sequence[float]) -> float:
    """The p-value, two-sided: how likely samples of one distribution differ at least so much."""
    places = _places([*first, *second])
    a, b, total = len(first), len(second), len(first) + len(second)
    wins = sum(places[value] for value in first) - a * (a + 1) / 2
    tied = sum(count**3 - count for count in Counter([*first, *second]).values())
    variance = a * b / 12 * (total + 1 - tied / (total * (total - 1)))
    if not variance:
        return 1.0  # all are alike
    off = max(abs(wins - a * b / 2) - 0.5, 0.0)
    return math.erfc(off / math.sqrt(variance) / math.sqrt(2))


def _places(values: Sequence[float]) -> dict[float, float]:
    """The rank of each value among all; those that are alike share the middle one of theirs."""
    places, before = dict[float, float](), 0
    for value, count in sorted(Counter(values).items()):
        places[value] = before + (count + 1) / 2
        before += count
    return places
