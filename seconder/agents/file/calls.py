"""Whether the arguments that a tool step gives are such as the tool takes."""

from __future__ import annotations

from collections.abc import Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from seconder.agents.file import templates
from seconder.agents.file.faults import Fault, shown
from seconder.agents.file.kinds import Schema, at, kind
from seconder.agents.file.samples import sample
from seconder.core import paths
from seconder.core.json import JSON
from seconder.core.paths import MissingValue, Path

_SHAPE = frozenset({"type", "required", "additionalProperties", "dependentRequired"})


def call_faults(given: JSON, path: str, args: Schema, scope: Schema) -> Iterator[Fault]:
    """`given` is the step's `with`; faulty templates are reported elsewhere. What is written out must fit
    entirely; what a template fills in must be of the right type."""
    filled = _filled(given, scope)
    for error in Draft202012Validator(args).iter_errors(filled):
        place: Path = tuple(error.absolute_path)
        ours = error.validator in _SHAPE or not _from_template(given, place)
        if ours and not (error.validator == "type" and _open(given, place, scope)):
            yield _fault(error, path, given)


def _fault(error: ValidationError, path: str, given: JSON) -> Fault:
    place: Path = tuple(error.absolute_path)
    *_, written = _along(given, place)
    where = path + paths.text(("", *place)) if place else path
    return Fault(where, f"is not what the tool takes: {error.message[:160]}", shown(written))


def _filled(value: JSON, scope: Schema) -> JSON:
    """The value with a sample where a template stands."""
    if isinstance(value, dict):
        return {key: _filled(item, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, scope) for item in value]
    whole = _whole(value)
    if whole is None:
        return value
    found: JSON = sample(at(scope, whole) or {})
    return found


def _whole(value: JSON) -> Path | None:
    """The path of a value that is only a template."""
    try:
        parts = templates.parts(value) if isinstance(value, str) else ()
    except ValueError:
        return None  # reported as a template
    return parts[0] if len(parts) == 1 and isinstance(parts[0], tuple) else None


def _from_template(given: JSON, place: Path) -> bool:
    return any(isinstance(value, str) and "{{" in value for value in _along(given, place))


def _open(given: JSON, place: Path, scope: Schema) -> bool:
    """Whether nobody can know yet what kind of value will stand there."""
    for depth, value in enumerate(_along(given, place)):
        if (whole := _whole(value)) is not None:
            schema = at(scope, (*whole, *place[depth:]))
            return schema is None or kind(schema) == "any"
    return False


def _along(given: JSON, place: Path) -> Iterator[JSON]:
    """The value itself and those on the way to the place, as far as they are written out."""
    yield given
    for depth in range(1, len(place) + 1):
        try:
            yield paths.find(given, place[:depth])
        except MissingValue:
            return
