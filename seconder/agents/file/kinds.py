"""What kind of value a JSON Schema describes, in CEL's words, and values in those kinds.

`number` is a double and `integer` an int whatever the JSON says: a total of 12000 in a `number` field
becomes 12000.0. A place that the schema leaves open is `any` and keeps the kind of its JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from seconder.core.paths import Path

Schema: TypeAlias = dict[str, Any]  # Any: a JSON Schema is read key by key, each with its own shape
Value: TypeAlias = Any  # Any: a Python value on its way into CEL; its kind is checked there
Coercion: TypeAlias = Callable[[Value], Value]

_KINDS = {
    "integer": "int",
    "number": "double",
    "string": "string",
    "boolean": "bool",
    "array": "list",
    "object": "map",
    "null": "null",
}


def single(schema: Schema) -> Schema:
    """The schema without its `null` alternative, when one alternative is left."""
    for word in ("anyOf", "oneOf"):
        if isinstance(schema.get(word), list):
            rest = [part for part in schema[word] if isinstance(part, dict) and part.get("type") != "null"]
            return single(rest[0]) if len(rest) == 1 else {}
    return schema


def kind(schema: Schema) -> str:
    """int, double, string, bool, list, map, null or any."""
    schema = single(schema)
    named = schema.get("type")
    if isinstance(named, list):
        rest = [name for name in named if name != "null"]
        named = rest[0] if len(rest) == 1 else "number" if set(rest) == {"integer", "number"} else None
    if named is None:
        return _kind_of_values([schema["const"]] if "const" in schema else schema.get("enum"))
    return _KINDS.get(str(named), "any")


def _kind_of_values(values: Value) -> str:
    types = {type(value) for value in values} if isinstance(values, list) else set()
    if len(types) != 1:
        return "any"
    return {str: "string", bool: "bool", int: "int", float: "double"}.get(types.pop(), "any")


def below(schema: Schema, segment: str | int) -> Schema | None:
    """The schema of one name or position; None when the schema says that nothing can be there."""
    schema = single(schema)
    found = kind(schema)
    if found == "any":
        return {}
    if found == "list":
        return _item(schema) if isinstance(segment, int) else None
    if found != "map":
        return None
    properties = schema.get("properties")
    if isinstance(properties, dict) and str(segment) in properties:
        return _schema(properties[str(segment)])
    return _further(schema)


def _item(schema: Schema) -> Schema:
    return _schema(schema.get("items", {}))


def _further(schema: Schema) -> Schema | None:
    """Names that are not declared: open when nothing is declared, or when it is said."""
    further = schema.get("additionalProperties")
    if isinstance(further, dict):
        return further
    if further is False:
        return None
    return {} if further is True or not schema.get("properties") or "patternProperties" in schema else None


def _schema(value: Value) -> Schema:
    return value if isinstance(value, dict) else {}


def at(schema: Schema, path: Path) -> Schema | None:
    """The schema of a place; None when nothing can be there."""
    found: Schema | None = schema
    for segment in path:
        if found is None:
            return None
        found = below(found, segment)
    return found


def coercion(schema: Schema) -> Coercion | None:
    """Makes a JSON value of this schema into the CEL kinds; None when there is nothing to change."""
    schema = single(schema)
    found = kind(schema)
    if found == "double":
        return _double
    if found == "int":
        return _int
    if found == "list":
        return _each(coercion(_item(schema)))
    if found == "map":
        properties = schema.get("properties")
        named = properties.items() if isinstance(properties, dict) else ()
        known = {name: coercion(_schema(part)) for name, part in named}
        return _named(known, coercion(_further(schema) or {}))
    return None


def _double(value: Value) -> Value:
    return float(value) if type(value) is int else value


def _int(value: Value) -> Value:
    return int(value) if type(value) is float and value.is_integer() else value


def _each(coerce: Coercion | None) -> Coercion | None:
    if coerce is None:
        return None
    return lambda value: [coerce(item) for item in value] if isinstance(value, list) else value


def _named(coercions: dict[str, Coercion | None], further: Coercion | None) -> Coercion | None:
    if further is None and not any(coercions.values()):
        return None

    def coerce(value: Value) -> Value:
        if not isinstance(value, dict):
            return value
        return {
            key: change(item) if (change := coercions.get(key, further)) else item
            for key, item in value.items()
        }

    return coerce
