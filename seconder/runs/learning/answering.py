"""Accepting a proposal, or dropping it: a person does, and the record says who."""

from __future__ import annotations

import json

from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.agents.file import AgentFile
from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.core.clock import now
from seconder.core.json import UNSTORABLE, Object, is_storable
from seconder.core.refusals import AlreadyFinished, Conflict, Invalid
from seconder.events.recording import record
from seconder.runs.learning import past
from seconder.runs.learning.models import EvaluationCase, Proposal
from seconder.runs.learning.proposing import Proposed, proposed

NOTE_LIMIT = 2_000  # characters


def look(actor: Actor, agent: Agent) -> dict[str, Proposed]:
    """By key, what could be proposed now of what this actor may see, for the version that the agent is at."""
    if agent.latest is None:
        return {}
    return proposed(AgentFile.load(agent.latest.file), past.of_agent(agent, actor))


def accept(proposal: Proposal, actor: Actor, version: int) -> Proposal:
    """Publishes the change as the agent's next version and keeps the case. `version` is the one that the change was
    shown for: where the agent has another by now, nothing happens, and the change is to be looked at anew."""
    demand(actor, "agents.build", proposal)
    with transaction.atomic():
        agent, row = _held(proposal)
        latest = agent.latest.number if agent.latest else 0
        if latest != version:
            raise Conflict(
                f"The agent is at version {latest} by now. Look at the change anew, then accept it.",
                version=latest,
            )
        found = look(actor, agent).get(row.key)
        if found is None:
            raise Conflict(
                "What people decided does not speak for this any more. It is not proposed any longer."
            )
        if found.file is not None:
            raw = json.dumps(found.file).encode()
            made = publish(actor, raw, "application/json", agent.slug).agent
            row.version = made.latest.number if made.latest else None
        if found.keeps_case:
            _keep(found, agent, actor)
        return _answer(row, actor, "accepted", len(found.finding.supports))


def drop(proposal: Proposal, actor: Actor, note: str) -> Proposal:
    """It is not proposed again until as many new cases speak for it."""
    demand(actor, "agents.build", proposal)
    if not note.strip():
        raise Invalid("Say why: whoever meets the next such case reads it.", path="note")
    if len(note) > NOTE_LIMIT or not is_storable(note):
        fault = (
            f"A note has at most {NOTE_LIMIT} characters."
            if len(note) > NOTE_LIMIT
            else UNSTORABLE.format("A note")
        )
        raise Invalid(fault, path="note")
    with transaction.atomic():
        agent, row = _held(proposal)
        found = look(actor, agent).get(row.key)
        return _answer(row, actor, "dropped", len(found.finding.supports) if found else 0, note.strip())


def _held(proposal: Proposal) -> tuple[Agent, Proposal]:
    """Both kept from others until the transaction ends. Raises AlreadyFinished."""
    agent = Agent.objects.select_for_update().get(pk=proposal.agent_id)  # its version is read once it is held
    row = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.status != "open":
        raise AlreadyFinished(f"This was already {row.status}.", proposal=str(row.pk))
    return agent, row


def _answer(row: Proposal, actor: Actor, status: str, supports: int, note: str | None = None) -> Proposal:
    """An earlier note, of one that was dropped and came back, was somebody else's."""
    row.note = note
    row.status, row.answered_by, row.answered_at, row.supports = status, actor.person.pk, now(), supports
    row.save()
    facts: Object = {"version": row.version} if row.version else {}
    record(f"proposal.{status}", row, actor.by, None, agent=str(row.agent_id), **facts)
    return row


def _keep(found: Proposed, agent: Agent, actor: Actor) -> None:
    finding, example = found.finding, found.example
    is_edit = finding.verdict == "edited"
    EvaluationCase.objects.get_or_create(
        agent=agent,
        review_id=example.review,
        path=finding.sign.path if is_edit else "",
        defaults={
            "organization_id": agent.organization_id,
            "run_id": example.run,
            "step": finding.maker if is_edit else finding.place,
            "made_by": actor.person.pk,
        },
    )
