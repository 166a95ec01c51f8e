"""What the page of an agent's proposals shows: plain values for the template."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from seconder.accounts.actor import Actor
from seconder.accounts.naming import people
from seconder.agents.file.differences import Difference, differences
from seconder.agents.models import Agent
from seconder.core.json import JSON, Object
from seconder.core.visible import visible
from seconder.runs.learning import trying, wording
from seconder.runs.learning.answering import look
from seconder.runs.learning.finding import NEEDED
from seconder.runs.learning.models import EvaluationCase, Proposal, may_look
from seconder.runs.learning.past import LATEST, WINDOW, Case
from seconder.runs.learning.proposing import Proposed
from seconder.runs.learning.trying import Standing
from seconder.runs.pages import name_of
from seconder.ui import words
from seconder.verification.card import second_looks

ANSWERED = CASES = 50  # of each that are shown, the latest
Context = dict[str, Any]  # Any: what the template names at its top
READ = "The value in it can then be read by everybody who may see the agent."
DOES = {
    "deny": "The agent's policy gets a rule: the model may not do this any more, and nobody is asked. Runs on earlier "
    "versions, and reviews that wait, stay as they are. " + READ,
    "ask": "The agent's policy gets a rule: people are asked before the model does this. Runs on earlier versions stay "
    "as they are. " + READ,
    "instructions": "The agent's instructions get a sentence. " + READ,
    "case": "The agent stays as it is: no change of its file would do this by itself. An evaluation case is kept.",
}


def page(actor: Actor, agent: Agent, error: str = "") -> Context:
    slug = actor.organization.slug
    rows = Proposal.objects.visible_to(actor).filter(agent=agent)
    answered = list(rows.exclude(status="open").order_by("-answered_at")[:ANSWERED])
    cases = list(EvaluationCase.objects.visible_to(actor).filter(agent=agent).order_by("-pk")[:CASES])
    found = standing(actor, agent)
    voters = {person for _, one in found for case in one.changed for person in case.deciders}
    names = people([*voters, *(row.answered_by for row in answered if row.answered_by)])
    return {
        "agent": {"name": agent.name, "version": agent.latest and agent.latest.number},
        "agent_url": reverse("agents:agent", args=[slug, agent.slug]),
        "agents_url": reverse("agents:list", args=[slug]),
        "proposals": [_shown(actor, agent, row, one, names) for row, one in found],
        "cases": [_case(one, slug) for one in trying.standings(actor, cases)],
        "answered": [_answered(row, names) for row in answered],
        "needed": NEEDED,
        "days": WINDOW.days,
        "latest": LATEST,
        "error": error,
    }


def open_ones(actor: Actor, agent: Agent) -> int | None:
    """How many wait for an answer; None where that is not for this actor."""
    if not may_look(actor, agent):
        return None
    return Proposal.objects.filter(agent=agent, status="open").count()


def standing(actor: Actor, agent: Agent) -> list[tuple[Proposal, Proposed]]:
    """The open proposals that still hold, of what this actor may see; what most cases speak for first."""
    rows = {row.key: row for row in Proposal.objects.visible_to(actor).filter(agent=agent, status="open")}
    return [(rows[key], one) for key, one in look(actor, agent).items() if key in rows] if rows else []


def _shown(
    actor: Actor, agent: Agent, row: Proposal, found: Proposed, names: dict[uuid.UUID, Object]
) -> Context:
    finding, slug = found.finding, actor.organization.slug
    deciders = {person for case in finding.supports for person in case.deciders}
    return {
        "id": str(row.pk),
        "found_at": row.found_at,
        "title": wording.title(finding),
        "also": wording.also(finding),
        "does": found.does,
        "says": DOES[found.decides or found.does],
        "keeps_case": found.keeps_case,
        "added": visible(found.added),
        "remarks": second_looks([finding.sign.value, finding.old.value if finding.old else None]),
        "differences": [
            {
                "label": words.label(one["path"]),
                "before": _plain(one["before"]),
                "after": _plain(one["after"]),
            }
            for one in differing(agent, found)
        ],
        "counts": counts(found),
        "by": sorted(name_of(names, person) for person in deciders),
        "cases": [_past(actor, agent, case, found, names) for case in reversed(found.changed)],
        "accept_url": reverse("runs:acceptance", args=[slug, row.pk]),
        "drop_url": reverse("runs:dismissal", args=[slug, row.pk]),
        "version": agent.latest.number if agent.latest else 0,
        "publish_label": _publishing(agent, found),
    }


def _publishing(agent: Agent, found: Proposed) -> str:
    if found.file is None:
        return "Keep the evaluation case"
    what = "rule" if found.does == "policy" else "sentence"
    return f"Publish version {agent.latest.number + 1 if agent.latest else 1} with this {what}"


def differing(agent: Agent, found: Proposed) -> list[Difference]:
    """What publishing it changes in the file, place by place."""
    return differences(agent.latest.file, found.file) if found.file is not None and agent.latest else []


def _plain(value: JSON) -> JSON:
    """The rules of a policy line by line, as an author writes them; anything else as it is."""
    if isinstance(value, list) and all(isinstance(one, dict) and "decide" in one for one in value):
        return "\n".join(wording.rule(one) for one in value if isinstance(one, dict)) or None
    return value


def counts(found: Proposed) -> Context:
    finding, supports = found.finding, set(found.finding.supports)
    return {
        "among": found.among,
        "changed": len(found.changed),
        "supports": sum(case in supports for case in found.changed),
        "against": len(found.against),
        "verdict": finding.verdict,
    }


def _past(actor: Actor, agent: Agent, case: Case, found: Proposed, names: dict[uuid.UUID, Object]) -> Context:
    """Of before the agent was handed over to this actor the run can be opened, and the review cannot."""
    path, slug, me = found.finding.sign.path, actor.organization.slug, actor.person.pk
    is_inherited = me == agent.owner_id != case.owner and not actor.sees_all
    review = reverse("verification:review", args=[slug, case.review])
    return {
        "url": reverse("runs:run", args=[slug, case.run]) if is_inherited else review,
        "outcome": case.outcome,
        "asked": case.asked.get(path),
        "stands": case.stands.get(path),
        "is_edited": case.asked.get(path) != case.stands.get(path),
        "is_against": case in found.against,
        "by": " and ".join(sorted(name_of(names, person) for person in case.deciders)),
        "at": case.at,
    }


def _case(one: Standing, slug: str) -> Context:
    case = one.case
    return {
        "step": wording.step(case.step),
        "label": wording.label(case.path) if case.path else "",
        "expected": one.expected,
        "got": one.got,
        "state": one.state,
        "made_at": case.made_at,
        "review_url": reverse("verification:review", args=[slug, case.review_id]),
        "tried_url": reverse("runs:run", args=[slug, one.tried.pk]) if one.tried else None,
        "tried_version": one.tried.version.number if one.tried else None,
        "try_url": reverse("runs:tries", args=[slug, case.pk]),
        "removal_url": reverse("runs:removal", args=[slug, case.pk]),
    }


def _answered(row: Proposal, names: dict[uuid.UUID, Object]) -> Context:
    return {
        "status": row.status,
        "place": row.place,
        "path": wording.label(row.path),
        "verdict": row.verdict,
        "by": name_of(names, row.answered_by) if row.answered_by else "",
        "at": row.answered_at,
        "note": row.note,
        "version": row.version,
    }
