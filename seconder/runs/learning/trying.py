"""Evaluation cases: a rehearsal of the agent as it is now, on the input of the run that a case comes from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.agents.models import Agent
from seconder.core import paths
from seconder.core.encryption import ERASED
from seconder.core.json import JSON, canonical
from seconder.core.refusals import Conflict, NotFound
from seconder.events.recording import record
from seconder.runs.learning import past
from seconder.runs.learning.models import EvaluationCase
from seconder.runs.learning.past import Case
from seconder.runs.models import Run, StepRun
from seconder.runs.starting import start
from seconder.verification.models import Review


@dataclass(frozen=True)
class Standing:
    """How a case stands. `expected`: the value that people gave; None of a case that tells whether people are asked.
    `state`: erased, untried, running, kept (it came as expected) or broken; `got`: what came in its place."""

    case: EvaluationCase
    state: str
    expected: JSON = None
    got: JSON = None
    tried: Run | None = None


def try_out(case: EvaluationCase, actor: Actor) -> Run:
    """Starts the rehearsal: nothing is sent and nobody is asked. What it is given stays its requester's, and is erased
    with the rest of it."""
    given = Run.objects.visible_to(actor).filter(pk=case.run_id).first()
    if given is None:
        raise NotFound("The run that this case comes from is not there any more, or not yours to see.")
    if given.input == ERASED:
        raise Conflict("What this case was given has been erased, so it cannot be tried.")
    agent = Agent.objects.select_related("latest").get(pk=case.agent_id)
    with transaction.atomic():
        run = start(agent, actor, given.input, dry_run=True, requester=given.requester_id)
        EvaluationCase.objects.filter(pk=case.pk).update(tried_run_id=run.pk)
    return run


def remove(case: EvaluationCase, actor: Actor) -> None:
    """It is not wanted any more, such as one of a step that is gone. Its runs and its review stay."""
    demand(actor, "agents.build")
    with transaction.atomic():
        record("evaluation_case.removed", case, actor.by, case.run_id, review=str(case.review_id))
        case.delete()


def standings(actor: Actor, cases: list[EvaluationCase]) -> list[Standing]:
    """Five queries however many they are."""
    reviews = Review.objects.visible_to(actor).filter(pk__in=[case.review_id for case in cases])
    known = {one.review: one for one in past.read(reviews)}
    runs = Run.objects.visible_to(actor).filter(pk__in=[case.tried_run_id for case in cases])
    tried = {run.pk: run for run in runs.select_related("version").only("status", "version__number")}
    steps = StepRun.objects.filter(run_id__in=tried, step_id__in=[case.step for case in cases])
    rows = {(row.run_id, row.step_id): row for row in steps.defer("messages", "error")}
    return [_standing(case, known.get(case.review_id), tried, rows) for case in cases]


def _standing(
    case: EvaluationCase,
    origin: Case | None,
    tried: dict[uuid.UUID, Run],
    rows: dict[tuple[uuid.UUID, str], StepRun],
) -> Standing:
    if origin is None or (case.path and case.path not in origin.stands):
        return Standing(case, "erased")
    expected = origin.stands[case.path] if case.path else None
    run = tried.get(case.tried_run_id) if case.tried_run_id else None
    if run is None:
        return Standing(case, "untried", expected)
    row = rows.get((run.pk, case.step))
    is_done = row is not None and row.status in ("succeeded", "skipped")
    if not is_done and not run.has_ended:
        return Standing(case, "running", expected, tried=run)
    if not case.path:
        is_kept = row is not None and row.status == "succeeded"
        return Standing(case, "kept" if is_kept else "broken", tried=run)
    got = _at(case, row) if row else None
    is_kept = canonical(got) == canonical(expected)
    return Standing(case, "kept" if is_kept else "broken", expected, got, run)


def _at(case: EvaluationCase, row: StepRun) -> JSON:
    try:
        return paths.find({"steps": {case.step: {"output": row.result}}}, paths.parse(case.path))
    except paths.MissingValue:
        return None
