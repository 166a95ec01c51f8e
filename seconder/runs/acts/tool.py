"""A tool step that the author wrote: authorised by publishing the version; a review before it is what stops it."""

from __future__ import annotations

from seconder.agents import tools
from seconder.agents.file import MissingValue, Step, render
from seconder.core.json import Object
from seconder.runs.effects import Act, Waits, perform
from seconder.runs.failing import StepFailed, is_due
from seconder.runs.ledger import Ledger
from seconder.runs.models import StepRun
from seconder.runs.progress import Progress


async def act(progress: Progress, ledger: Ledger, step: Step, row: StepRun) -> bool:
    if not is_due(progress, row):
        return False
    tool = tools.find(step.tool)
    if tool is None:
        raise StepFailed("no-such-tool", f"The tool {step.tool} is not on offer here any more.")
    arguments = _arguments(progress, step, tool)
    if row.retry_at or row.status == "pending":
        row.attempts, row.retry_at, row.status = row.attempts + 1, None, "running"
        progress.touch(row)
    try:
        result = await perform(
            progress, ledger, Act(step, tool, arguments, key=f"{progress.run.pk}-{step.id}")
        )
    except Waits:
        row.status = "waiting"
        progress.touch(row)
        return False
    progress.settle(row, "succeeded", output=result)
    return True


def _arguments(progress: Progress, step: Step, tool: tools.Tool) -> Object:
    """Filled in and checked before the effect is claimed."""
    try:
        arguments = render(step.with_, progress.scope())
    except MissingValue as error:
        raise StepFailed(
            "missing-value", f"{error.path} has no value, so {tool.title} was not started."
        ) from error
    return checked(tool, arguments if isinstance(arguments, dict) else {})


def checked(tool: tools.Tool, arguments: Object) -> Object:
    """The arguments as they are shown, bound and used: with the tool's defaults written out. Raises StepFailed."""
    whole = tool.whole(arguments)
    try:
        tool.check(whole)
    except tools.ToolFailed as error:
        raise StepFailed("bad-arguments", error.detail) from error
    return whole
