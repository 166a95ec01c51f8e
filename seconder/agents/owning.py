"""Whose an agent is, when that person goes; and which agents' files name a person or a team."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

from django.db.models import TextField
from django.db.models.functions import Cast

from seconder.accounts.models import Membership
from seconder.accounts.people.belongings import Belonging, Kind
from seconder.agents.models import Agent
from seconder.core.json import JSON
from seconder.events.by import By
from seconder.events.recording import record


def _of(seat: Membership) -> list[Belonging]:
    rows = Agent.objects.filter(organization=seat.organization_id, owner_id=seat.person_id).order_by("name")
    return [Belonging(agent.name, f"agents/{agent.slug}/") for agent in rows]


def _pass_on(seat: Membership, to: Membership, by: By) -> int:
    agents = list(Agent.objects.filter(organization=seat.organization_id, owner_id=seat.person_id))
    for agent in agents:
        agent.owner_id = to.person_id
        agent.save(update_fields=["owner_id"])
        record("agent.handed_over", agent, by, person=str(to.person_id))
    return len(agents)


AGENTS = Kind("agents", _of, _pass_on, needs="agents.build", must=True)


def naming_person(organization: uuid.UUID, email: str) -> list[Belonging]:
    """The agents whose file in use names this address among the people of a review, or as a default reviewer."""
    return _naming(organization, email, "people")


def naming_team(organization: uuid.UUID, name: str) -> list[Belonging]:
    return _naming(organization, name, "teams")


def _naming(organization: uuid.UUID, name: str, among: str) -> list[Belonging]:
    """The database looks for the word, and what it finds is read: one's own text may hold an address as well."""
    rows = Agent.objects.filter(organization=organization, latest__isnull=False).select_related("latest")
    written = json.dumps(name)[1:-1]
    likely = (
        rows.annotate(text=Cast("latest__file", TextField())).filter(text__icontains=written).order_by("name")
    )
    return [
        Belonging(agent.name, f"agents/{agent.slug}/")
        for agent in likely
        if agent.latest and name.lower() in {word.lower() for word in _named(agent.latest.file, among)}
    ]


def _named(part: JSON, among: str) -> Iterator[str]:
    """Every name in a list called `people` (or `teams`) anywhere in the file, beside a list of the other."""
    if isinstance(part, list):
        for each in part:
            yield from _named(each, among)
    elif isinstance(part, dict):
        if part.keys() == {"people", "teams"} and isinstance(found := part[among], list):
            yield from (str(name) for name in found)
        for each in part.values():
            yield from _named(each, among)
