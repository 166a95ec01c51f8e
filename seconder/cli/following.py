"""Following a run as it goes: server-sent events, resumed where the connection broke off."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from seconder.cli.calling import Lost, Server
from seconder.cli.terminal import Failed

ENDED = ("succeeded", "failed", "rejected", "canceled")
PAUSE = 1.0  # seconds before a broken stream is opened again
TRIES = 30  # openings in a row that fail


class Told(NamedTuple):
    """One event of a stream. `id` is "" for the last one, `end`, which says how the run ended."""

    id: str
    name: str
    data: dict[str, Any]  # Any: plain values


def events(api: Server, run_id: str) -> Iterator[Told]:
    """All events of the run, from its first on, until it has ended. Raises Failed when the server stays away."""
    last, name, tries = "", "", 0
    while True:
        try:
            with api.lines(f"/runs/{run_id}/events", last) as lines:
                tries = 0
                for told in parse(lines):
                    last, name = told.id or last, told.name
                    yield told
                    if name == "end":
                        return
        except Lost as failure:
            tries += 1
            if tries >= TRIES:
                raise Failed(f"{api.silent} The run goes on, watched or not.") from failure
        if name.partition(".")[2] in ENDED:
            return
        time.sleep(PAUSE)


def parse(lines: Iterator[str]) -> Iterator[Told]:
    """Server-sent events from their lines; comments and unknown fields are passed over."""
    event: dict[str, list[str]] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            event.setdefault(name, []).append(value.removeprefix(" "))
            continue
        if "data" in event:
            data = json.loads("\n".join(event["data"]))
            yield Told(event.get("id", [""])[-1], event.get("event", ["message"])[-1], data)
        event = {}
