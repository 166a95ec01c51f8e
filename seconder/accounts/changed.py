"""Saying that somebody may less than before: whatever is open in their name is looked at again at once."""

from __future__ import annotations

from seconder.engine import notify

ACCESS = "access"


def access_changed() -> None:
    """Goes out with the caller's transaction. Pages and calls ask anew each time anyway; open streams hear this."""
    notify(ACCESS)
