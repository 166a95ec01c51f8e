"""The clock of Art. 33 GDPR: 72 hours from becoming aware until the authority is told, unless no risk is likely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from seconder.core.clock import now
from seconder.privacy.models import Entry, Incident
from seconder.ui import words

ALLOWED = timedelta(hours=72)
SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Clock:
    """`state` is one of `ui.states`; `text` says how it stands. `due_at` None: nothing is due by law at a time."""

    state: str
    text: str
    due_at: datetime | None = None


def clock(incident: Incident, entries: list[Entry]) -> Clock:
    told = {
        to: entry.happened_at
        for entry in reversed(entries)
        if entry.kind == "notified"
        for to in [entry.facts["to"]]
    }
    if incident.role == "processor":
        if "customer" in told:
            return Clock("succeeded", f"The customer was told {_after(incident, told['customer'])}.")
        return Clock("waiting", "Tell the customer without delay: their 72 hours begin when they know.")
    due_at = incident.aware_at + ALLOWED
    if "authority" in told:
        late = told["authority"] > due_at
        how = f"The authority was told {_after(incident, told['authority'])}"
        return (
            Clock("late", f"{how}, which was late.", due_at)
            if late
            else Clock("succeeded", f"{how}.", due_at)
        )
    if incident.risk == "none":
        return Clock(
            "skipped", "No risk to people is likely, so no authority need be told. The register says why."
        )
    return _running(due_at)


def _running(due_at: datetime) -> Clock:
    left = due_at - now()
    if left <= timedelta(0):
        return Clock("over", f"The 72 hours ended {words.lasting(-left.total_seconds())} ago. Tell the authority now, "
                     "and say why it is late.", due_at)  # fmt: skip
    state = "soon" if left <= SOON else "waiting"
    return Clock(state, f"{words.lasting(left.total_seconds())} left to tell the authority.", due_at)


def _after(incident: Incident, at: datetime) -> str:
    return f"{words.lasting(max(0.0, (at - incident.aware_at).total_seconds()))} after it was known"
