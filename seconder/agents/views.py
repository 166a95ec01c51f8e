from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seconder.accounts.access import Sight, access_page
from seconder.accounts.gate import Asked
from seconder.agents import pages
from seconder.core.doors import door

SIGHT = Sight(
    "agent",
    "agents.read",
    "agents.read",
    {"runs.start": "run it", "agents.build": "publish its next version"},
)


@door("agents.read")
@require_safe
def agent_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    return render(request, "agents/list.html", pages.list_page(request.actor))


@door("agents.read")
@require_safe
def agent_show(request: Asked, organization: str, agent: str) -> HttpResponse:  # noqa: ARG001  as above
    """What it does, its versions, and the form that runs it, which `runs` takes."""
    found = pages.find(request.actor, agent)
    return render(request, "agents/agent.html", pages.agent_page(request.actor, found))


@door("agents.read", rule="people.read")
@require_safe
def agent_access(request: Asked, organization: str, agent: str) -> HttpResponse:
    found = pages.find(request.actor, agent)
    return access_page(request, found, SIGHT, found.name, pages.address(found, organization))
