from __future__ import annotations

import uuid

from django_scopes import scopes_disabled

from seconder.engine import job
from seconder.events.models import Event
from seconder.runs.learning import noticing


@job("runs.learn", purpose="service.runs")
def learn(agent: str) -> None:
    """Looks at what people decided about one agent."""
    noticing.notice(uuid.UUID(agent))


@job("runs.learn_from", purpose="service.runs")
def learn_from(events: list[str]) -> None:
    """What could not be heard as it was sealed (`events.sealing`)."""
    with scopes_disabled():
        noticing.hear(list(Event.objects.filter(pk__in=events)))


@job("runs.learn_anew", purpose="service.runs")
def learn_anew() -> None:
    """Has every agent with open proposals looked at again: what they rest on grows too old, or was erased."""
    for agent in noticing.stale():
        noticing.look_soon(agent)
