"""What a run that is made from another takes over from it: finished steps, the approvals that still hold, and
what is known of effects."""

from __future__ import annotations

from collections.abc import Iterable

from seconder.accounts.actor import Actor
from seconder.agents.file import AgentFile, MissingValue, Step
from seconder.core import paths
from seconder.core.json import JSON
from seconder.core.paths import Path
from seconder.runs.acts.review import take_over_edits
from seconder.runs.models import Effect, Run, StepRun
from seconder.verification.models import Decision, Review

Rows = dict[str, StepRun]


def kept(run: Run, actor: Actor, given: JSON, before: Iterable[str] | None = None) -> Rows:
    """The steps of `run` that a run of `actor` with the input `given` need not do again; of those in `before`,
    where it is given. In the order of the file."""
    file = AgentFile.load(run.version.file)
    rows = _finished(run, file, set(file.by_id if before is None else before))
    if given != run.input:
        rows = {
            key: row
            for key, row in rows.items()
            if not _stands_on_input(file.by_id[key], row, run.input, given)
        }
    own = _decided_by(run, actor)
    rows = {key: row for key, row in rows.items() if key not in own}
    return {key: row for key, row in rows.items() if _is_whole(file.by_id[key], row, rows)}


def carry_over(run: Run, again: Run, rows: Rows) -> None:
    """Writes the steps for the new run. What a reviewer made of a result comes along with the approval, never
    without it."""
    new = {key: _copy(row, again) for key, row in rows.items()}
    for review in Review.objects.filter(run_id=run.pk, kind="review", outcome="approved").order_by(
        "closed_at"
    ):
        if review.step_id in new:
            take_over_edits(new, review)
    for row in new.values():
        row.save(force_insert=True)


def carry_over_effects(run: Run, again: Run, rows: Rows) -> None:
    """For steps that a retry does again: what already happened does not happen twice, and where nobody knows
    whether it did, a person is asked first."""
    steps = [step.id for step in AgentFile.load(run.version.file).by_id.values() if step.kind == "tool"]
    keys = [f"{run.pk}-{step}" for step in steps if step not in rows]
    Effect.objects.bulk_create(
        Effect(
            key=f"{again.pk}-{effect.step_id}",
            run=again,
            requester_id=again.requester_id,
            step_id=effect.step_id,
            tool=effect.tool,
            arguments=effect.arguments,
            content_digest=effect.content_digest,
            status="done" if effect.status == "done" else "unknown",
            result=effect.result,
            claimed_at=effect.claimed_at,
            finished_at=effect.finished_at,
        )
        for effect in Effect.objects.filter(key__in=keys).exclude(status="failed")
    )


def _finished(run: Run, file: AgentFile, among: set[str]) -> Rows:
    rows = {row.step_id: row for row in StepRun.objects.filter(run=run, step_id__in=among)}
    return {key: rows[key] for key, step in file.by_id.items() if key in rows and _is_done(step, rows[key])}


def _is_done(step: Step, row: StepRun) -> bool:
    """A no counts too, where the run went on from it."""
    return row.status in ("succeeded", "skipped") or (
        row.status == "rejected" and step.on_reject == "continue"
    )


def _stands_on_input(step: Step, row: StepRun, before: JSON, after: JSON) -> bool:
    """Whether an approval, or a step's being skipped, is owed to a part of the input that is another now."""
    if step.review is None and row.status != "skipped":
        return False
    read = [*(step.if_.paths if step.if_ else ())]
    if step.review:
        read += step.review.reads
    return any(_at(before, path) != _at(after, path) for path in read if path[0] == "input")


def _at(given: JSON, path: Path) -> tuple[JSON, ...]:
    try:
        return (paths.find({"input": given}, path),)
    except MissingValue:
        return ()


def _decided_by(run: Run, actor: Actor) -> set[str]:
    """The review steps that the new requester decided, where the requester must not."""
    decisions = Decision.objects.filter(review__run_id=run.pk, person_id=actor.person.pk)
    found = decisions.values_list("review__step_id", "review__forbid")
    return {step for step, forbid in found if "requester" in forbid}


def _is_whole(step: Step, row: StepRun, rows: Rows) -> bool:
    """Branches are done when all in them is kept; a group that was skipped never began."""
    return row.status == "skipped" or all(inner.id in rows for inner in step.walk())


def _copy(row: StepRun, again: Run) -> StepRun:
    return StepRun(
        run=again,
        step_id=row.step_id,
        status=row.status,
        output=row.output,
        notes={**row.notes, "carried_over": True},
        attempts=row.attempts,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
