"""The states of runs, steps and reviews as they are shown: a colour, a shape and a word, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """`tone` is a colour of `tokens.css` (amber, green, red, blue, grey), `icon` a name of `icons.py`."""

    word: str
    tone: str
    icon: str


STATES: dict[str, State] = {
    "waiting": State("Waiting", "amber", "hourglass"),
    "open": State("Waiting for a decision", "amber", "hourglass"),
    "changes_requested": State("Changes requested", "amber", "return"),
    "approved": State("Approved", "green", "tick"),
    "succeeded": State("Succeeded", "green", "tick"),
    "decided": State("Decided", "green", "tick"),
    "answered": State("Answered", "green", "speech"),
    "revoked": State("Revoked", "grey", "bar"),
    "published": State("Published", "green", "tick"),
    "invited": State("Waiting", "amber", "hourglass"),
    "accepted": State("Accepted", "green", "tick"),
    "active": State("Active", "green", "tick"),
    "suspended": State("Suspended", "grey", "bar"),
    "on": State("On", "green", "tick"),
    "off": State("Off", "grey", "bar"),
    "soon": State("Little time is left", "amber", "hourglass"),
    "over": State("Overdue", "red", "clock-over"),
    "late": State("Late", "red", "clock-over"),
    "new": State("New", "amber", "warning"),
    "seen": State("Seen", "blue", "note"),
    "solved": State("Solved", "green", "tick"),
    "closed": State("Closed", "grey", "bar"),
    "high_risk": State("High risk", "red", "warning"),
    "rejected": State("Rejected", "red", "cross"),
    "failed": State("Failed", "red", "cross"),
    "running": State("Running", "blue", "dot"),
    "queued": State("Queued", "grey", "queue"),
    "sent": State("Sent", "blue", "mail"),
    "delivered": State("Delivered", "green", "tick"),
    "bounced": State("Came back", "red", "return"),
    "complained": State("Taken for unwanted", "red", "warning"),
    "suppressed": State("Not sent", "grey", "bar"),
    "unknown": State("Unknown", "amber", "warning"),
    "pending": State("Not started", "grey", "pending"),
    "skipped": State("Skipped", "grey", "skip"),
    "canceled": State("Canceled", "grey", "bar"),
    "withdrawn": State("Withdrawn", "grey", "bar"),
    "expired": State("Expired", "grey", "clock-over"),
}


def state_of(value: str) -> State:
    """An unknown state is shown in grey with its own name rather than hidden."""
    return STATES.get(value) or State(value.replace("_", " ").capitalize(), "grey", "note")
