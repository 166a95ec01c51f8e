"""An AI step: ask the model, let it use its tools, until it gives what the step shall give."""

from __future__ import annotations

import asyncio
import contextvars
import functools
from typing import TYPE_CHECKING, Any

import structlog

from seconder.agents import tools
from seconder.agents.file import MissingValue, Step
from seconder.agents.file.templates import render_text
from seconder.agents.prompting import compose_again
from seconder.agents.recipients import UnknownProvider, disclose_to_model, recipient_of
from seconder.core.json import JSON, Object
from seconder.core.recipients import DisclosureRefused
from seconder.runs.acts.aside import aside
from seconder.runs.acts.using import use_tools
from seconder.runs.failing import StepFailed, is_due
from seconder.runs.ledger import Ledger
from seconder.runs.models import StepRun
from seconder.runs.progress import Progress

if TYPE_CHECKING:
    from seconder.agents.talk import Result, Talk

log = structlog.get_logger()
TIMEOUT = 120.0  # seconds for one reply where the step names none
REPLIES = 20  # replies of a model in one step, so that a loop of tool calls ends


async def act(progress: Progress, ledger: Ledger, step: Step, row: StepRun) -> bool:
    if not is_due(progress, row):
        return False
    talk = _talk(progress, step, row)
    if row.retry_at or row.status == "pending":
        row.attempts, row.retry_at, row.status = row.attempts + 1, None, "running"
    while True:
        if talk.awaits_reply:
            await _ask(progress, ledger, step, row, talk)
        if calls := talk.open_calls():
            if not await use_tools(progress, ledger, step, talk, calls):
                row.status = "waiting"
                _keep(progress, row, talk)
                return False
            _keep(progress, row, talk)
        elif result := await _result(talk):
            return _done(progress, row, talk, result)
        else:
            _keep(progress, row, talk)


def _talk(progress: Progress, step: Step, row: StepRun) -> Talk:
    # Imported at the first AI step: a worker that only waits never loads the model libraries.
    from seconder.agents.talk import Talk

    offered = [tool for name in progress.file.tools if (tool := tools.find(name))]
    stored: Any = row.messages  # Any: an encrypted column holds any JSON
    messages: JSON = stored["messages"] if isinstance(stored, dict) else None
    talk = Talk(step.output, {t.name: (t.description, t.arguments) for t in offered}, messages)
    asked: Any = stored.get("again") if isinstance(stored, dict) else None  # Any: as `once_more` made it
    if not talk.is_begun:
        talk.begin(progress.file.instructions, _prompt(progress, step), _inputs(progress))
    elif asked:
        given = (_prompt(progress, step), _inputs(progress)) if asked["is_anew"] else ()
        talk.again(compose_again(asked["note"], *given))
    return talk


def _prompt(progress: Progress, step: Step) -> str:
    try:
        return render_text(step.prompt, progress.scope())
    except MissingValue as error:
        raise StepFailed("missing-value", f"The prompt needs {error.path}, which has no value.") from error


def once_more(row: StepRun, note: str, *, is_anew: bool) -> None:
    """Has the step done again, by the same talk, so that the model knows what it gave and did. `note`: what the
    reviewer said of it · `is_anew`: its input is another now."""
    stored: Any = row.messages  # Any: an encrypted column holds any JSON
    if isinstance(stored, dict):
        row.messages = {**stored, "again": {"note": note, "is_anew": is_anew}}
    row.status, row.attempts, row.finished_at, row.output, row.edited = "pending", 0, None, None, None
    row.notes = {"usage": row.notes["usage"]} if "usage" in row.notes else {}


def _inputs(progress: Progress) -> Object:
    """The run's input, then what each earlier step gave, under the step's name."""
    given = progress.run.input
    inputs: Object = dict(given) if isinstance(given, dict) else {"input": given}
    for step in progress.file.by_id.values():
        row = progress.steps.get(step.id)
        if (
            row
            and row.status == "succeeded"
            and step.kind in ("ai", "ask", "tool")
            and row.result is not None
        ):
            inputs[step.id] = row.result
    return inputs


def _keep(progress: Progress, row: StepRun, talk: Talk, sources: Object | None = None) -> None:
    row.messages = {"messages": talk.stored(), "sources": sources or {}}
    progress.touch(row)


async def _ask(progress: Progress, ledger: Ledger, step: Step, row: StepRun, talk: Talk) -> None:
    """One paid call. What led to it is durable before it, and its reply before anything follows from it."""
    from seconder.agents.talk import usage

    await ledger.write(progress)
    replies = int(row.notes.get("replies", 0))
    if replies >= REPLIES:
        raise StepFailed("too-many-replies", f"The model gave {REPLIES} replies without coming to a result.")
    await _allowed(ledger, progress.file.model)
    seconds = step.timeout.total_seconds() if step.timeout else TIMEOUT
    try:
        async with asyncio.timeout(seconds):
            reply = await talk.ask(progress.file.model)
    except TimeoutError as error:
        raise StepFailed(
            "model-timeout", f"The model did not answer within {seconds:.0f} s.", retryable=True
        ) from error
    except Exception as error:
        log.warning("model.failed", error=type(error).__name__, run=str(progress.run.pk), step=step.id)
        raise StepFailed("model-error", _in_words(error), retryable=True) from error
    row.notes = {
        **row.notes,
        "replies": replies + 1,
        "model": reply.model_name,
        "usage": _add(row.notes, usage(reply)),
        **({"removed": dict[str, JSON](talk.removed)} if talk.removed else {}),
    }
    if talk.open_calls():
        _keep(progress, row, talk)
        await ledger.write(progress)


async def _allowed(ledger: Ledger, model: str | None) -> None:
    """Raises StepFailed where nothing may be sent to whoever has this model."""
    try:
        if recipient_of(model):
            asked = functools.partial(contextvars.copy_context().run, disclose_to_model, model)
            await ledger.beside(asked)
    except DisclosureRefused as refused:
        raise StepFailed("model-refused", refused.detail, retryable=refused.may_change) from refused
    except UnknownProvider as unknown:
        raise StepFailed("model-error", str(unknown)) from unknown


def _in_words(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    what = type(error).__name__ + (f", status {status}" if status else "")
    return f"The model could not be asked ({what}): {str(error)[:300]}"


def _add(notes: Object, more: Object) -> Object:
    from decimal import Decimal

    before = notes.get("usage")
    if not isinstance(before, dict):
        return more
    amounts = [before.get("amount"), more.get("amount")]
    known = [Decimal(str(amount)) for amount in amounts if amount is not None]
    return {
        "input_tokens": int(str(before["input_tokens"])) + int(str(more["input_tokens"])),
        "output_tokens": int(str(before["output_tokens"])) + int(str(more["output_tokens"])),
        "amount": str(sum(known)) if len(known) == len(amounts) else None,
    }


async def _result(talk: Talk) -> Result | None:
    from seconder.agents.talk import NoResult

    try:
        return await aside(talk.is_large, talk.result)
    except NoResult as error:
        raise StepFailed("no-result", str(error), retryable=True) from error


def _done(progress: Progress, row: StepRun, talk: Talk, result: Result) -> bool:
    row.notes = {**row.notes, "missing": list[JSON](result.missing)} if result.missing else row.notes
    _keep(progress, row, talk, result.sources)
    progress.settle(row, "succeeded", output=result.value)
    return True
