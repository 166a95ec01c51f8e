"""The data map as a picture, laid out on the server: kinds of data, what they are used for, who receives them.

Only places and lines are worked out here; the template draws them. The table below the picture says the same.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from seconder.core.taxonomy import label
from seconder.privacy.records.activities import Activity

LEFT, MIDDLE, RIGHT = 224, 288, 224  # px wide
APART = 104  # between the columns, where the lines are
LINE, PAD, GAP, TOP = 17, 9, 10, 32
LETTER = 7.4  # px of 13 px text; a line of wide letters is still inside


@dataclass(frozen=True)
class Box:
    """`link` leads to the record of an activity; "" for the others."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[tuple[int, str], ...]
    link: str = ""

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Bundle:
    """An activity's box with the lines that lead to it and from it."""

    box: Box
    ways: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    heads: tuple[tuple[int, str], ...]
    kinds: tuple[Box, ...]
    bundles: tuple[Bundle, ...]
    recipients: tuple[Box, ...]


def draw(activities: Sequence[Activity]) -> Picture:
    categories = sorted({kind.category for each in activities for kind in each.kinds})
    names = {one.id: one.name for each in activities for one in each.recipients}
    x = (0, LEFT + APART, LEFT + APART + MIDDLE + APART)
    columns = [
        _column(x[0], LEFT, [(key, label(key), "") for key in categories]),
        _column(x[1], MIDDLE, [(each.id, each.purpose.words, f"#{each.id}") for each in activities]),
        _column(
            x[2], RIGHT, sorted(((key, name, "") for key, name in names.items()), key=lambda one: one[1])
        ),
    ]
    height = max(_bottom(column) for column in columns)
    kinds, uses, others = (
        {key: _lowered(box, column, height) for key, box in column.items()} for column in columns
    )
    bundles = tuple(
        Bundle(
            uses[each.id],
            (
                *(_way(kinds[kind.category], uses[each.id]) for kind in each.kinds),
                *(_way(uses[each.id], others[one.id]) for one in each.recipients),
            ),
        )
        for each in activities
    )
    heads = tuple(zip(x, ("What is held", "What it is used for", "Who receives it"), strict=True))
    return Picture(x[2] + RIGHT, height, heads, tuple(kinds.values()), bundles, tuple(others.values()))


def _column(x: int, width: int, entries: Sequence[tuple[str, str, str]]) -> dict[str, Box]:
    boxes, y = {}, TOP
    for key, words, link in entries:
        lines = textwrap.wrap(words, int((width - 2 * PAD - 6) / LETTER), max_lines=3, placeholder=" …")
        height = LINE * len(lines) + 2 * PAD
        placed = tuple((PAD + 13 + LINE * number, line) for number, line in enumerate(lines))
        boxes[key] = Box(x, y, width, height, placed, link)
        y += height + GAP
    return boxes


def _bottom(column: dict[str, Box]) -> int:
    return max((box.y + box.height for box in column.values()), default=TOP) + 2


def _lowered(box: Box, column: dict[str, Box], height: int) -> Box:
    """So that a short column stands in the middle of a long one."""
    down = (height - _bottom(column)) // 2
    return Box(box.x, box.y + down, box.width, box.height, box.lines, box.link)


def _way(start: Box, end: Box) -> str:
    """A curve from the right edge of one to the left edge of the other."""
    x = start.x + start.width
    half = (end.x - x) // 2
    return f"M{x} {start.middle}C{x + half} {start.middle} {end.x - half} {end.middle} {end.x} {end.middle}"
