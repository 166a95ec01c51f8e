from __future__ import annotations

from seconder.core.disposal import dispose
from seconder.engine import job


@job("verification.forget_absences")
def forget_absences() -> None:
    """The app's part of `privacy.retain`: who was away when is nobody's business once those reviews are old."""
    dispose("verification")
