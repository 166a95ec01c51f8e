"""The JSON Schemas that an author writes for inputs and outputs: valid, of objects, without references."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from seconder.agents.file.faults import Fault, shown
from seconder.agents.file.kinds import Schema
from seconder.core import paths

MOST_PARTS = 2000
OPEN: Schema = {"type": "object"}
_NAMED = ("properties", "patternProperties", "dependentSchemas")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = (
    "items", "contains", "not", "if", "then", "else", "additionalProperties", "propertyNames",
    "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
_REFERENCES = ("$dynamicRef", "$recursiveRef", "$id", "$anchor", "$dynamicAnchor")


def usable(schema: Schema, path: str, faults: list[Fault]) -> Schema:
    """The schema with its `$ref`s written out and `required` in order; an open object where it has faults."""
    try:
        Draft202012Validator.check_schema(schema)
        whole = _Whole(schema).expanded()
    except SchemaError as error:
        faults.append(
            Fault(_place(path, error), f"is not JSON Schema: {error.message[:160]}", shown(error.instance))
        )
        return OPEN
    except ValueError as error:
        faults.append(Fault(path, str(error)))
        return OPEN
    if whole.get("type") != "object":
        faults.append(Fault(path, "must describe an object: type: object", shown(whole.get("type"))))
        return OPEN
    return whole


def _place(path: str, error: SchemaError) -> str:
    below: tuple[str | int, ...] = tuple(error.absolute_path)
    return path + paths.text(("", *below)) if below else path


class _Whole:
    """Writes local references out. The count of parts is bounded, so that nothing grows without end."""

    def __init__(self, root: Schema) -> None:
        self.root, self.count = root, 0

    def expanded(self) -> Schema:
        schema = self.part(self.root, ())
        return schema if isinstance(schema, dict) else OPEN

    def part(self, schema: Any, within: tuple[str, ...]) -> Any:  # Any: a JSON Schema, or true and false
        self.count += 1
        if self.count > MOST_PARTS:
            raise ValueError(f"has more than {MOST_PARTS} parts once its references are written out")
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self.referred(schema, within)
        for word in _REFERENCES:
            if word in schema:
                raise ValueError(f"uses {word}; only $ref to #/$defs/… is known")
        kept = {
            word: value for word, value in schema.items() if word not in ("$defs", "definitions", "$schema")
        }
        if isinstance(kept.get("required"), list):
            kept["required"] = sorted(set(kept["required"]))
        return {word: self.value(word, value, within) for word, value in kept.items()}

    def value(self, word: str, value: Any, within: tuple[str, ...]) -> Any:  # Any: of a JSON Schema
        if word in _NAMED:
            return {name: self.part(part, within) for name, part in value.items()}
        if word in _LISTED:
            return [self.part(part, within) for part in value]
        return self.part(value, within) if word in _SINGLE else value

    def referred(self, schema: Schema, within: tuple[str, ...]) -> Any:  # Any: a JSON Schema
        name = schema["$ref"]
        if name in within:
            raise ValueError(f"refers to itself through {shown(name)}; a schema must end")
        found: Any = self.root  # Any: on the way to a schema
        steps = name.split("/")
        if steps[0] != "#" or len(steps) != 3 or steps[1] not in ("$defs", "definitions"):
            raise ValueError(f"refers to {shown(name)}; only #/$defs/… is known")
        for step in steps[1:]:
            found = found.get(step) if isinstance(found, dict) else None
        if found is None:
            raise ValueError(f"refers to {shown(name)}, which does not exist")
        whole = self.part(found, (*within, name))
        rest = {word: value for word, value in schema.items() if word != "$ref"}
        return {**whole, **self.part(rest, within)} if isinstance(whole, dict) and rest else whole
