"""A review step: ask when it applies, wait, go on with what was decided."""

from __future__ import annotations

from seconder.agents.file import ExpressionError, MissingValue, Step
from seconder.agents.file.samples import sample
from seconder.agents.file.steps import ReviewSpec, Stage
from seconder.core import paths
from seconder.core.json import JSON, Object
from seconder.runs import cards
from seconder.runs.acts.ai import once_more
from seconder.runs.acts.side_by_side import To, asked, asking_for_changes, deciding, is_asked, latest, waits
from seconder.runs.asking import of_run
from seconder.runs.failing import StepFailed
from seconder.runs.ledger import Ledger
from seconder.runs.models import StepRun
from seconder.runs.progress import Progress
from seconder.verification.asking import Asked, Then
from seconder.verification.models import Review


async def act(progress: Progress, ledger: Ledger, step: Step, row: StepRun) -> bool:  # noqa: ARG001  acts have one shape
    spec = step.review
    if spec is None:
        raise TypeError(step.id)
    reviews = latest(progress, step)
    if not reviews or row.notes.get("answered") == reviews[0].attempt:
        return _open(progress, step, spec, row, reviews)
    is_waiting = waits(progress, step, reviews)
    review = deciding(reviews, is_waiting=is_waiting)
    if review is None:
        return False
    if is_waiting:
        progress.withdraw(step)
    if review.outcome == "changes_requested":
        _once_more(progress, spec, row, asking_for_changes(reviews))
    else:
        _conclude(progress, row, review, reviews)
    return True


def _open(progress: Progress, step: Step, spec: ReviewSpec, row: StepRun, before: list[Review]) -> bool:
    """`before`: the attempt at which somebody asked for changes. What came of them is looked at in any case: a model
    shall not pass by its reviewer with a result to which the condition does not apply."""
    attempt = before[0].attempt + 1 if before else 1
    if is_asked(progress, step, attempt):
        return False  # since the run was taken in hand
    if not before and not _applies(progress, spec):
        progress.settle(row, "skipped")
        return True
    if progress.run.is_rehearsal:
        # A decision would decide nothing, so nobody is asked; the run goes on as after a yes, or with a sample.
        rehearsed: Object = {"outcome": "approved", "rehearsed": True}
        progress.settle(row, "succeeded", output=sample(spec.answer) if spec.answer else rehearsed)
        return True
    for one in asked(progress, spec, before):
        progress.ask(_question(progress, step, spec, one, attempt))
    row.status, row.attempts = "waiting", 1
    progress.touch(row)
    return False


def _question(progress: Progress, step: Step, spec: ReviewSpec, to: To, attempt: int) -> Asked:
    first, *later = spec.stages or (Stage(spec.approve, spec.reject, to.choice.people),)
    return Asked(
        **of_run(progress, step),
        kind="question" if spec.answer else "review",
        call_id=to.call_id,
        attempt=attempt,
        follows=to.follows,
        question=spec.question,
        items=cards.items(progress, spec.show),
        schemas=cards.schemas(progress, spec.show),
        content={"step": step.id, "version": progress.version, "agent": progress.agent},
        answer=spec.answer,
        people=list(first.assign.people),
        teams=list(first.assign.teams),
        because=to.choice.because,
        is_computed=to.choice.is_computed,
        as_before=to.as_before,
        approve=first.approve,
        reject=first.reject,
        then=[
            Then(one.approve, one.reject, list(one.assign.people), list(one.assign.teams)) for one in later
        ],
        forbid=list(spec.forbid),
        answers=list(to.answers),
        risk=spec.risk,
        due=spec.due,
        remind=list(spec.remind),
        escalate=[(one.after, list(one.to.people), list(one.to.teams)) for one in spec.escalate],
        on_timeout=spec.on_timeout,
    )


def _applies(progress: Progress, spec: ReviewSpec) -> bool:
    """An error or a missing value means: ask."""
    if spec.when is None:
        return True
    try:
        return spec.when.evaluate(progress.scope())
    except (MissingValue, ExpressionError):
        return True


def _once_more(progress: Progress, spec: ReviewSpec, row: StepRun, reviews: list[Review]) -> None:
    """The steps that made what was shown are done again, with the note; then people are asked again."""
    note = "\n\n".join(str(progress.words[review.pk].note) for review in reviews)
    shown = {str(path[1]) for path in spec.show if path[0] == "steps"}
    names = progress.file.done_again(row.step_id)
    for place, name in enumerate(names):
        if made := progress.steps.get(name):
            once_more(made, note if name in shown else "", is_anew=place > 0)
            progress.touch(made)
    row.notes = {**row.notes, "answered": reviews[0].attempt}
    progress.touch(row)
    progress.note("step.again", step=row.step_id, steps=list[JSON](names), review=str(reviews[0].pk))


def _conclude(progress: Progress, row: StepRun, review: Review, all_of_them: list[Review]) -> None:
    """`review` is the one by which the step ends; where that is a yes, all of them are."""
    if review.outcome in ("approved", "answered") and not all(one.is_intact for one in all_of_them):
        raise StepFailed("review-changed", "What is stored of the review is not what was approved.")
    if review.outcome == "answered":
        answer: JSON = progress.words[review.pk].answer
        progress.settle(row, "succeeded", output=answer, review=str(review.pk))
    elif review.outcome == "approved":
        for edited in take_over_edits(progress.steps, review):
            progress.touch(edited)
        output = _output(progress, all_of_them, "approved")
        progress.settle(row, "succeeded", output=output, review=str(review.pk))
    elif review.outcome == "rejected":
        row.error = {
            "type": "rejected",
            "message": _no(review),
        }
        progress.settle(
            row, "rejected", output=_output(progress, [review], "rejected"), review=str(review.pk)
        )
    elif review.status == "expired" and review.on_timeout == "continue":
        progress.settle(row, "succeeded", output={"outcome": "continued"}, review=str(review.pk))
    else:
        row.error = {
            "type": "canceled",
            "message": "Nobody decided in time, and the agent's author chose to cancel then.",
        }
        row.status = "canceled"
        progress.touch(row)


def _no(review: Review) -> str:
    if review.status == "decided":
        return "A person did not answer." if review.kind == "question" else "A reviewer said no."
    return "Nobody decided in time, which counts as no."


def _output(progress: Progress, reviews: list[Review], outcome: str) -> Object:
    said = [progress.words.get(review.pk) for review in reviews]
    notes = [str(one.note) for one in said if one and one.note]
    return {"outcome": outcome, **({"note": "\n\n".join(notes)} if notes else {})}


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
