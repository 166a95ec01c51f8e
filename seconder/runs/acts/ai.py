"""An AI step: ask the model, let it use its tools under the policy, until it gives what the step shall give."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from seconder.agents import tools
from seconder.agents.file import MissingValue, Step
from seconder.agents.file.templates import render_text
from seconder.core.json import JSON, Object, digest
from seconder.runs.acts.tool import checked
from seconder.runs.asking import of_run
from seconder.runs.effects import Act, Waits, perform
from seconder.runs.failing import StepFailed, is_due
from seconder.runs.ledger import Ledger
from seconder.runs.models import StepRun
from seconder.runs.progress import Progress
from seconder.verification.asking import Asked
from seconder.verification.models import Review

if TYPE_CHECKING:
    from seconder.agents.talk import Call, Result, Talk

log = structlog.get_logger()
TIMEOUT = 120.0  # seconds for one reply where the step names none
REPLIES = 20  # replies of a model in one step, so that a loop of tool calls ends
CALLS = 20  # tool calls of one reply, so that people are not asked hundreds of questions at once


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
            if not await _use_tools(progress, ledger, step, talk, calls):
                row.status = "waiting"
                _keep(progress, row, talk)
                return False
            _keep(progress, row, talk)
        elif result := _result(talk):
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
    if not talk.is_begun:
        try:
            prompt = render_text(step.prompt, progress.scope())
        except MissingValue as error:
            raise StepFailed(
                "missing-value", f"The prompt needs {error.path}, which has no value."
            ) from error
        talk.begin(progress.file.instructions, prompt, _inputs(progress))
    return talk


def _inputs(progress: Progress) -> Object:
    """The run's input, then what each earlier step gave, under the step's name."""
    given = progress.run.input
    inputs: Object = dict(given) if isinstance(given, dict) else {"input": given}
    for step in progress.file.by_id.values():
        row = progress.steps.get(step.id)
        if row and row.status == "succeeded" and step.kind in ("ai", "tool") and row.result is not None:
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
    }
    if talk.open_calls():
        _keep(progress, row, talk)
        await ledger.write(progress)


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


def _result(talk: Talk) -> Result | None:
    from seconder.agents.talk import NoResult

    try:
        return talk.result()
    except NoResult as error:
        raise StepFailed("no-result", str(error), retryable=True) from error


def _done(progress: Progress, row: StepRun, talk: Talk, result: Result) -> bool:
    row.notes = {**row.notes, "missing": list[JSON](result.missing)} if result.missing else row.notes
    _keep(progress, row, talk, result.sources)
    progress.settle(row, "succeeded", output=result.value)
    return True


async def _use_tools(progress: Progress, ledger: Ledger, step: Step, talk: Talk, calls: list[Call]) -> bool:
    """Whether every call has its answer now. One that waits for a person holds up the reply, not the others."""
    for call in calls[CALLS:]:
        talk.answer(
            call, {"error": f"At most {CALLS} calls at once. Ask again for the others, if still needed."}
        )
    answered = [await _use(progress, ledger, step, talk, call) for call in calls[:CALLS]]
    return all(answered)


async def _use(progress: Progress, ledger: Ledger, step: Step, talk: Talk, call: Call) -> bool:
    tool = tools.find(call.tool) if call.tool in progress.file.tools else None
    if tool is None:
        talk.answer(call, {"error": f"There is no tool {call.tool[:100]}."})
        return True
    if call.arguments is None:
        talk.answer(call, {"error": "The arguments are not a JSON object."})
        return True
    try:
        checked(tool, call.arguments)
    except StepFailed as failure:
        talk.answer(call, {"error": failure.detail})
        return True
    review = progress.reviews.get((step.id, call.id))
    if review and review.status == "open":
        return False
    if review and review.outcome != "approved":
        refused = f"A person said no to this. {_note(progress, review)}Do not try the same again."
        talk.answer(call, {"refused": refused})
        return True
    arguments = _approved(progress, tool, call.arguments, review) if review else call.arguments
    ruling = _ruling(progress, tool, arguments, review)
    if ruling == "ask":
        return _request(progress, step, tool, call, arguments)
    if ruling != "allow":
        talk.answer(call, {"refused": ruling})
        return True
    return await _perform(progress, ledger, step, talk, call, tool, arguments, review.pk if review else None)


def _approved(progress: Progress, tool: tools.Tool, asked: Object, review: Review) -> Object:
    """The arguments as they were approved. Raises StepFailed where the approval is not of this very call, or the
    tool is not any more what it was then."""
    card: Any = review.card  # Any: an encrypted column holds any JSON
    if not review.is_intact or card["content"] != _binding(progress, tool, asked):
        raise StepFailed("review-changed", "What was approved is not what would be done now.")
    approved: Any = review.items[0]["value"]  # Any: as above
    return checked(tool, approved)


def _ruling(progress: Progress, tool: tools.Tool, arguments: Object, review: Review | None) -> str:
    """allow, ask, or the reason to refuse, which the model is told. The policy's no stands above an approval,
    which may be of other arguments than the policy saw."""
    ruling = progress.file.decide(
        tool.name,
        arguments,
        effect=tool.kind_of(arguments) == "effect",
        args_schema=tool.arguments,
    )
    if ruling == "deny":
        return "The agent's policy does not allow this."
    if review:
        return "allow"
    return _said_before(progress, tool, arguments) or ("allow" if progress.run.is_rehearsal else ruling)


def _said_before(progress: Progress, tool: tools.Tool, arguments: Object) -> str:
    """What a person made of exactly this call earlier in the run, where it was not a yes."""
    asked = _binding(progress, tool, arguments)
    for review in progress.reviews.values():
        card: Any = review.card  # Any: as above
        if review.kind != "action" or not review.outcome or not isinstance(card, dict):
            continue
        if card["content"] == asked:
            if review.outcome == "rejected":
                return "A person already said no to exactly this in this run."
            if digest(review.items[0]["value"]) != asked["asked"]:
                return "A person already changed exactly this in this run, and it stands as they made it."
    return ""


def _binding(progress: Progress, tool: tools.Tool, asked: Object) -> Object:
    """What an approval holds for, beside the arguments that are shown: an edit changes those, and not this."""
    return {
        "tool": tool.name,
        "schema": tool.fingerprint,
        "version": progress.version,
        "agent": progress.agent,
        "asked": digest(asked),
    }


def _items(tool: tools.Tool, arguments: Object) -> list[Object]:
    return [
        {
            "path": "args",
            "label": tool.title,
            "value": arguments,
            "made_by": "model",
            "lines": list[JSON](tool.describe(arguments)),
        }
    ]


def _request(progress: Progress, step: Step, tool: tools.Tool, call: Call, arguments: Object) -> bool:
    progress.ask(
        Asked(
            **of_run(progress, step),
            kind="action",
            call_id=call.id,
            question=f"May the agent do this: {tool.title}?",
            items=_items(tool, arguments),
            schemas={"args": tool.arguments},
            content=_binding(progress, tool, arguments),
            people=list(progress.file.reviewers.people),
            teams=list(progress.file.reviewers.teams),
        )
    )
    return False


def _note(progress: Progress, review: Review) -> str:
    decision = progress.words.get(review.pk)
    return f"The reason: {decision.note} " if decision and decision.note else ""


async def _perform(
    progress: Progress,
    ledger: Ledger,
    step: Step,
    talk: Talk,
    call: Call,
    tool: tools.Tool,
    arguments: Object,
    review_id: Any,  # Any: a UUID, or None where the policy allows it
) -> bool:
    key = f"{progress.run.pk}-{step.id}-{digest(call.id)[:16]}"
    try:
        result = await perform(progress, ledger, Act(step, tool, arguments, key, call.id, review_id))
    except Waits:
        return False
    except StepFailed as failure:
        talk.answer(call, {"error": failure.detail})
        return True
    told: Object = {"result": result}
    if arguments != call.arguments:
        told["edited"] = "A person approved this with other values."
        told["arguments"] = arguments
    talk.answer(call, told)
    return True
