"""Starting a run, and starting one from another: retry and fork carry over the finished steps."""

from __future__ import annotations

import functools
import uuid
from typing import Any

from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.agents.file import AgentFile
from seconder.agents.models import Agent, AgentVersion
from seconder.core.clock import now
from seconder.core.json import JSON, UNSTORABLE, Object, is_storable
from seconder.core.refusals import AlreadyFinished, Conflict, Invalid, NotFound
from seconder.core.rows import insertion
from seconder.core.schemas import validator
from seconder.engine import write
from seconder.events.recording import prepare, recording
from seconder.runs import about, carrying
from seconder.runs.models import Run
from seconder.runs.waking import LANE


def start(
    agent: Agent, actor: Actor, given: JSON, *, dry_run: bool = False, requester: uuid.UUID | None = None
) -> Run:
    """A queued run of the agent's latest version. Raises Invalid where the input does not keep its schema.
    `requester`: whose content the input is, where that is not the actor."""
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
            requester_id=requester or actor.person.pk,
            input=given,
            is_rehearsal=dry_run,
        ),
        actor,
    )


def retry(run: Run, actor: Actor) -> Run:
    """A new run that goes on where this one failed; what already happened does not happen again."""
    if run.status not in ("failed", "rejected", "canceled"):
        raise Conflict(
            f"Only a run that failed, was rejected or canceled is retried; this one is {run.status}."
        )
    rows = carrying.kept(run, actor, run.input)
    with transaction.atomic():
        again = _again(run, actor, run.input, rows)
        carrying.carry_over_effects(run, again, rows)
    return again


def fork(run: Run, actor: Actor, from_step: str, given: Object | None) -> Run:
    """A new run that begins at `from_step`, with other input where it is given; the steps before it carry over."""
    order = list(AgentFile.load(run.version.file).by_id)
    if from_step not in order:
        raise Invalid(f"There is no step {from_step!r} in this agent.", path="from_step")
    if not run.has_ended and run.status != "waiting":
        raise AlreadyFinished("Wait until the run is parked or has ended, then fork it.")
    if given is not None:
        _check(run.version, given)
    wanted = run.input if given is None else given
    rows = carrying.kept(run, actor, wanted, order[: order.index(from_step)])
    with transaction.atomic():
        return _again(run, actor, wanted, rows, from_step)


def _again(run: Run, actor: Actor, given: JSON, rows: carrying.Rows, from_step: str = "") -> Run:
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
    _queue(again, actor)
    carrying.carry_over(run, again, rows)
    return again


def _queue(run: Run, actor: Actor) -> Run:
    if run.organization_id != actor.organization.pk:
        raise NotFound("There is no such agent or run here.")
    run.about = about.line(run.input)
    run.created_at = run.next_at = now()
    facts: Object = {"agent": str(run.agent_id), "version": str(run.version_id)}
    if run.parent_run_id:
        facts |= {"parent": str(run.parent_run_id), "from_step": run.from_step}
    queued = prepare("run.queued", run, actor.by, run.pk, **facts)
    write([insertion([run]), recording([queued])], LANE)
    return run


def _check(version: AgentVersion, given: JSON) -> None:
    if not is_storable(given):
        raise Invalid(UNSTORABLE.format("input"), path="input")
    fault = next(_validator(version.pk).iter_errors(given), None)
    if fault:
        where = ".".join(["input", *(str(part) for part in fault.absolute_path)])
        raise Invalid(f"{where}: {fault.message[:200]}", path=where)


@functools.lru_cache(maxsize=512)
def _validator(version_id: uuid.UUID) -> Any:  # Any: as `validator` says
    """A version never changes, so its validator is made once."""
    file = AgentVersion.objects.values_list("file", flat=True).get(pk=version_id)
    return validator(AgentFile.load(file).input)
