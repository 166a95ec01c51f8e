"""The picture of an agent's steps, laid out on the server: boxes from top to bottom, branches side by side.

Only places and sizes are worked out here; `components/flow.html` draws them. The list of the same steps that
stands beside the picture is its equivalent in text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict

WIDTH, HEIGHT, GAP, ASIDE, MARGIN = 264, 56, 28, 20, 2
FORK = 16  # room above and below branches, where the lines part and meet
LETTERS = 31  # of 13 px that fit into a box
KINDS = {
    "prompt": "spark",
    "review": "seal",
    "ask": "speech",
    "tool": "wrench",
    "agent": "agent",
    "branches": "branch",
}


class FlowStep(TypedDict, total=False):
    """`kind`: prompt, review, ask, tool, agent or branches; `detail` is one line; `branches` holds lists of steps."""

    name: str
    kind: str
    detail: str
    optional: bool
    branches: Sequence[Sequence[FlowStep]]


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    name: str
    detail: str
    kind: str
    icon: str
    optional: bool


@dataclass
class Drawing:
    width: int
    height: int
    boxes: list[Box] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def draw(steps: Sequence[FlowStep]) -> Drawing:
    """Sizes are in px of the picture's own grid; the page scales it down to the room there is."""
    drawing = Drawing(_span(steps) + 2 * MARGIN, 0)
    bottom = _column(drawing, steps, drawing.width // 2, MARGIN)
    drawing.height = bottom + MARGIN
    return drawing


def _column(drawing: Drawing, steps: Sequence[FlowStep], middle: int, top: int) -> int:
    for index, step in enumerate(steps):
        if index:
            drawing.lines.append(f"M{middle} {top}v{GAP}")
            top += GAP
        branches = step.get("branches", ())
        top = _fork(drawing, branches, middle, top) if branches else _box(drawing, step, middle, top)
    return top


def _box(drawing: Drawing, step: FlowStep, middle: int, top: int) -> int:
    kind = step.get("kind", "prompt")
    drawing.boxes.append(
        Box(
            x=middle - WIDTH // 2,
            y=top,
            name=_cut(step.get("name", ""), LETTERS - 3),
            detail=_cut(step.get("detail", ""), LETTERS),
            kind=kind,
            icon=KINDS.get(kind, "note"),
            optional=step.get("optional", False),
        )
    )
    return top + HEIGHT


def _fork(drawing: Drawing, branches: Sequence[Sequence[FlowStep]], middle: int, top: int) -> int:
    widths = [_span(branch) for branch in branches]
    left = middle - (sum(widths) + ASIDE * (len(widths) - 1)) // 2
    ends: list[tuple[int, int]] = []
    for branch, width in zip(branches, widths, strict=True):
        centre = left + width // 2
        drawing.lines.append(f"M{middle} {top}v{FORK // 2}H{centre}v{FORK}")
        ends.append((centre, _column(drawing, branch, centre, top + FORK + FORK // 2)))
        left += width + ASIDE
    bottom = max(end for _, end in ends)
    drawing.lines += [f"M{centre} {end}V{bottom + FORK}H{middle}v{FORK // 2}" for centre, end in ends]
    return bottom + FORK + FORK // 2


def _span(steps: Sequence[FlowStep]) -> int:
    """How wide a column is: its widest step."""
    return max((_wide(step) for step in steps), default=WIDTH)


def _wide(step: FlowStep) -> int:
    branches = step.get("branches", ())
    return sum(_span(branch) for branch in branches) + ASIDE * (len(branches) - 1) if branches else WIDTH


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
