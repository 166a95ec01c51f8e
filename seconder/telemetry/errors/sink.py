"""Notes of each error that this process logs what says nothing of anybody."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from seconder import __version__
from seconder.core import failures
from seconder.core.clock import now

GROUPS = 500  # in memory at a time; beyond, only those that are known are counted
OURS = "seconder/"
_lock = threading.Lock()


@dataclass
class Found:
    kind: str
    code: str
    stack: list[str]
    route: str
    process: str
    first_at: datetime = field(default_factory=now)
    last_at: datetime = field(default_factory=now)
    count: int = 0

    @property
    def fingerprint(self) -> str:
        """The same for the same error at the same place in the same release."""
        parts = "\0".join([self.kind, self.code, *self.stack, self.route, self.process, __version__])
        return hashlib.sha256(parts.encode()).hexdigest()


found: dict[str, Found] = {}


class Here:
    """Which process this is: web, worker or command line; each says it."""

    process = "command line"


def note(error: BaseException, route: str = "") -> None:
    account: dict[str, Any] = failures.account(error)  # Any: text and lists of it
    stack = [place for place in account["stack"] if place.startswith(OURS)]
    seen = Found(account["type"], account.get("code", ""), stack, route, Here.process)
    with _lock:
        if seen.fingerprint not in found and len(found) >= GROUPS:
            return
        group = found.setdefault(seen.fingerprint, seen)
        group.count, group.last_at = group.count + 1, now()


def taken() -> dict[str, Found]:
    """What was noted since; it is not noted any more."""
    with _lock:
        groups = dict(found)
        found.clear()
        return groups


def give_back(groups: dict[str, Found]) -> None:
    """Where they could not be written: they are added to what came meanwhile."""
    with _lock:
        for fingerprint, group in groups.items():
            later = found.get(fingerprint)
            if later:
                group.count, group.last_at = group.count + later.count, later.last_at
            found[fingerprint] = group
