from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import Error
from django.db.models import F

from seconder.core.clock import now
from seconder.core.disposal import DISPOSALS, Disposal, Tidying
from seconder.core.purposes import purpose
from seconder.privacy.models import RetentionRun

RETAIN = "privacy.retain"
LATE = timedelta(days=1)  # beyond a rule, after which somebody has to be told
log = structlog.get_logger()


def run(moment: datetime | None = None) -> int:
    """All of them, each by itself: what goes wrong with one is written down and hinders no other. How many went."""
    at = moment or now()
    with purpose("privacy.requests"):
        return sum(_run(one, at) for one in DISPOSALS.values())


def _run(one: Disposal | Tidying, at: datetime) -> int:
    gone, fault, late = 0, "", timedelta(0)
    try:
        gone = one.dispose(at)
        late = one.overdue(at)
    except (Error, OSError) as failure:
        fault = type(failure).__name__
        log.warning("retention.failed", name=one.name, error=fault)
    row, _ = RetentionRun.objects.get_or_create(store=one.name, day=at.date())
    RetentionRun.objects.filter(pk=row.pk).update(
        gone=F("gone") + gone, late_seconds=int(late.total_seconds()), ran_at=at, fault=fault
    )
    return gone


def late() -> dict[str, timedelta]:
    """Store → for how long something in it should be gone, as the database is now; those that keep to their rule are
    left out."""
    found = {one.name: one.overdue() for one in DISPOSALS.values()}
    return {name: by for name, by in found.items() if by > LATE}
