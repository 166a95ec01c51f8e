from __future__ import annotations

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.actor import Actor
from seconder.accounts.gate import Asked
from seconder.accounts.repeating import once
from seconder.agents.models import Agent
from seconder.core import ai_notice, calls
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.events.models import Event
from seconder.runs import event_text, evidence
from seconder.runs.models import Run
from seconder.runs.showing import EffectOut, StepOut, serialize

router = Router(tags=["runs"])
RunStatus = Literal["queued", "running", "waiting", "succeeded", "failed", "rejected", "canceled"]


class RunOut(Schema):
    id: str
    agent_id: str
    agent_version: int
    status: RunStatus
    dry_run: bool
    input: Any  # as the agent's schema says
    output: Any  # as the last step's schema says
    error: dict[str, Any] | None  # Any: plain values
    parent_run_id: str | None
    from_step: str | None
    created_at: str
    finished_at: str | None
    steps: list[StepOut]
    effects: list[EffectOut]
    reviews: list[str]


class RunList(Schema):
    items: list[RunOut]
    next: str | None


class Accepted(Schema):
    id: str
    status: RunStatus


class RunsQuery(calls.PageQuery):
    status: RunStatus | None = None


class StartIn(calls.Fields):
    """`dry_run`: effects are described, not done."""

    input: Any = None  # as the agent's schema says; absent: {}
    dry_run: bool = False


class ForkIn(calls.Fields):
    """`input`: absent, that of the run that is forked."""

    from_step: str
    input: dict[str, Any] | None = None  # Any: as the agent's schema says


class NothingIn(calls.Fields):
    pass


@router.post(
    "/agents/{id}/runs", response={202: Accepted}, summary="Start a run", openapi_extra=calls.takes(StartIn)
)
@door("runs.start")
def run_start(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    found = Agent.objects.visible_to(request.actor).filter(latest__isnull=False)
    found = found.select_related("latest").defer("latest__file")  # its schema is kept by version, once read
    agent = None if "\x00" in id else found.filter(slug=id).first()
    if agent is None:
        raise NotFound("There is no such agent here.")

    def start() -> HttpResponse:
        given = calls.body(request, StartIn)
        wanted = given.input if "input" in given.model_fields_set else {}
        return ai_notice.said(_accepted(Run.start(agent, request.actor, wanted, dry_run=given.dry_run)))

    return once(request, request.actor, start)


@router.get("/runs", response=RunList, summary="Runs, newest first", openapi_extra=calls.asks(RunsQuery))
@door("runs.read")
def runs(request: Asked) -> HttpResponse:
    asked = calls.query(request, RunsQuery)
    found = Run.objects.visible_to(request.actor).select_related("agent")
    if asked.status:
        found = found.filter(status=asked.status)
    rows, following = calls.page(found, asked)
    return ai_notice.said(calls.answer({"items": serialize(rows), "next": following}))


@router.get("/runs/{id}", response=RunOut, summary="One run: steps, effects, reviews")
@door("runs.read")
def run(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    return ai_notice.said(calls.answer(serialize([find(request.actor, id)])[0]))


@router.get(
    "/runs/{id}/events",
    summary="What happens in a run, as server-sent events; `Last-Event-ID` resumes",
    openapi_extra={
        "responses": {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
        "parameters": [
            {"in": "header", "name": "Last-Event-ID", "schema": {"type": "string"}},
            {"in": "query", "name": "after", "schema": {"type": "string"}},
        ],
    },
)
@door("runs.read")
def run_events(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    """Over ASGI `runs.streams` answers in this one's place and keeps the stream open; here it says what happened
    until now and ends."""
    one = find(request.actor, id)
    after = event_text.after(request)
    events = Event.objects.of_run(one.pk).sealed().filter(seq__gt=after)
    text = "".join(event_text.of(event) for event in events)
    response = HttpResponse(text, content_type=event_text.MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    return response


@router.get(
    "/runs/{id}/evidence",
    summary="The evidence of a run: one file, a page and the same as JSON, signed; verified offline",
    openapi_extra={"responses": {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}},
)
@door("runs.read")
def run_evidence(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    return evidence.response(request.actor, find(request.actor, id))


@router.post("/runs/{id}/cancellation", response={202: Accepted}, summary="End a run now")
@door("runs.control")
def run_cancellation(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = find(request.actor, id)

    def cancel() -> HttpResponse:
        calls.body(request, NothingIn)
        one.cancel(request.actor)
        return _accepted(one)

    return once(request, request.actor, cancel)


@router.post(
    "/runs/{id}/retries", response={202: Accepted}, summary="A new run that goes on where this one failed"
)
@door("runs.start")
def run_retries(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = find(request.actor, id)

    def retry() -> HttpResponse:
        calls.body(request, NothingIn)
        return _accepted(one.retry(request.actor))

    return once(request, request.actor, retry)


@router.post(
    "/runs/{id}/forks",
    response={202: Accepted},
    summary="A new run from one of the steps on",
    openapi_extra=calls.takes(ForkIn),
)
@door("runs.start")
def run_forks(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = find(request.actor, id)

    def fork() -> HttpResponse:
        given = calls.body(request, ForkIn)
        return _accepted(one.fork(request.actor, given.from_step, given.input))

    return once(request, request.actor, fork)


def find(actor: Actor, id: str) -> Run:  # noqa: A002  as above
    """Raises NotFound for a run that is not there or not to be seen."""
    found = (
        Run.objects.visible_to(actor).select_related("agent", "version").filter(pk=calls.id_of(id)).first()
    )
    if found is None:
        raise NotFound("There is no such run here.")
    return found


def _accepted(run: Run) -> HttpResponse:
    return calls.answer({"id": str(run.pk), "status": run.status}, 202, location=f"/api/v1/runs/{run.pk}")
