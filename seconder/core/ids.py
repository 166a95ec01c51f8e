"""UUIDv7 (RFC 9562 §5.7): the first 48 bits are milliseconds, so ids sort by creation and indexes stay dense."""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """A fresh UUIDv7; strictly increasing within this process, also inside one millisecond."""
    global _last
    # 48 bits of milliseconds and 12 bits of a fraction of one, as RFC 9562 §6.2 method 3 has it.
    moment = time.time_ns() * 4096 // 1_000_000
    with _lock:
        _last = moment = max(moment, _last + 1)
    tail = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return uuid.UUID(int=(moment >> 12) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62 | tail)
