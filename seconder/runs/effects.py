"""Effects: claimed by a unique row before, done with a stable key, recorded after; never twice unasked.

An effect that a dead worker left claimed is simply done again where the provider takes our key (the folder
outbox does: the second time finds the first). Elsewhere nobody knows whether it happened, so a person is asked.
"""

from __future__ import annotations

import asyncio
import functools
import uuid
from dataclasses import dataclass

import structlog

from seconder.agents.file import Step
from seconder.agents.tools import Tool, ToolFailed
from seconder.core.clock import now
from seconder.core.json import JSON, Object, digest, storable
from seconder.runs.asking import of_run
from seconder.runs.failing import StepFailed
from seconder.runs.ledger import Ledger
from seconder.runs.models import Effect
from seconder.runs.progress import Progress
from seconder.runs.quick import quickly
from seconder.verification.asking import Asked
from seconder.verification.looking_again import Happened, is_looked_at

log = structlog.get_logger()
TIMEOUT = 60.0  # seconds that a tool may take where the step names none
_OUTCOME = "outcome:"
HAPPENED, NOT_HAPPENED = "It happened", "It did not happen; do it now"


class Waits(Exception):
    """The effect waits for a person to say whether it happened."""


@dataclass(frozen=True)
class Unasked:
    """No person was asked for an act: the policy lets it pass, or an allowance and who gave it."""

    allowance_id: uuid.UUID | None = None
    given_by: uuid.UUID | None = None


@dataclass
class Act:
    """One use of a tool, by the author's file or by a model's choice. `review_id` is the approval that it uses up;
    `unasked` is there where a model chose it and no person was asked."""

    step: Step
    tool: Tool
    arguments: Object
    key: str
    call_id: str = ""
    review_id: uuid.UUID | None = None
    unasked: Unasked | None = None

    @property
    def content_digest(self) -> str:
        return digest({"tool": self.tool.name, "arguments": self.arguments})


async def perform(progress: Progress, ledger: Ledger, act: Act) -> JSON:
    """The tool's result. Raises Waits, or StepFailed where it surely did not happen."""
    if act.tool.kind_of(act.arguments) == "read":
        await ledger.write(progress)  # what led here is not to be paid for again if the worker dies meanwhile
        return await _read(act)
    if progress.run.is_rehearsal:
        return _rehearse(act)
    effect = progress.effects.get(act.key)
    if effect and effect.status == "done":
        return effect.result  # type: ignore[no-any-return]  # an encrypted column holds any JSON
    if effect is None:
        effect = _fresh(progress, act)
        progress.change.claims.append(effect)
    elif not _may_do_again(progress, act, effect):
        raise Waits
    elif effect.status == "done":
        return effect.result  # type: ignore[no-any-return]  # a person just said so
    else:
        effect.status, effect.lease = "claimed", progress.lease
        progress.change.claimed_again.append(effect)
    progress.note(
        "effect.claimed", step=act.step.id, key=act.key, tool=act.tool.name, content=act.content_digest
    )
    await ledger.write(progress)
    progress.effects[act.key] = effect
    return await _do(progress, act, effect)


def _rehearse(act: Act) -> JSON:
    try:
        return act.tool.rehearse(act.arguments)
    except ToolFailed as failure:
        raise StepFailed("tool", failure.detail) from failure


async def _read(act: Act) -> JSON:
    """Changes nothing, so nothing is claimed."""
    try:
        return await _run(act)
    except ToolFailed as failure:
        raise StepFailed("tool", failure.detail, retryable=failure.retryable) from failure


async def _run(act: Act) -> JSON:
    """Raises ToolFailed for all that goes wrong: what breaks in an unforeseen way may have happened or not."""
    seconds = _seconds(act.step)
    try:
        async with asyncio.timeout(seconds):
            ran = functools.partial(_ran, act)
            return await (quickly(ran) if act.tool.is_quick() else asyncio.to_thread(ran))
    except TimeoutError as error:
        raise ToolFailed(
            f"{act.tool.title} took longer than {seconds:.0f} s.", retryable=True, happened="unknown"
        ) from error
    except ToolFailed:
        raise
    except Exception as error:
        log.exception("tool.broke", name=act.tool.name, step=act.step.id)
        raise ToolFailed(
            f"{act.tool.title} broke: {type(error).__name__}.", retryable=False, happened="unknown"
        ) from error


def _ran(act: Act) -> JSON:
    return storable(act.tool.run(act.arguments, act.key))


def _seconds(step: Step) -> float:
    return step.timeout.total_seconds() if step.timeout else TIMEOUT


def _fresh(progress: Progress, act: Act) -> Effect:
    return Effect(
        key=act.key,
        run=progress.run,
        requester_id=progress.run.requester_id,
        step_id=act.step.id,
        tool=act.tool.name,
        arguments=act.arguments,
        content_digest=act.content_digest,
        review_id=act.review_id,
        lease=progress.lease,
    )


async def _do(progress: Progress, act: Act, effect: Effect) -> JSON:
    try:
        result = await _run(act)
    except ToolFailed as failure:
        return _failed(progress, act, effect, failure)
    _done(progress, act, effect, result)
    return result


def _done(progress: Progress, act: Act, effect: Effect, result: JSON) -> None:
    _record(progress, effect, "done", result)
    if act.unasked and is_looked_at(act.key, progress.file.second_looks):
        progress.change.happened.append(_happened(progress, act, act.unasked))


def _happened(progress: Progress, act: Act, unasked: Unasked) -> Happened:
    return Happened(
        organization_id=progress.run.organization_id,
        run_id=progress.run.pk,
        step_id=act.step.id,
        key=act.key,
        agent=progress.agent,
        agent_version=progress.version,
        requester_id=progress.run.requester_id,
        items=[
            {
                "path": "args",
                "label": act.tool.title,
                "value": act.arguments,
                "made_by": "model",
                "lines": list[JSON](act.tool.describe(act.arguments)),
            }
        ],
        people=list(progress.file.reviewers.people),
        teams=list(progress.file.reviewers.teams),
        allowance_id=unasked.allowance_id,
        given_by=unasked.given_by,
    )


def _failed(progress: Progress, act: Act, effect: Effect, failure: ToolFailed) -> JSON:
    if failure.happened == "unknown" and not act.tool.repeats_safely(act.arguments):
        _ask(progress, act, effect)
        raise Waits from failure
    _record(progress, effect, "failed", None)
    raise StepFailed("tool", failure.detail, retryable=failure.retryable) from failure


def _record(progress: Progress, effect: Effect, status: str, result: JSON) -> None:
    effect.status, effect.result, effect.finished_at = status, result, now()
    progress.change.recorded.append(effect)
    progress.note(f"effect.{status}", step=effect.step_id, key=effect.key, tool=effect.tool)


def _may_do_again(progress: Progress, act: Act, effect: Effect) -> bool:
    """Of an effect that is not done: whether to go on with it now. Asks a person where that is not known."""
    if effect.status == "failed":
        return True
    if effect.status == "claimed":
        if act.tool.repeats_safely(act.arguments):
            return True
        _ask(progress, act, effect)
        return False
    question = progress.reviews.get((act.step.id, _question_id(act)))
    if question is None:
        _ask(progress, act, effect)
        return False
    if question.status == "open":
        return False
    answer = progress.words.get(question.pk)
    if answer and answer.answer == HAPPENED:
        _done(progress, act, effect, {"confirmed_by_a_person": True})
        return True
    if answer and answer.answer == NOT_HAPPENED:
        return True
    raise StepFailed("unknown-outcome", "Nobody could say whether it happened, so it was not done again.")


def _question_id(act: Act) -> str:
    return f"{_OUTCOME}{act.call_id}"


def is_of_outcome(call_id: str) -> bool:
    """Whether a question of this call asks if an effect happened. No model's call has such an id."""
    return call_id.startswith(_OUTCOME)


def _ask(progress: Progress, act: Act, effect: Effect) -> None:
    effect.status = "unknown"
    progress.change.recorded.append(effect)
    progress.note("effect.unknown", step=act.step.id, key=act.key, tool=act.tool.name)
    before = progress.reviews.get((act.step.id, _question_id(act)))
    progress.ask(
        Asked(
            **of_run(progress, act.step),
            kind="question",
            call_id=_question_id(act),
            attempt=before.attempt + 1 if before else 1,
            question=f"It is not known whether this happened: {act.tool.title}. Please look, and say.",
            items=[{"path": "arguments", "label": act.tool.title, "value": act.arguments, "made_by": "tool"}],
            content={"tool": act.tool.name, "key": act.key},
            people=list(progress.file.reviewers.people),
            teams=list(progress.file.reviewers.teams),
            answers=["answer"],
            answer={"enum": [HAPPENED, NOT_HAPPENED]},
        )
    )
