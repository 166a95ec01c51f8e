"""Running sums of a policy: how much of what went to whom in which time, so that splitting an act does not pass under
a threshold."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from email.utils import parseaddr
from functools import cached_property

from seconder.agents.file.kinds import Schema
from seconder.core import durations, paths
from seconder.core.amounts import amount
from seconder.core.json import JSON, Object, canonical, digest
from seconder.core.paths import MissingValue

LONGEST = timedelta(days=31)
SCHEMA: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"total": {"type": "number"}, "count": {"type": "integer"}},
    "required": ["total", "count"],
}
COUNTING: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"count": {"type": "integer"}},
    "required": ["count"],
}


@dataclass(frozen=True)
class Sum:
    """`of` is the path of the amount, None where uses are only counted; `per` are the paths that name the counterparty,
    none where all uses of the tool are one sum."""

    tool: str
    of: str | None
    per: tuple[str, ...]
    window: str

    @classmethod
    def load(cls, tool: str, part: Object) -> Sum:
        per = part["per"]
        named = tuple(str(path) for path in per) if isinstance(per, list) else ()
        return cls(tool, str(part["of"]) if part["of"] else None, named, str(part["window"]))

    @property
    def schema(self) -> Schema:
        """Of `sum` in a condition."""
        return SCHEMA if self.of else COUNTING

    @cached_property
    def id(self) -> str:
        """The same for all that add the same up, over whatever time."""
        return digest({"tool": self.tool, "of": self.of, "per": list[JSON](self.per)})[:32]

    @cached_property
    def span(self) -> timedelta:
        return durations.parse(self.window)

    def amount(self, arguments: Object) -> Decimal | None:
        """Zero where uses are only counted. None: there is none, or it is not a number that can be added up."""
        if self.of is None:
            return Decimal(0)
        return next((amount(value) for value in _at(arguments, self.of)), None)

    def parties(self, arguments: Object) -> dict[str, str]:
        """How each counterparty is written one way → as it stands in the arguments; nothing where none is named,
        or several in one text."""
        if not self.per:
            return {"": ""}
        values = (value for path in self.per for value in _at(arguments, path))
        each = [one for value in values for one in (value if isinstance(value, list) else [value])]
        if any(_names_several(one) for one in each):
            return {}
        return {_one_way(one): one if isinstance(one, str) else _json(one) for one in each}


def _at(arguments: Object, path: str) -> Iterator[JSON]:
    try:
        value = paths.find({"args": arguments}, paths.parse(path))
    except MissingValue:
        return
    if value is not None:
        yield value


def _json(value: JSON) -> str:
    return canonical(value).decode()


def _one_way(value: JSON) -> str:
    """So that neither capitals, blanks, what cannot be seen, a dot at the end nor a name before an address make another
    counterparty of the same one."""
    if not isinstance(value, str):
        return _json(value)
    text = "".join(each for each in unicodedata.normalize("NFKC", value) if _is_written(each)).casefold()
    return (parseaddr(text)[1] or text if "@" in text else text).rstrip(".")


def _is_written(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf")


def _names_several(value: JSON) -> bool:
    return isinstance(value, str) and value.count("@") > 1
