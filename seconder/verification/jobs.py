from __future__ import annotations

from datetime import timedelta

from seconder.core.clock import now
from seconder.engine import job
from seconder.verification.models import Absence

KEPT = timedelta(days=90)


@job("verification.forget_absences")
def forget_absences() -> None:
    """Who was away when is nobody's business once the reviews of that time are old."""
    Absence.objects.filter(ends_at__lt=now() - KEPT).delete()
