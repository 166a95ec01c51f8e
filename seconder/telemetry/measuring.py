"""What happened is noted in memory, which costs a moment, and is worked through by `flushing` later."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import NamedTuple

from seconder.core.clock import now
from seconder.telemetry.measures import RESPONSE, UnknownMeasure, measure_of
from seconder.telemetry.visitors import Who

NOTED = 50_000  # at most; beyond, the oldest is forgotten, and only a count is lost


class Look(NamedTuple):
    """An answered request. `agent`: what the browser calls itself, until it is worked through; "" for a program.
    `may_pass`: whether an analytics provider may be told."""

    at: datetime
    who: Who
    route: str
    agent: str
    seconds: float
    is_visit: bool
    method: str = "GET"
    status: int = 200
    may_pass: bool = False


class Count(NamedTuple):
    at: datetime
    who: Who
    measure: str
    cell: str


class Took(NamedTuple):
    at: datetime
    route: str
    seconds: float


Note = Look | Count | Took
notes: deque[Note] = deque(maxlen=NOTED)


def measure(name: str, value: float = 1, *, of: Who | None = None, **dimensions: str) -> None:
    """Counts that somebody was there: `measure("features", of=Who(person), cell="run.queued")`; or how long an answer
    took, of nobody: `measure("response", 0.03, route="runs:list")`. Raises UnknownMeasure."""
    if name == RESPONSE:
        notes.append(Took(now(), dimensions["route"], value))
        return
    cell = dimensions.pop("cell", "")
    if dimensions or not of or not measure_of(name).has(cell):
        raise UnknownMeasure(f"{name} has no such cell, or counts nobody.")
    notes.append(Count(now(), of, name, cell))
