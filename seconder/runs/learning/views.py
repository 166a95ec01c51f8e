from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from seconder.accounts.gate import Asked
from seconder.agents import pages as agent_pages
from seconder.agents.models import Agent
from seconder.core.doors import door
from seconder.core.refusals import NotFound, Refusal
from seconder.core.responses import SeeOther
from seconder.runs.learning import answering, pages, trying
from seconder.runs.learning.models import EvaluationCase, Proposal, may_look


@door("agents.build")
@require_safe
def proposal_list(request: Asked, organization: str, agent: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    found = find_agent(request, agent)
    return render(request, "runs/proposals.html", pages.page(request.actor, found))


@door("agents.build", rule="agents.build")
@require_POST
def acceptance_create(request: Asked, organization: str, proposal: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    """`version`: the one for which the change was shown."""
    one = _proposal(request, proposal)
    given = request.POST.get("version", "")
    is_number = given.isascii() and given.isdigit() and len(given) < 10
    try:
        done = answering.accept(one, request.actor, int(given) if is_number else 0)
    except Refusal as refused:
        return _refused(request, one.agent, refused)
    said = (
        f"Version {done.version} is published with it."
        if done.version
        else "It is kept as an evaluation case."
    )
    messages.success(request, said)
    return _back(request, one.agent)


@door("agents.build", rule="agents.build")
@require_POST
def dismissal_create(request: Asked, organization: str, proposal: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    one = _proposal(request, proposal)
    try:
        answering.drop(one, request.actor, request.POST.get("note", ""))
    except Refusal as refused:
        return _refused(request, one.agent, refused)
    messages.success(request, "Dropped. It is proposed again only once as many new cases speak for it.")
    return _back(request, one.agent)


@door("agents.build")
@require_POST
def try_create(request: Asked, organization: str, case: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    one = _case(request, case)
    try:
        trying.try_out(one, request.actor)
    except Refusal as refused:
        return _refused(request, one.agent, refused)
    messages.success(request, "The rehearsal has started. Open this page again to see how it went.")
    return _back(request, one.agent)


@door("agents.build")
@require_POST
def removal_create(request: Asked, organization: str, case: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    one = _case(request, case)
    trying.remove(one, request.actor)
    messages.success(request, "The evaluation case is removed.")
    return _back(request, one.agent)


def find_agent(request: Asked, slug: str) -> Agent:
    """Raises NotFound for an agent whose reviews this actor does not see."""
    agent = agent_pages.find(request.actor, slug)
    if not may_look(request.actor, agent):
        raise NotFound("What was learned about an agent is for its owner, and for owners and admins.")
    return agent


def _case(request: Asked, pk: uuid.UUID) -> EvaluationCase:
    rows = EvaluationCase.objects.visible_to(request.actor).select_related("agent__latest")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such evaluation case here, or it is not yours to see.")
    return found


def _proposal(request: Asked, pk: uuid.UUID) -> Proposal:
    rows = Proposal.objects.visible_to(request.actor).select_related("agent__latest")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such proposal here, or it is not yours to see.")
    return found


def _refused(request: Asked, agent: Agent, refused: Refusal) -> HttpResponse:
    """The page as it is now, with what was not done and why."""
    agent.refresh_from_db()
    shown = pages.page(request.actor, agent, refused.detail)
    return render(request, "runs/proposals.html", shown, status=refused.status)


def _back(request: Asked, agent: Agent) -> HttpResponse:
    return SeeOther(reverse("runs:proposals", args=[request.actor.organization.slug, agent.slug]))
