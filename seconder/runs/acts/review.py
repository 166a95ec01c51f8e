"""A review step: ask when it applies, wait, go on with what was decided."""

from __future__ import annotations

from seconder.agents.file import ExpressionError, MissingValue, Step
from seconder.agents.file.steps import ReviewSpec
from seconder.core import paths
from seconder.core.json import JSON, Object
from seconder.runs import cards
from seconder.runs.asking import of_run
from seconder.runs.failing import StepFailed
from seconder.runs.ledger import Ledger
from seconder.runs.models import StepRun
from seconder.runs.progress import Progress
from seconder.verification.asking import Asked
from seconder.verification.models import Review


async def act(progress: Progress, ledger: Ledger, step: Step, row: StepRun) -> bool:  # noqa: ARG001  acts have one shape
    spec = step.review
    if spec is None:
        raise TypeError(step.id)
    review = progress.reviews.get((step.id, ""))
    if review is None:
        return _open(progress, step, spec, row)
    if review.status == "open":
        return False
    _conclude(progress, row, review)
    return True


def _open(progress: Progress, step: Step, spec: ReviewSpec, row: StepRun) -> bool:
    if row.status == "waiting":
        return False  # asked since the run was taken in hand
    if not _applies(progress, spec):
        progress.settle(row, "skipped")
        return True
    if progress.run.is_rehearsal:
        # A decision would decide nothing, so nobody is asked; the run goes on as after a yes.
        progress.settle(row, "succeeded", output={"outcome": "approved", "rehearsed": True})
        return True
    progress.ask(
        Asked(
            **of_run(progress, step),
            kind="review",
            question=spec.question,
            items=cards.items(progress, spec.show),
            schemas=cards.schemas(progress, spec.show),
            content={"step": step.id, "version": progress.version, "agent": progress.agent},
            people=list(spec.assign.people),
            teams=list(spec.assign.teams),
            approve=spec.approve,
            reject=spec.reject,
            forbid=list(spec.forbid),
            answers=list(spec.answers),
            risk=spec.risk,
            due=spec.due,
            remind=list(spec.remind),
            escalate=[(one.after, list(one.to.people), list(one.to.teams)) for one in spec.escalate],
            on_timeout=spec.on_timeout,
        )
    )
    row.status, row.attempts = "waiting", 1
    progress.touch(row)
    return False


def _applies(progress: Progress, spec: ReviewSpec) -> bool:
    """An error or a missing value means: ask."""
    if spec.when is None:
        return True
    try:
        return spec.when.evaluate(progress.scope())
    except (MissingValue, ExpressionError):
        return True


def _conclude(progress: Progress, row: StepRun, review: Review) -> None:
    if review.outcome == "approved":
        if not review.is_intact:
            raise StepFailed("review-changed", "What is stored of the review is not what was approved.")
        for edited in take_over_edits(progress.steps, review):
            progress.touch(edited)
        progress.settle(row, "succeeded", output=_output(progress, review, "approved"), review=str(review.pk))
    elif review.outcome == "rejected":
        row.error = {
            "type": "rejected",
            "message": "A reviewer said no."
            if review.status == "decided"
            else "Nobody decided in time, which counts as no.",
        }
        progress.settle(row, "rejected", output=_output(progress, review, "rejected"), review=str(review.pk))
    elif review.status == "expired" and review.on_timeout == "continue":
        progress.settle(row, "succeeded", output={"outcome": "continued"}, review=str(review.pk))
    else:
        row.error = {
            "type": "canceled",
            "message": "Nobody decided in time, and the agent's author chose to cancel then.",
        }
        row.status = "canceled"
        progress.touch(row)


def _output(progress: Progress, review: Review, outcome: str) -> Object:
    decision = progress.words.get(review.pk)
    return {"outcome": outcome, **({"note": decision.note} if decision and decision.note else {})}


def take_over_edits(rows: dict[str, StepRun], review: Review) -> list[StepRun]:
    """Later steps read what the reviewer made of it; what the step made stays beside it. Answers the rows that
    this changed."""
    changed = []
    for item in review.items:
        path = paths.parse(str(item["path"]))
        row = rows.get(str(path[1])) if path[0] == "steps" else None
        if row is None or str(item["path"]) not in review.schemas:
            continue
        after = _put(row.result, path[3:], item["value"])
        if after != row.result:
            row.edited = after
            row.notes = {**row.notes, "missing": _still_missing(row.notes, after)}
            changed.append(row)
    return changed


def _put(value: JSON, path: paths.Path, new: JSON) -> JSON:
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(head, int):
        return [_put(item, rest, new) if index == head else item for index, item in enumerate(value)]
    inside: Object = value if isinstance(value, dict) else {}
    if new is None and not rest and str(head) not in inside:
        return value  # shown as a gap and left a gap
    return {**inside, str(head): _put(inside.get(str(head)), rest, new)}


def _still_missing(notes: Object, value: JSON) -> list[JSON]:
    gaps = notes.get("missing")
    return [gap for gap in gaps if not _present(value, str(gap))] if isinstance(gaps, list) else []


def _present(value: JSON, gap: str) -> bool:
    for part in gap.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value is not None
