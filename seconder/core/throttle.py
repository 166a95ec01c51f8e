"""So many at once and so many a second: counted in this process's memory, for what comes too often to count in the
database. Nothing of it is stored, and who has been quiet until their bucket was empty is forgotten when the next one
comes."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable

REMEMBERED = 10_000  # of whom the count is kept at a time


class Throttle:
    """A leaking bucket each: `burst` at once, then `rate` a second."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._lock = threading.Lock()
        self._free: OrderedDict[Hashable, float] = OrderedDict()  # when the bucket is empty again

    def wait(self, who: Hashable) -> float:
        """Takes one and answers 0.0; or takes none and answers the seconds until there is one."""
        with self._lock:
            moment = time.monotonic()
            free = max(self._free.pop(who, 0.0), moment)
            over = free - moment - (self._burst - 1) / self._rate
            self._free[who] = free if over > 0 else free + 1 / self._rate
            self._forget_quiet(moment)
            return max(over, 0.0)

    def _forget_quiet(self, moment: float) -> None:
        """Who has everything left again is as one who never came; looked for among those that came least lately."""
        while len(self._free) > REMEMBERED or next(iter(self._free.values())) <= moment:
            self._free.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._free.clear()
