from __future__ import annotations

import uuid
from datetime import datetime

from django_scopes import scopes_disabled

from seconder.core.disposal import dispose
from seconder.engine import job
from seconder.events.models import Event
from seconder.verification import late_leaving


@job("verification.forget_absences", purpose="service.reviews")
def forget_absences() -> None:
    """The app's part of `privacy.retain`: who was away when is nobody's business once those reviews are old."""
    dispose("verification")


@job(late_leaving.JOB, purpose="service.reviews")
def leave_out_late(organization: str, since: str) -> None:
    late_leaving.leave_out(uuid.UUID(organization), datetime.fromisoformat(since))


@job("verification.hear_leaving", purpose="service.reviews")
def hear_leaving(events: list[str]) -> None:
    """What could not be heard as it was sealed (`events.sealing`)."""
    with scopes_disabled():
        late_leaving.hear(list(Event.objects.filter(pk__in=events)))
