"""What the pages of agents show: plain values for the templates."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.accounts.models import Person
from seconder.accounts.naming import people
from seconder.agents import activity, in_words
from seconder.agents.file import AgentFile
from seconder.agents.forms import RunForm, input_fields
from seconder.agents.models import Agent, AgentVersion
from seconder.core import ai_notice
from seconder.core.json import Object
from seconder.core.refusals import NotFound

PAGE = 50
LATEST_RUNS = 5
LATEST_VERSIONS = 10
BUILTIN = "built-in, which is no language model"
APPLY = "bin/seconder agents apply -f examples/purchase-order-processor.yaml"
GONE = "Somebody who has left"
Context = dict[str, Any]  # Any: what the template names at its top


def find(actor: Actor, slug: str) -> Agent:
    """Raises NotFound for an agent that is not there or not to be seen."""
    seen = Agent.objects.visible_to(actor).select_related("latest").filter(slug=slug, latest__isnull=False)
    agent = seen.first()
    if agent is None:
        raise NotFound("There is no such agent here, or it is not shared with you.")
    return agent


def list_page(actor: Actor) -> Context:
    seen = Agent.objects.visible_to(actor).filter(latest__isnull=False).select_related("latest")
    agents = list(seen.defer("latest__file").order_by("name", "pk"))
    done = activity.counts(actor, agents)
    names = people(agent.owner_id for agent in agents)
    return {
        "agents": [
            {
                "url": address(agent, actor.organization.slug),
                "name": agent.name,
                "description": agent.description,
                "version": agent.latest and agent.latest.number,
                "published_at": agent.latest and agent.latest.created_at,
                "owner": _name(names, agent.owner_id),
                "runs_count": done.get(agent.pk, activity.Activity()).runs,
                "waiting_count": done.get(agent.pk, activity.Activity()).waiting,
            }
            for agent in agents
        ],
        "apply_command": APPLY,
    }


def address(agent: Agent, organization: str) -> str:
    return reverse("agents:agent", args=[organization, agent.slug])


def agent_page(actor: Actor, agent: Agent, form: RunForm | None = None, error: str = "") -> Context:
    """`form` and `error` of a start that was refused."""
    latest = agent.latest
    if latest is None:
        raise NotFound("This agent has no published version.")
    file, slug = AgentFile.load(latest.file), actor.organization.slug
    versions = list(agent.versions.defer("file")[:LATEST_VERSIONS])
    names = people([agent.owner_id, *(version.author_id for version in versions)])
    by_email = _names([*in_words.addresses(file.steps), *file.reviewers.people])
    return {
        "ai_notice": ai_notice.PAGE,
        "agent": {
            "name": agent.name,
            "description": agent.description,
            "instructions": file.instructions.strip(),
            "version": latest.number,
            "published_at": latest.created_at,
            "owner": _name(names, agent.owner_id),
            "model": _model(file),
            "tools": [in_words.tool_title(tool) for tool in file.tools],
            "reviewers": _reviewers(file, by_email),
        },
        "steps": in_words.steps(file.steps, lambda email: by_email.get(email.lower(), email)),
        "run": _run(actor, agent, latest, form, error),
        "versions": [_version(version, latest, names) for version in versions],
        "proposed": activity.proposed(actor, agent),
        "proposals_url": reverse("runs:proposals", args=[slug, agent.slug]),
        "runs": activity.latest_runs(actor, agent, LATEST_RUNS),
        "access_url": reverse("agents:access", args=[slug, agent.slug])
        if can(actor, "people.read")
        else None,
        "runs_url": f"{reverse('runs:list', args=[slug])}?agent={agent.slug}",
        "agents_url": reverse("agents:list", args=[slug]),
    }


def _model(file: AgentFile) -> str:
    name = file.model or settings.MODEL
    return BUILTIN if name == "builtin" else name


def _run(
    actor: Actor, agent: Agent, latest: AgentVersion, form: RunForm | None, error: str
) -> Context | None:
    if not can(actor, "runs.start"):
        return None
    return {
        "url": reverse("runs:start", args=[actor.organization.slug, agent.slug]),
        "fields": input_fields(latest, form),
        "error": error,
    }


def _version(version: AgentVersion, latest: AgentVersion, names: dict[uuid.UUID, Object]) -> Context:
    return {
        "number": version.number,
        "published_at": version.created_at,
        "by": _name(names, version.author_id),
        "here": version.pk == latest.pk,
    }


def _reviewers(file: AgentFile, by_email: dict[str, str]) -> list[dict[str, str]]:
    named = [
        {"name": by_email.get(email.lower(), email), "kind": "person"} for email in file.reviewers.people
    ]
    return named + [{"name": team, "kind": "team"} for team in file.reviewers.teams]


def _names(emails: Iterable[str]) -> dict[str, str]:
    """Address in lower case → name, of those who are known here."""
    wanted = {email.lower() for email in emails}
    rows = Person.objects.filter(email__in=wanted).values_list("email", "name") if wanted else ()
    return {email.lower(): name for email, name in rows}


def _name(names: dict[uuid.UUID, Object], person: uuid.UUID) -> str:
    return str(names.get(person, {}).get("name") or GONE)
