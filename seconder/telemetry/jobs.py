from __future__ import annotations

import uuid

from django_scopes import scopes_disabled

from seconder.core.disposal import dispose
from seconder.engine import job
from seconder.events.models import Event
from seconder.telemetry import hearing


@job("telemetry.hear", purpose="analytics.usage")
def hear(events: list[str]) -> None:
    """What could not be heard as it was sealed."""
    with scopes_disabled():
        hearing.hear(list(Event.objects.filter(pk__in=[uuid.UUID(event) for event in events])))


@job("telemetry.forget_old", purpose="analytics.usage")
def forget_old() -> None:
    """The app's part of `privacy.retain`."""
    dispose("telemetry")
