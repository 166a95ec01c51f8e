from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django_scopes import scopes_disabled

from seconder.agents.file.export import to_yaml
from seconder.agents.models import Agent
from seconder.privacy.subject import Subject


def own_files(subject: Subject) -> Iterator[tuple[str, bytes]]:
    """The agents that somebody owns, as files that another installation takes in: `seconder agents apply`. Whom a step
    asks is not in them: those people are of this installation."""
    if subject.id is None:
        return
    with scopes_disabled():
        rows = Agent.objects.filter(owner_id=subject.id, latest__isnull=False).select_related(
            "latest", "organization"
        )
        for agent in rows.order_by("organization__slug", "slug"):
            if agent.latest:
                yield (
                    f"agents/{agent.organization.slug}/{agent.slug}.yaml",
                    to_yaml(_without_people(agent.latest.file)).encode(),
                )


def _without_people(part: Any) -> Any:  # Any: any part of the normalised document
    if isinstance(part, list):
        return [_without_people(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.keys() == {"people", "teams"}:
        return {"people": [], "teams": []}
    return {key: _without_people(each) for key, each in part.items()}
