"""Noticing that something repeats: some time after a decision, and never in its way."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from seconder.agents.file import AgentFile
from seconder.agents.models import Agent
from seconder.core.clock import now
from seconder.core.purposes import purpose
from seconder.engine import at
from seconder.events.by import SYSTEM
from seconder.events.models import Event
from seconder.events.recording import record
from seconder.runs.learning import past
from seconder.runs.learning.finding import NEEDED
from seconder.runs.learning.models import Proposal
from seconder.runs.learning.proposing import Proposed, proposed
from seconder.runs.models import Run

SOON = timedelta(seconds=5)  # in which decisions of the same agent are looked at together
MOST = 20  # proposals of one agent that wait for an answer


def hear(events: list[Event]) -> None:
    """Rejections and edits have their agents looked at; approvals cost nothing."""
    telling = [
        one for one in events if one.facts.get("outcome") == "rejected" or one.facts.get("verdict") == "edit"
    ]
    if not telling:
        return
    runs = Run.objects.filter(pk__in={event.run_id for event in telling})
    for agent in sorted(set(runs.values_list("agent_id", flat=True))):
        look_soon(agent)


def look_soon(agent: uuid.UUID) -> None:
    at(now() + SOON, "runs.learn", lock=f"learn {agent}", agent=str(agent))


def notice(agent_id: uuid.UUID) -> None:
    """Stores what is found of an agent, each once, and takes back what does not hold any more."""
    with purpose("service.runs"), scopes_disabled(), transaction.atomic():
        agent = Agent.objects.select_related("latest").filter(pk=agent_id, latest__isnull=False).first()
        if agent is None or agent.latest is None:
            return
        found = proposed(AgentFile.load(agent.latest.file), past.of_agent(agent))
        for key, one in list(found.items())[:MOST]:
            _store(agent, key, one)
        Proposal.objects.filter(agent=agent, status="open").exclude(key__in=found).delete()


def _store(agent: Agent, key: str, found: Proposed) -> None:
    finding = found.finding
    told = {"verdict": finding.verdict, "place": finding.place, "path": finding.sign.path}
    row, is_new = Proposal.objects.get_or_create(
        agent=agent, key=key, defaults={**told, "organization_id": agent.organization_id}
    )
    if is_new or _is_new_again(row, found):
        record("proposal.found", row, SYSTEM, agent=str(agent.pk))


def _is_new_again(row: Proposal, found: Proposed) -> bool:
    """An answered one is open again once as many new cases speak for it as did when it was answered."""
    if row.answered_at is None or row.status == "open":
        return False
    new = sum(case.at > row.answered_at for case in found.finding.supports)
    if new < max(NEEDED, row.supports):
        return False
    answered = Proposal.objects.filter(pk=row.pk, status=row.status)
    return bool(answered.update(status="open", found_at=now()))


def stale() -> list[uuid.UUID]:
    """The agents with proposals that wait: time goes by, and what they rest on may be too old."""
    with scopes_disabled():
        return list(Proposal.objects.filter(status="open").values_list("agent_id", flat=True).distinct())
