"""The shelf: what agents may do. Whoever has an ability puts it here in `wiring.py`.

A tool is `read` (changes nothing), `idempotent` (doing it twice is doing it once) or an `effect`, which an
agent's model may do only with an approval, unless the agent's policy says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

import jsonschema

from seconder.core.json import JSON, Object, digest
from seconder.core.schemas import validator, with_defaults

if TYPE_CHECKING:
    from seconder.agents.file.known import ToolSpec

Kind = Literal["read", "idempotent", "effect"]


class ToolFailed(Exception):
    """`retryable`: trying again, unchanged, may help. `happened`: "no" when the effect surely did not happen,
    "unknown" when it may have, in which case it is not tried again and a person is asked."""

    def __init__(self, detail: str, *, retryable: bool, happened: Literal["no", "unknown"] = "no") -> None:
        super().__init__(detail)
        self.detail = detail
        self.retryable = retryable
        self.happened = happened


@dataclass(frozen=True)
class Tool:
    """`arguments` and `output` are JSON Schemas. `act(arguments, key)` does it; `key` is the effect's own and
    goes to the provider. `takes_key()`: whether the provider does a key once, however often it is asked.
    `describe` makes the card's lines, each `{"label", "value"}`; `tell` says in a sentence what came of it, from the
    arguments and the result. `repeatable`: whether such a use, of an effect, may be repeated by the nature of what it
    asks for, as HTTP's PUT may. `is_quick()`: whether it waits for nobody but this machine's own disk. `asks`: of a
    tool whose result a person gives, the JSON Schema of the answer; `act` is then never called.
    """

    name: str
    title: str
    description: str
    kind: Kind
    arguments: Object
    act: Callable[[Object, str], JSON]
    takes_key: Callable[[], bool]
    describe: Callable[[Object], list[Object]]
    output: Object = field(default_factory=dict)
    repeatable: Callable[[Object], bool] | None = None
    tell: Callable[[Object, Object], str] | None = None
    is_quick: Callable[[], bool] = lambda: False
    asks: Callable[[Object], Object] | None = None

    def kind_of(self, arguments: Object) -> Kind:  # noqa: ARG002  one tool may be more than one kind some day
        return self.kind

    def repeats_safely(self, arguments: Object) -> bool:
        """Whether doing it again under the same key is harmless when nobody knows if it was done."""
        return self.is_repeatable(arguments) or self.takes_key()

    def is_repeatable(self, arguments: Object) -> bool:
        """Whether twice is once, by the nature of what is asked for and under any key."""
        return self.kind != "effect" or bool(self.repeatable and self.repeatable(arguments))

    def run(self, arguments: Object, key: str) -> JSON:
        """Does it, once the arguments keep the schema. Raises ToolFailed."""
        self.check(arguments)
        return self.act(arguments, key)

    def rehearse(self, arguments: Object) -> Object:
        """What `dry_run` records in place of doing it. Raises ToolFailed where it could never be done."""
        self.check(arguments)
        return {"rehearsed": True, "would": list[JSON](self.describe(arguments))}

    def check(self, arguments: Object) -> None:
        """Raises ToolFailed, naming the first place that does not keep the schema."""
        fault = jsonschema.exceptions.best_match(self._validator.iter_errors(arguments))
        if fault is not None:
            where = ".".join(str(part) for part in fault.absolute_path) or "the arguments"
            raise ToolFailed(f"{self.name}: {where}: {fault.message[:200]}", retryable=False)

    def whole(self, arguments: Object) -> Object:
        """With the schema's defaults written out, so that it is the same use whether somebody wrote them or not."""
        return cast("Object", with_defaults(self.arguments, arguments))  # an object stays one

    @cached_property
    def fingerprint(self) -> str:
        """Changes when what the tool takes changes: an approval of the older one then no longer fits."""
        return digest([self.name, self.kind, self.arguments])

    @cached_property
    def _validator(self) -> Any:  # Any: as `validator` says
        return validator(self.arguments)


_shelf: dict[str, Tool] = {}


def offer(tool: Tool) -> None:
    """Puts the tool on the shelf, under its name; the same name again replaces it."""
    jsonschema.Draft202012Validator.check_schema(tool.arguments)
    _shelf[tool.name] = tool


def withdraw(name: str) -> None:
    """Takes the tool off the shelf: its owner is switched off."""
    _shelf.pop(name, None)


def find(name: str) -> Tool | None:
    return _shelf.get(name)


def spec(name: str) -> ToolSpec | None:
    """The tool as the check of an agent's file sees it."""
    from seconder.agents.file.known import ToolSpec

    tool = find(name)
    return ToolSpec(tool.name, "ask" if tool.asks else tool.kind, tool.arguments) if tool else None


def all_tools() -> list[Tool]:
    """By name."""
    return [_shelf[name] for name in sorted(_shelf)]
