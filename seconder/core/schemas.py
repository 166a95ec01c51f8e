"""JSON Schema as values are checked against it here: draft 2020-12, in time that grows with the value only."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import jsonschema
from jsonschema.validators import extend

from seconder.core.json import JSON


def validator(
    schema: Any, *, formats: bool = False
) -> Any:  # Any: a JSON Schema; the library types it as a protocol
    """With `iter_errors(value)`, as the library's own. The schema is taken to be one. `formats`: whether `format: date`
    and the like are held to, which a model is not and a form is."""
    return _Validator(schema, format_checker=_FORMATS if formats else None)


def with_defaults(schema: JSON, value: JSON) -> JSON:
    """The value with what `properties` and `items` of the schema say to take where nothing is given, written out."""
    if not isinstance(schema, dict):
        return value
    if isinstance(value, list):
        return [with_defaults(schema.get("items"), one) for one in value]
    parts = schema.get("properties")
    if not isinstance(value, dict) or not isinstance(parts, dict):
        return value
    taken = {
        name: part["default"] for name, part in parts.items() if isinstance(part, dict) and "default" in part
    }
    return {name: with_defaults(parts.get(name), one) for name, one in {**taken, **value}.items()}


def _unique(_: object, wanted: object, value: JSON, __: object) -> Iterator[jsonschema.ValidationError]:
    """The library compares each item with each other one where they are objects: hours for a large list."""
    if wanted and isinstance(value, list) and len({_key(item) for item in value}) < len(value):
        yield jsonschema.ValidationError("There are equal items in a list that must have none")


def _key(value: JSON) -> Hashable:
    """The same for what JSON Schema takes to be equal: 1 is 1.0, and not true."""
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, list):
        return "list", *map(_key, value)
    if isinstance(value, dict):
        return "object", frozenset((name, _key(item)) for name, item in value.items())
    return value


_FORMATS = jsonschema.FormatChecker(["date", "time", "email", "ipv4", "ipv6", "uuid"])
_Validator = extend(jsonschema.Draft202012Validator, {"uniqueItems": _unique})  # type: ignore[no-untyped-call]
