"""Paths into JSON: `steps.extract.output.lines[0].sku`.

A name may hold letters, digits, `_` and `-`; `["any text"]` names anything else. `lines.0` and
`lines[0]` are the same place. A path is a tuple of names (str) and positions (int).
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from seconder.core.json import JSON

Path: TypeAlias = tuple[str | int, ...]

_FIRST = re.compile(r"[^\W\d][\w-]*")
_NEXT = re.compile(
    r"""\.(?P<name>[\w-]+)|\[(?P<position>\d{1,9})\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]|\['(?P<plain>[^'\\]*)'\]"""
)
_POSITION = re.compile(r"\d{1,9}", re.ASCII)


class MissingValue(LookupError):
    """Nothing is at `path` (its text)."""

    def __init__(self, path: str) -> None:
        super().__init__(f"there is no value at {path}")
        self.path = path


def parse(text: str) -> Path:
    """ValueError when the text is not one path."""
    first = _FIRST.match(text)
    if not first:
        raise ValueError("is not a path like input.text or steps.extract.output.total")
    path: list[str | int] = [first[0]]
    end = first.end()
    while end < len(text):
        found = _NEXT.match(text, end)
        if not found:
            raise ValueError("is not a path like input.text or steps.extract.output.total")
        path.append(_segment(found))
        end = found.end()
    return tuple(path)


def _segment(found: re.Match[str]) -> str | int:
    if (name := found["name"]) is not None:
        return int(name) if _POSITION.fullmatch(name) else name
    if found["position"] is not None:
        return int(found["position"])
    if found["plain"] is not None:
        return found["plain"]
    try:
        return str(json.loads(found["quoted"]))
    except json.JSONDecodeError as error:
        raise ValueError("has a name in quotes that is not JSON") from error


def text(path: Path) -> str:
    """The one spelling of a path; parse() reads it back."""
    parts = [str(path[0])]
    for segment in path[1:]:
        if isinstance(segment, int):
            parts.append(f"[{segment}]")
        elif _FIRST.fullmatch(segment):
            parts.append(f".{segment}")
        else:
            parts.append(f"[{json.dumps(segment, ensure_ascii=False)}]")
    return "".join(parts)


def find(value: JSON, path: Path) -> JSON:
    """The value at the path; MissingValue names the whole path."""
    for segment in path:
        if isinstance(value, dict):
            name = segment if isinstance(segment, str) else str(segment)
            if name not in value:
                raise MissingValue(text(path))
            value = value[name]
        elif isinstance(value, list) and isinstance(segment, int) and segment < len(value):
            value = value[segment]
        else:
            raise MissingValue(text(path))
    return value
