from __future__ import annotations

import uuid
from datetime import timedelta

from django_scopes import scopes_disabled

from seconder.core.clock import now
from seconder.engine import job
from seconder.events.models import Event
from seconder.telemetry import hearing
from seconder.telemetry.errors import keeping
from seconder.telemetry.models import Aggregate, Release, Timing

AGGREGATES, TIMINGS = timedelta(days=761), timedelta(days=396)  # 25 and 13 months


@job("telemetry.hear")
def hear(events: list[str]) -> None:
    """What could not be heard as it was sealed."""
    with scopes_disabled():
        hearing.hear(list(Event.objects.filter(pk__in=[uuid.UUID(event) for event in events])))


@job("telemetry.forget_old")
def forget_old() -> None:
    """Deletes numbers when their time to be kept is over, the lines of the register that were about
    them, and errors that happened no more."""
    today = now().date()
    Aggregate.objects.filter(day__lt=today - AGGREGATES).delete()
    Release.objects.filter(last__lt=today - AGGREGATES).delete()
    Timing.objects.filter(day__lt=today - TIMINGS).delete()
    keeping.forget_old()
