"""A form made from a JSON Schema, and back: what the Run form of an agent and "Edit values" of a review share.

Objects inside objects become fields with dotted names (`order.vendor`); lists and free objects are edited as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from seconder.core.json import JSON, Object
from seconder.core.visible import visible
from seconder.ui import words

_KINDS = {"number": "number", "integer": "integer", "boolean": "boolean", "array": "json", "object": "json"}
_FORMATS = {"email": "email", "date": "date", "uri": "url"}
_DIGITS = 301  # before the point: as many as a float and a database hold
_LONG_NAMES = {"text", "body", "message", "content", "description", "instructions", "note"}


@dataclass(frozen=True)
class Field:
    """One labelled control. `kind`: text, longtext, email, password, code, url, date, number, integer, boolean, choice,
    radio, several, file or json. `takes`: what files may be given in place of typing (an input's `accept`), under the
    name with `.file` added. `autocomplete`: HTML's word for what a browser may fill in. `suggestions`: values that are
    offered while one types, each with what it means. `fixed`: shown, and not to be changed. `blank`: what a choice says
    while nothing is chosen. Of `several`, boxes to tick, `groups` are the headings ("" for none) and what stands below
    each, and `ticked` the values that are."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    help: str = ""
    error: str = ""
    required: bool = False
    options: Sequence[tuple[str, str]] = ()
    rows: int = 4
    takes: str = ""
    autocomplete: str = ""
    fixed: bool = False
    blank: str = "Choose …"
    suggestions: Sequence[tuple[str, str]] = ()
    ticked: Collection[str] = ()
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()


def fields_of(
    schema: Object, values: Object | None = None, errors: Mapping[str, str] | None = None, prefix: str = ""
) -> list[Field]:
    """The schema's properties in their order; `errors` maps a field's dotted name to a sentence."""
    values, errors = values or {}, errors or {}
    made: list[Field] = []
    for name, part in _properties(schema):
        path = f"{prefix}{name}"
        value = values.get(name)
        if _properties(part):
            made += fields_of(part, value if isinstance(value, dict) else None, errors, f"{path}.")
        else:
            made.append(_field(path, name, part, value, errors.get(path, ""), name in _required(schema)))
    return made


def as_object(schema: Object, name: str, title: str) -> Object:
    """The schema of a form: a value that is no object becomes the one property `name`."""
    if schema.get("properties"):
        return schema
    return {"properties": {name: {"title": title, **schema}}, "required": [name]}


def read(schema: Object, posted: Mapping[str, str], prefix: str = "") -> tuple[Object, dict[str, str]]:
    """What was typed as values of the schema's types, and a sentence for each field that cannot be read so."""
    values: Object = {}
    errors: dict[str, str] = {}
    for name, part in _properties(schema):
        path = f"{prefix}{name}"
        if _properties(part):
            below, wrong = read(part, posted, f"{path}.")
            values.update({name: below} if below or name in _required(schema) else {})
            errors.update(wrong)
            continue
        try:
            value = _parsed(_kind(name, part), posted.get(path, "").strip(), part)
        except ValueError as fault:
            errors[path] = str(fault)
            continue
        if value is not None:
            values[name] = value
        elif name in _required(schema):
            errors[path] = f"{words.label(name)} is needed. Fill it in."
    return values, errors


def _field(path: str, name: str, part: Object, value: JSON, error: str, required: bool) -> Field:  # noqa: FBT001
    kind = _kind(name, part)
    return Field(
        name=path,
        label=str(part.get("title") or " · ".join(words.label(piece) for piece in path.split("."))),
        kind=kind,
        value=_typed(kind, part.get("default") if value is None else value),
        help=str(part.get("description") or ""),
        error=error,
        required=required and kind != "boolean",
        options=[(str(choice), visible(str(choice))) for choice in _choices(part)],
    )


def _properties(schema: Object) -> list[tuple[str, Object]]:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return []
    return [(name, part if isinstance(part, dict) else {}) for name, part in properties.items()]


def _required(schema: Object) -> list[JSON]:
    required = schema.get("required")
    return required if isinstance(required, list) else []


def _choices(part: Object) -> list[JSON]:
    choices = part.get("enum")
    return choices if isinstance(choices, list) else []


def _kind(name: str, part: Object) -> str:
    if isinstance(part.get("enum"), list):
        return "choice"
    if "contentMediaType" in part:
        return "longtext"  # a text that may come as a file
    kind = _KINDS.get(str(part.get("type"))) or _FORMATS.get(str(part.get("format")))
    return kind or ("longtext" if name in _LONG_NAMES else "text")


def _typed(kind: str, value: JSON) -> str:
    if value is None:
        return ""
    if kind == "choice":
        return str(value)
    if kind == "json":
        return json.dumps(value, indent=2, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, (int, float)):
        return format(Decimal(str(value)), "f").removesuffix(".0")
    return str(value)


def _parsed(kind: str, typed: str, part: Object) -> JSON:
    """None for an empty field. ValueError holds the sentence that is shown at the field."""
    if kind == "boolean":
        return typed in ("true", "on", "1")
    if not typed:
        return None
    if kind in ("number", "integer"):
        return _number(kind, typed)
    if kind == "json":
        return _json(typed)
    return _chosen(part, typed) if kind == "choice" else typed


def _json(typed: str) -> JSON:
    try:
        return json.loads(typed)  # type: ignore[no-any-return]  # JSON by definition
    except json.JSONDecodeError as fault:
        raise ValueError(f"This is not JSON: {fault.msg} in line {fault.lineno}.") from fault
    except (ValueError, RecursionError) as fault:
        raise ValueError("This has too many levels or too long a number. Give less.") from fault


def _chosen(part: Object, typed: str) -> JSON:
    """The choice that a form names by its text, without blanks at the ends; what is none is left for the schema."""
    return next((choice for choice in _choices(part) if str(choice).strip() == typed), typed)


def _number(kind: str, typed: str) -> JSON:
    try:
        number = Decimal(typed.replace(",", "").replace(" ", ""))
    except InvalidOperation as fault:
        raise ValueError("This is not a number. Write it like 12400.50.") from fault
    if not number.is_finite():
        raise ValueError("This is not a number. Write it like 12400.50.")
    if number.adjusted() >= _DIGITS:
        raise ValueError(f"This number is too large. Write one of at most {_DIGITS} digits.")
    if kind == "number":
        return float(number)
    if number != number.to_integral_value():
        raise ValueError("This must be a whole number.")
    return int(number)
