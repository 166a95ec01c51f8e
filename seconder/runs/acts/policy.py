"""What the agent's policy says of the use of a tool."""

from __future__ import annotations

import functools

from seconder.agents.file import AgentFile
from seconder.agents.tools import Tool
from seconder.core.json import Object
from seconder.runs.acts.aside import aside
from seconder.runs.effects import Act
from seconder.runs.ledger import Ledger
from seconder.runs.progress import Progress
from seconder.runs.tallies import Sums, Use, judge


def ruling(file: AgentFile, tool: Tool, arguments: Object) -> str:
    """allow, ask or deny, as the agent's policy says of this use of a tool; of a policy that adds nothing up."""
    is_effect = tool.kind_of(arguments) == "effect"
    return file.decide(tool.name, arguments, effect=is_effect, args_schema=tool.arguments)


async def judged(
    progress: Progress, ledger: Ledger, act: Act, *, is_large: bool, may_happen: bool
) -> tuple[str, Sums]:
    """The same, and the running sums by which it was judged. `may_happen`: where it is allowed it happens at once, and
    counts from here on."""
    if not progress.file.sums(act.tool.name):
        return await aside(is_large, ruling, progress.file, act.tool, act.arguments), {}
    effect = progress.effects.get(act.key)
    if effect and effect.status != "failed":
        return "allow", {}  # it was, or it would not have been claimed
    use = Use(
        progress.run.organization_id,
        progress.run.pk,
        act.key,
        act.tool,
        act.arguments,
        is_approved=act.review_id is not None,
    )
    may_reserve = may_happen and not progress.run.is_rehearsal
    return await ledger.beside(functools.partial(judge, progress.file, use, may_reserve=may_reserve))
