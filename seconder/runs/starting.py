"""Starting a run, and starting one from another: retry and fork carry over the finished steps."""

from __future__ import annotations

import functools
import uuid

import jsonschema
from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.agents.file import AgentFile
from seconder.agents.models import Agent, AgentVersion
from seconder.core.clock import now
from seconder.core.json import JSON, Object
from seconder.core.refusals import AlreadyFinished, Conflict, Invalid
from seconder.engine import notify
from seconder.events.recording import record
from seconder.runs.models import Run, StepRun
from seconder.runs.waking import LANE


def start(agent: Agent, actor: Actor, given: JSON, *, dry_run: bool = False) -> Run:
    """A queued run of the agent's latest version. Raises Invalid where the input does not keep its schema."""
    demand(actor, "runs.start")
    version = agent.latest
    if version is None:
        raise Invalid("This agent has no published version yet.")
    _check(version, given)
    return _queue(
        Run(
            organization_id=agent.organization_id,
            agent=agent,
            version=version,
            requester_id=actor.person.pk,
            input=given,
            is_rehearsal=dry_run,
        ),
        actor,
    )


def retry(run: Run, actor: Actor) -> Run:
    """A new run that goes on where this one failed."""
    if run.status not in ("failed", "rejected", "canceled"):
        raise Conflict(
            f"Only a run that failed, was rejected or canceled is retried; this one is {run.status}."
        )
    return _again(run, actor, run.input, keep=_finished(run), from_step="")


def fork(run: Run, actor: Actor, from_step: str, given: Object | None) -> Run:
    """A new run that begins at `from_step`, with other input where it is given; the steps before it carry over."""
    file = AgentFile.load(run.version.file)
    if from_step not in file.by_id:
        raise Invalid(f"There is no step {from_step!r} in this agent.", path="from_step")
    if not run.has_ended and run.status != "waiting":
        raise AlreadyFinished("Wait until the run is parked or has ended, then fork it.")
    order = list(file.by_id)
    before = set(order[: order.index(from_step)])
    keep = [step for step in _finished(run) if step.step_id in before]
    if given is not None:
        _check(run.version, given)
        # An approval carries over only where what it showed is the same: not where it showed the input.
        keep = [step for step in keep if not _reviews(run).get(step.step_id)]
    return _again(run, actor, run.input if given is None else given, keep=keep, from_step=from_step)


def _again(run: Run, actor: Actor, given: JSON, *, keep: list[StepRun], from_step: str) -> Run:
    demand(actor, "runs.start")
    again = Run(
        organization_id=run.organization_id,
        agent_id=run.agent_id,
        version_id=run.version_id,
        requester_id=actor.person.pk,
        input=given,
        is_rehearsal=run.is_rehearsal,
        parent_run_id=run.pk,
        from_step=from_step,
    )
    approved = any(step.step_id in _reviews(run) for step in keep)
    with transaction.atomic():
        _queue(again, actor)
        for step in keep:
            _carry_over(step, again, with_edits=approved)
    return again


def _carry_over(step: StepRun, again: Run, *, with_edits: bool) -> None:
    """What a reviewer made of a result comes along with the approval, never without it."""
    StepRun.objects.create(
        run=again,
        step_id=step.step_id,
        status=step.status,
        output=step.output,
        edited=step.edited if with_edits else None,
        notes={**step.notes, "carried_over": True},
        attempts=step.attempts,
        started_at=step.started_at,
        finished_at=step.finished_at,
    )


def _reviews(run: Run) -> dict[str, bool]:
    """The review steps of the run's file; True for those that show some of the run's input."""
    steps = AgentFile.load(run.version.file).by_id.values()
    return {s.id: any(path[0] == "input" for path in s.review.show) for s in steps if s.review}


def _finished(run: Run) -> list[StepRun]:
    return list(StepRun.objects.filter(run=run, status__in=("succeeded", "skipped")).select_related("run"))


def _queue(run: Run, actor: Actor) -> Run:
    run.created_at = run.next_at = now()
    with transaction.atomic():
        run.save(force_insert=True)
        facts: Object = {"agent": str(run.agent_id), "version": str(run.version_id)}
        if run.parent_run_id:
            facts |= {"parent": str(run.parent_run_id), "from_step": run.from_step}
        record("run.queued", run, actor.by, run.pk, **facts)
        notify(LANE)
    return run


def _check(version: AgentVersion, given: JSON) -> None:
    fault = next(_validator(version.pk).iter_errors(given), None)
    if fault:
        where = ".".join(["input", *(str(part) for part in fault.absolute_path)])
        raise Invalid(f"{where}: {fault.message[:200]}", path=where)


@functools.lru_cache(maxsize=512)
def _validator(version_id: uuid.UUID) -> jsonschema.Draft202012Validator:
    """A version never changes, so its validator is made once."""
    file = AgentVersion.objects.values_list("file", flat=True).get(pk=version_id)
    return jsonschema.Draft202012Validator(AgentFile.load(file).input)
