"""Where a run stands: pure, from the file's steps and the rows. Nothing about a run's place is stored but its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from seconder.agents.file import Step
from seconder.runs.models import StepRun
from seconder.runs.progress import DONE


@dataclass
class Frontier:
    """`ready`: the steps to act on now, one per branch · `broken`: the step that ends the run, if one does ·
    neither: all is done."""

    ready: list[Step] = field(default_factory=list)
    broken: StepRun | None = None


def frontier(steps: Sequence[Step], rows: Mapping[str, StepRun]) -> Frontier:
    """The first unfinished step, or, where that is a group of branches, the first of each."""
    for step in steps:
        row = rows.get(step.id)
        if row and row.status in DONE:
            continue
        if (row and row.status in ("failed", "canceled")) or (
            row and row.status == "rejected" and step.on_reject == "stop"
        ):
            return Frontier(broken=row)
        if row and row.status == "rejected":
            continue
        if not step.branches or row is None:
            return Frontier([step])
        within = [frontier(branch, rows) for branch in step.branches]
        broken = next((one.broken for one in within if one.broken), None)
        ready = [found for one in within for found in one.ready]
        return Frontier(ready or ([] if broken else [step]), broken)
    return Frontier()
