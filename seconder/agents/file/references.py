"""What a step may read, and whether its expressions, templates and shown paths read only that.

A step sees the input and the steps before it, also those inside branches that were joined before it; not
itself, not later ones, not those in a branch beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seconder.agents.file import templates
from seconder.agents.file.expression import Expression
from seconder.agents.file.faults import Fault, shown
from seconder.agents.file.grammar import ExpressionError
from seconder.agents.file.kinds import Schema, at
from seconder.agents.file.people import Part
from seconder.agents.file.samples import samples
from seconder.agents.file.steps import output_schema, walk
from seconder.core import paths
from seconder.core.json import JSON
from seconder.core.paths import Path


@dataclass(frozen=True)
class Sight:
    """What one step sees: `schema` of its scope, and why each step that it does not see is hidden."""

    schema: Schema
    hidden: dict[str, str]

    def fault(self, path: Path) -> str | None:
        """Why a path cannot be read, as the end of a sentence; None when it can."""
        text = paths.text(path)
        if path[0] == "steps" and len(path) > 1:
            seen = self.schema["properties"]["steps"]["properties"]
            if path[1] not in seen:
                return f"reads {text}, {self.hidden.get(str(path[1]), 'but there is no such step')}"
            if len(path) < 3 or path[2] != "output":
                return f"reads {text}; a step is read as steps.{path[1]}.output"
        if at(self.schema, path) is None:
            return f"reads {text}, which does not exist"
        return None


def sights(document: Part) -> Iterator[Sight]:
    """One for every step, in the order of `walk`."""
    every = {part["id"]: "which comes later" for part in walk(document["steps"])}
    yield from _sights(document["steps"], {}, every, document["input"])


def _sights(
    steps: list[Part], seen: dict[str, Schema], hidden: dict[str, str], given: Schema
) -> Iterator[Sight]:
    """Walks the steps in order; `seen` grows with every step that the next ones may read."""
    for step in steps:
        yield _sight(seen, {**hidden, step["id"]: "which is this step itself"}, given)
        joined: dict[str, Schema] = {}
        for branch in step.get("branches", ()):
            beside = {
                part["id"]: "which is in a branch beside this one"
                for other in step["branches"]
                if other is not branch
                for part in walk(other["steps"])
            }
            inside = dict(seen)
            yield from _sights(branch["steps"], inside, {**hidden, **beside}, given)
            joined |= inside
        seen |= joined
        if step["kind"] != "branches":
            seen[step["id"]] = output_schema(step)
        else:
            hidden = {**hidden, step["id"]: "but a step with branches has no output of its own"}


def _sight(seen: dict[str, Schema], hidden: dict[str, str], given: Schema) -> Sight:
    steps = {name: {"type": "object", "properties": {"output": schema}} for name, schema in seen.items()}
    known = {"type": "object", "properties": steps, "additionalProperties": False}
    return Sight({"type": "object", "properties": {"input": given, "steps": known}}, hidden)


Yields = tuple[frozenset[str], str]  # kinds of value, and what they are in words
TRUTH: Yields = (frozenset({"bool"}), "true or false")
NAMES: Yields = (frozenset({"string", "list"}), "e-mail addresses")


def expression_faults(text: str, path: str, sight: Sight, yields: Yields = TRUTH) -> Iterator[Fault]:
    """Of an expression: grammar, places, types, and what only shows when it is tried on samples."""
    try:
        for read in Expression(text).paths:
            if fault := sight.fault(read):
                yield Fault(path, fault, shown(text))
                return
    except ExpressionError:
        pass  # the schema may know better; if not, the next lines say what is wrong
    yield from condition_faults(text, path, sight.schema, yields)


def condition_faults(text: str, path: str, schema: Schema, yields: Yields = TRUTH) -> Iterator[Fault]:
    """The same over any scope: it compiles, can be evaluated on samples and yields what it should."""
    kinds, in_words = yields
    try:
        expression = Expression.compile(text, schema)
        if expression.kind not in {*kinds, "any"}:
            raise ExpressionError(f"yields {expression.kind} and not {in_words}")
        for scope in samples(_whole(schema)):
            expression.try_on(scope)
    except ExpressionError as error:
        yield Fault(path, str(error), shown(text))


def _whole(schema: Schema) -> Schema:
    """Every step that is in sight has run in a sample."""
    steps = schema["properties"].get("steps")
    if not steps:
        return {**schema, "required": list(schema["properties"])}
    ran = {name: {**part, "required": ["output"]} for name, part in steps["properties"].items()}
    steps = {**steps, "properties": ran, "required": list(ran)}
    return {**schema, "properties": {**schema["properties"], "steps": steps}, "required": ["input", "steps"]}


def template_faults(value: JSON, path: str, sight: Sight) -> Iterator[Fault]:
    """Of every template in a value, at its own place."""
    if isinstance(value, dict):
        for key, item in value.items():
            if "{{" in key:
                yield Fault(path, "has a template in a name; only values may hold one", shown(key))
            yield from template_faults(item, path + paths.text(("", key)), sight)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from template_faults(item, f"{path}[{position}]", sight)
    elif isinstance(value, str):
        try:
            for read in templates.read_paths(value):
                if fault := sight.fault(read):
                    yield Fault(path, fault, shown(value))
        except ValueError as error:
            yield Fault(path, str(error), shown(value))


def shown_faults(text: str, path: str, sight: Sight) -> Iterator[Fault]:
    """Of one path under `show`."""
    try:
        read = paths.parse(text)
    except ValueError as error:
        yield Fault(path, str(error), shown(text))
        return
    if read[0] not in ("input", "steps"):
        yield Fault(path, "must begin with input or steps.<id>.output", shown(text))
    elif fault := sight.fault(read):
        yield Fault(path, fault, shown(text))
