from __future__ import annotations

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.actor import Actor, demand
from seconder.accounts.gate import Asked
from seconder.accounts.repeating import once
from seconder.agents.models import Agent
from seconder.core import calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door
from seconder.core.json import JSON, Object
from seconder.core.refusals import NotFound
from seconder.runs.learning import answering, pages, trying, wording
from seconder.runs.learning.models import EvaluationCase, Proposal, may_look
from seconder.runs.learning.proposing import Proposed

router = Router(tags=["learning"])


class PastCaseOut(Schema):
    """A review; `against`: people let pass what the proposal would have changed."""

    review: str
    run: str
    outcome: Literal["approved", "rejected"]
    against: bool
    at: str


class ChangeOut(Schema):
    path: str
    before: Any  # a part of the file
    after: Any  # as above


class ProposalOut(Schema):
    """`does`: what accepting it adds, to the agent's policy or its instructions, or an evaluation case alone.
    `changes`: to the agent's file as it is at `version`. Of `among` past cases, `cases` would have gone another way."""

    id: str
    agent_id: str
    status: Literal["open", "accepted", "dropped"]
    title: str
    does: Literal["policy", "instructions", "case"]
    keeps_case: bool
    version: int
    changes: list[ChangeOut]
    among: int
    cases: list[PastCaseOut]
    found_at: str


class ProposalList(Schema):
    items: list[ProposalOut]
    next: str | None


class AnsweredOut(Schema):
    """`version`: that was published with it, None where the file stays as it is."""

    id: str
    agent_id: str
    status: Literal["accepted", "dropped"]
    version: int | None


class EvaluationCaseOut(Schema):
    """`expected` is the value at `path`; without a path: people are asked at `step`. `state`: whether the last
    rehearsal (`tried_run_id`) went as expected."""

    id: str
    agent_id: str
    run_id: str
    review_id: str
    step: str
    path: str | None
    expected: Any  # a text, a number, yes or no
    state: Literal["erased", "untried", "running", "kept", "broken"]
    got: Any  # as above
    tried_run_id: str | None
    tried_version: int | None


class EvaluationCaseList(Schema):
    items: list[EvaluationCaseOut]
    next: str | None


class Started(Schema):
    id: str
    status: str


class AcceptanceIn(calls.Fields):
    """`version`: of the agent, for which the changes were shown."""

    version: int


class DismissalIn(calls.Fields):
    note: str


class NothingIn(calls.Fields):
    pass


@router.get(
    "/agents/{id}/proposals",
    response=ProposalList,
    summary="What people's decisions speak for, and wait for an answer",
)
@door("agents.build")
def proposals(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    agent = _agent(request.actor, id)
    found = pages.standing(request.actor, agent)
    return calls.answer({"items": [_proposal(agent, row, one) for row, one in found], "next": None})


@router.post(
    "/proposals/{id}/acceptance",
    response={201: AnsweredOut},
    summary="Publish the agent's next version with it, and keep its evaluation case",
    openapi_extra=calls.takes(AcceptanceIn),
)
@door("agents.build", rule="agents.build")
def proposal_acceptance(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = _find(request.actor, id)

    def accept() -> HttpResponse:
        given = calls.body(request, AcceptanceIn)
        return _answered(answering.accept(one, request.actor, given.version), one.agent)

    return once(request, request.actor, accept)


@router.post(
    "/proposals/{id}/dismissal",
    response={201: AnsweredOut},
    summary="Drop it, with a note; as many new cases propose it again",
    openapi_extra=calls.takes(DismissalIn),
)
@door("agents.build", rule="agents.build")
def proposal_dismissal(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = _find(request.actor, id)

    def drop() -> HttpResponse:
        given = calls.body(request, DismissalIn)
        return _answered(answering.drop(one, request.actor, given.note), one.agent)

    return once(request, request.actor, drop)


@router.get(
    "/agents/{id}/evaluation-cases",
    response=EvaluationCaseList,
    summary="What must come of an input, as people decided",
    openapi_extra=calls.asks(calls.PageQuery),
)
@door("agents.build")
def evaluation_cases(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    agent = _agent(request.actor, id)
    rows = EvaluationCase.objects.visible_to(request.actor).filter(agent=agent)
    cases, following = calls.page(rows, calls.query(request, calls.PageQuery))
    found = trying.standings(request.actor, cases)
    return calls.answer({"items": [_case(one, agent) for one in found], "next": following})


@router.post(
    "/evaluation-cases/{id}/runs",
    response={202: Started},
    summary="Try it: a rehearsal of the agent as it is now",
)
@door("agents.build")
def evaluation_case_runs(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    case = _found(request.actor, id)

    def try_out() -> HttpResponse:
        calls.body(request, NothingIn)
        run = trying.try_out(case, request.actor)
        return calls.answer({"id": str(run.pk), "status": run.status}, 202, location=f"/api/v1/runs/{run.pk}")

    return once(request, request.actor, try_out)


@router.delete("/evaluation-cases/{id}", response={204: None}, summary="Remove one; its runs and review stay")
@door("agents.build")
def evaluation_case_delete(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    trying.remove(_found(request.actor, id), request.actor)
    return HttpResponse(status=204)


def _found(actor: Actor, id: str) -> EvaluationCase:  # noqa: A002  as above
    case = EvaluationCase.objects.visible_to(actor).filter(pk=calls.id_of(id)).first()
    if case is None:
        raise NotFound("There is no such evaluation case here.")
    return case


def _agent(actor: Actor, slug: str) -> Agent:
    """Raises NotFound for an agent whose reviews this actor does not see."""
    rows = Agent.objects.visible_to(actor).select_related("latest").filter(latest__isnull=False)
    agent = None if "\x00" in slug else rows.filter(slug=slug).first()
    if agent is None or not may_look(actor, agent):
        raise NotFound("There is no such agent here.")
    return agent


def _find(actor: Actor, id: str) -> Proposal:  # noqa: A002  as above
    """Raises NotFound, and NotAllowed where it is not for this one to answer."""
    found = Proposal.objects.visible_to(actor).select_related("agent").filter(pk=calls.id_of(id)).first()
    if found is None:
        raise NotFound("There is no such proposal here.")
    demand(actor, "agents.build", found)
    return found


def _proposal(agent: Agent, row: Proposal, found: Proposed) -> Object:
    changes: list[JSON] = [
        {"path": one["path"], "before": one["before"], "after": one["after"]}
        for one in pages.differing(agent, found)
    ]
    return {
        "id": str(row.pk),
        "agent_id": agent.slug,
        "status": row.status,
        "title": wording.title(found.finding),
        "does": found.does,
        "keeps_case": found.keeps_case,
        "version": agent.latest.number if agent.latest else 0,
        "changes": changes,
        "among": found.among,
        "cases": [
            {
                "review": str(case.review),
                "run": str(case.run),
                "outcome": case.outcome,
                "against": case in found.against,
                "at": rfc3339(case.at),
            }
            for case in reversed(found.changed)
        ],
        "found_at": rfc3339(row.found_at),
    }


def _answered(row: Proposal, agent: Agent) -> HttpResponse:
    return calls.answer(
        {"id": str(row.pk), "agent_id": agent.slug, "status": row.status, "version": row.version}, 201
    )


def _case(one: trying.Standing, agent: Agent) -> Object:
    case, run = one.case, one.tried
    return {
        "id": str(case.pk),
        "agent_id": agent.slug,
        "run_id": str(case.run_id),
        "review_id": str(case.review_id),
        "step": case.step,
        "path": case.path or None,
        "expected": one.expected,
        "state": one.state,
        "got": one.got,
        "tried_run_id": str(run.pk) if run else None,
        "tried_version": run.version.number if run else None,
    }
