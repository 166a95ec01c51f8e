"""What people did, from the record: that it happened, not to what."""

from __future__ import annotations

from seconder.events.models import Event
from seconder.telemetry.measuring import measure
from seconder.telemetry.visitors import Who


def hear(events: list[Event]) -> None:
    for event in events:
        if event.by_kind == "person" and event.by_id:
            measure("features", of=Who(event.by_id), cell=event.name)
