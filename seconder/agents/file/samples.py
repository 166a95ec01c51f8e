"""Sample values made from a JSON Schema, to try expressions and templates on before anything runs."""

from __future__ import annotations

from typing import Any

from seconder.agents.file.kinds import Schema, kind, single

Sample = Any  # Any: any JSON, as the schema says

_TEXTS = {
    "email": "name@example.com",
    "date": "2026-01-15",
    "date-time": "2026-01-15T08:30:00Z",
    "time": "08:30:00Z",
    "duration": "PT2H",
    "uri": "https://example.com/",
    "uuid": "01890a5d-ac96-774b-bcce-b302099a8057",
}


def sample(schema: Schema) -> Sample:
    """One ordinary value with everything in it that the schema names."""
    return _sample(schema, full=True, depth=0)


def samples(schema: Schema) -> list[Sample]:
    """An ordinary value, and one with nothing that may be left out and every number at its least."""
    return [sample(schema), _sample(schema, full=False, depth=0)]


def _sample(schema: Schema, *, full: bool, depth: int) -> Sample:
    schema = single(schema)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0 if full else -1]
    if depth > 24:
        return None
    named = schema.get("type")
    if isinstance(named, list):
        named = next((name for name in named if name != "null"), "null")
    match named:
        case "object":
            return _object(schema, full=full, depth=depth)
        case "array":
            return _list(schema, full=full, depth=depth)
        case "number" | "integer":
            return _number(schema, full=full)
        case "string":
            return _text(schema, full=full)
        case "boolean":
            return full
    return None


def _object(schema: Schema, *, full: bool, depth: int) -> Sample:
    properties = _part(schema.get("properties"))
    wanted = properties if full else [name for name in schema.get("required", ()) if name in properties]
    parts = {name: _part(properties[name]) for name in wanted}
    return {name: _sample(part, full=full, depth=depth + 1) for name, part in parts.items() if _says(part)}


def _list(schema: Schema, *, full: bool, depth: int) -> Sample:
    item = _part(schema.get("items"))
    count = max(schema.get("minItems", 0), 1 if full else 0) if _says(item) else 0
    return [_sample(item, full=full, depth=depth + 1)] * min(count, 8)


def _says(schema: Schema) -> bool:
    """Whether the schema tells what stands there; of an open place a sample would prove nothing."""
    return kind(schema) != "any"


def _number(schema: Schema, *, full: bool) -> int | float:
    least: Sample = schema.get("minimum", schema.get("exclusiveMinimum", 1 if full else 0))
    most: Sample = schema.get("maximum", schema.get("exclusiveMaximum", least + 100))
    number = (least + most) / 2 if full else least
    return int(number) if schema.get("type") == "integer" else float(number)


def _text(schema: Schema, *, full: bool) -> str:
    text = _TEXTS.get(str(schema.get("format")), "text" if full else "")
    return text.ljust(min(schema.get("minLength", 0), 1000), "x")


def _part(value: Sample) -> Schema:
    return value if isinstance(value, dict) else {}
