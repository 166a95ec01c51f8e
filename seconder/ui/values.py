"""Any JSON value in the form in which a person reads it: text, figure, list, table, or rows of label and value."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from seconder.core.json import JSON, is_deep
from seconder.core.visible import visible
from seconder.ui import words

LONG = 480  # characters; beyond that a text is folded behind "Show all"
MANY, FIRST = 25, 20  # items of a list from which on it is folded, and how many stand before the fold
COLUMNS = 20  # of a table; records of more names are shown one by one
DEEP = 6  # levels, below which a value is shown as JSON
_IDENTIFIER = re.compile(r"(^|_)(id|no|number|code|year|phone|zip|reference|ref)$", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """`kind` is nothing, yes, no, number, text, long, list, table, many or rows; the other fields follow from it."""

    kind: str
    text: str = ""
    head: str = ""
    more: str = ""  # what opens the rest
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
        return _text(visible(value))
    if is_deep(value, DEEP):
        return _text(visible(json.dumps(value, ensure_ascii=False, indent=1)))
    if isinstance(value, list):
        return _list(value, key)
    return Shown("rows", rows=tuple((label(name), show(item, name)) for name, item in value.items()))


def label(name: str) -> str:
    return visible(words.label(name))


def is_identifier(key: str) -> bool:
    """Whether a number of that name tells which one rather than how many."""
    return bool(_IDENTIFIER.search(key))


def _text(value: str) -> Shown:
    if len(value) <= LONG:
        return Shown("text", text=value)
    head = value[: LONG // 2].rsplit(maxsplit=1)[0]
    return Shown("long", text=value, head=head, more=f"Show all {words.figure(len(value))} characters")


def _list(value: list[JSON], key: str) -> Shown:
    """The first of many, with all of them behind "Show all"."""
    if len(value) <= MANY:
        return _items(value, key)
    more = f"Show all {words.figure(len(value))}"
    return Shown("many", items=(_items(value[:FIRST], key), _items(value, key)), more=more)


def _items(value: list[JSON], key: str) -> Shown:
    records = [item for item in value if isinstance(item, dict)]
    names = list(dict.fromkeys(name for record in records for name in record))
    if len(records) < len(value) or len(names) > COLUMNS:
        return Shown("list", items=tuple(show(item, key) for item in value))
    cells = {name: [show(record.get(name), name) for record in records] for name in names}
    return Shown(
        "table",
        columns=tuple((label(name), _kind(cells[name])) for name in names),
        table=tuple(tuple((label(name), cells[name][row]) for name in names) for row in range(len(value))),
    )


def _kind(column: list[Shown]) -> str:
    return "number" if {cell.kind for cell in column} <= {"number", "nothing"} else "text"
