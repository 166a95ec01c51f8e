"""Any JSON value in the form in which a person reads it: text, figure, list, table, or rows of label and value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from seconder.core.json import JSON
from seconder.ui import words

LONG = 480  # characters; beyond that a text is folded behind "Show all"
_IDENTIFIER = re.compile(r"(^|_)(id|no|number|code|year|phone|zip|reference|ref)$", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """`kind` is nothing, yes, no, number, text, long, list, table or rows; the other fields follow from it."""

    kind: str
    text: str = ""
    head: str = ""
    items: tuple[Shown, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()  # label and kind: number when every cell is one
    table: tuple[tuple[tuple[str, Shown], ...], ...] = ()  # rows of (column label, cell)
    rows: tuple[tuple[str, Shown], ...] = ()


def show(value: JSON, key: str = "") -> Shown:
    """`key` is the value's own name: a number called `order_number` is an identifier and gets no separators."""
    if value is None or value in ("", [], {}):
        return Shown("nothing")
    if isinstance(value, bool):
        return Shown("yes" if value else "no")
    if isinstance(value, (int, float)):
        return Shown("number", text=str(value) if is_identifier(key) else words.figure(value))
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return _list(value, key)
    return Shown("rows", rows=tuple((words.label(name), show(item, name)) for name, item in value.items()))


def is_identifier(key: str) -> bool:
    """Whether a number of that name tells which one rather than how many."""
    return bool(_IDENTIFIER.search(key))


def _text(value: str) -> Shown:
    if len(value) <= LONG:
        return Shown("text", text=value)
    head = value[: LONG // 2].rsplit(maxsplit=1)[0]
    return Shown("long", text=value, head=head)


def _list(value: list[JSON], key: str) -> Shown:
    records = [item for item in value if isinstance(item, dict)]
    if len(records) < len(value):
        return Shown("list", items=tuple(show(item, key) for item in value))
    names = list(dict.fromkeys(name for record in records for name in record))
    cells = {name: [show(record.get(name), name) for record in records] for name in names}
    return Shown(
        "table",
        columns=tuple((words.label(name), _kind(cells[name])) for name in names),
        table=tuple(
            tuple((words.label(name), cells[name][row]) for name in names) for row in range(len(value))
        ),
    )


def _kind(column: list[Shown]) -> str:
    return "number" if {cell.kind for cell in column} <= {"number", "nothing"} else "text"
