"""What several cases have in common: a value, the host of an address, one side of a number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from seconder.agents.file.kinds import Schema, at, kind
from seconder.core import paths
from seconder.core.json import JSON, canonical

_MAIL = re.compile(r"[^@\s]+(@[^@\s]+\.[^@\s]+)")
_URL = re.compile(r"(https?://[^/?#\s]+/)\S*")
IS, ENDS, BEGINS, LEAST, MOST = "is", "ends with", "begins with", "is at least", "is at most"
WORDS = 80  # characters of a value at most, beyond which it is somebody's text
_NARROW_FIRST = (IS, ENDS, BEGINS, LEAST, MOST)


@dataclass(frozen=True)
class Sign:
    """`path` HOW the value of `literal`, which is JSON: `args.to ends with "@example.org"`."""

    path: str
    how: str
    literal: str

    @property
    def value(self) -> JSON:
        value: JSON = json.loads(self.literal)
        return value

    @property
    def width(self) -> int:
        return _NARROW_FIRST.index(self.how)

    def condition(self, scope: Schema) -> str:
        """The same as CEL, which is false, rather than an error, where the value is missing or of another kind."""
        if self.how in (ENDS, BEGINS):
            word = "endsWith" if self.how == ENDS else "startsWith"
            text = f"{self.path}.{word}({self.literal})"
            is_open = kind(at(scope, paths.parse(self.path)) or {}) != "string"
            text = f"type({self.path}) == string && {text}" if is_open else text
        else:
            sign = {IS: "==", LEAST: ">=", MOST: "<="}[self.how]
            text = f"{self.path} {sign} {self.literal}"
        return text if _is_always_there(scope, self.path) else f"has({self.path}) && {text}"


def sign(path: str, how: str, value: JSON) -> Sign:
    return Sign(path, how, canonical(value).decode())


def signs_of(path: str, value: JSON) -> Iterator[Sign]:
    """What one value could have in common with others; nothing where there is none, or a text too long to be a name."""
    if value is None or value == "":
        return
    if not (isinstance(value, str) and (len(value) > WORDS or "\n" in value)):
        yield sign(path, IS, value)
    if isinstance(value, str) and (found := _MAIL.fullmatch(value)):
        yield sign(path, ENDS, found[1])
    if isinstance(value, str) and (found := _URL.fullmatch(value)):
        yield sign(path, BEGINS, found[1])


def threshold(path: str, rejected: list[float], approved: list[float]) -> Sign | None:
    """The number that parts them, where one does cleanly: the outermost one that was rejected."""
    if min(rejected) > max(approved):
        return sign(path, LEAST, min(rejected))
    if max(rejected) < min(approved):
        return sign(path, MOST, max(rejected))
    return None


def _is_always_there(scope: Schema, path: str) -> bool:
    *above, last = paths.parse(path)
    for depth in range(1, len(above) + 1):
        schema = at(scope, tuple(above[:depth])) or {}
        name = (*above, last)[depth]
        if name not in schema.get("required", ()):
            return False
    return True
