"""What a model gave, to a tool or as its result: read once, within bounds, and compared with its schema. It may be
anything at all."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seconder.core.json import JSON, Object, is_deep, storable
from seconder.core.schemas import validator

LONGEST = 300_000  # characters of the arguments of one call, or of a text: more than a hundred pages
MOST = 20_000  # values in the arguments of one call
PARTS = 100  # texts and calls of one reply
LARGE = 20_000  # of `weight`, from which on a look at it takes so long that others would notice
FAULTS = 10  # that the model is told of at once
NO_OBJECT = "The arguments are not a JSON object."
TOO_LARGE = (
    f"This is too large, so it was not looked at: at most {LONGEST:,} characters and {MOST:,} values at once. "
    "Give less, or several smaller ones in turn."
)
LEFT_OUT: Object = {"__left_out__": "too large"}  # stands in the talk for arguments beyond the bounds
Args = str | Mapping[str, object] | None  # the JSON as it came, or what a provider's client made of it


@dataclass(frozen=True)
class Given:
    """`value` is None where there is no object that could be used; `fault` then says why, to the model."""

    value: Object | None
    fault: str = ""


def read(args: Args) -> Given:
    """An object, or a text that holds one: many local servers answer in words, or in a fence."""
    if isinstance(args, str) and len(args) > LONGEST:
        return Given(None, TOO_LARGE)
    value: Any = _object_in(args) if isinstance(args, str) and args else args or {}  # Any: JSON
    values, characters = _size(value)
    if value == LEFT_OUT or values > MOST or characters > LONGEST:
        return Given(None, TOO_LARGE)
    kept = storable(value)
    is_usable = isinstance(kept, dict) and not is_deep(value)
    return Given(kept) if is_usable and isinstance(kept, dict) else Given(None, NO_OBJECT)


def weight(args: Args) -> int:
    """How much work they are, in characters of JSON; of values, each counts for ten."""
    if isinstance(args, str):
        return len(args)
    values, characters = _size(args)
    return 10 * values + characters


def _object_in(text: str) -> JSON:
    start, end = text.find("{"), text.rfind("}")
    try:
        found: JSON = json.loads(text[start : end + 1]) if start >= 0 else None
    except (ValueError, RecursionError):
        return None
    return found


def _size(value: object) -> tuple[int, int]:
    """How many values there are in it, and how many characters."""
    values = characters = 0
    rest = [value]
    while rest:
        one = rest.pop()
        values += 1
        if isinstance(one, str):
            characters += len(one)
        elif isinstance(one, dict):
            characters += sum(map(len, one))
            rest += one.values()
        elif isinstance(one, list):
            rest += one
    return values, characters


def faults(schema: Object, value: Object) -> list[str]:
    """The first of what is wrong with the value, required ones aside: those may be missing, and a person fills
    them in."""
    found = (fault for fault in validator(schema).iter_errors(value) if fault.validator != "required")
    return [
        f"{'.'.join(str(part) for part in fault.absolute_path) or 'the result'}: {fault.message[:200]}"
        for fault in itertools.islice(found, FAULTS)
    ]


def missing(schema: Object, value: Object) -> list[str]:
    """The paths of required values that are not there."""
    paths: list[str] = []
    for fault in validator(schema).iter_errors(value):
        if fault.validator == "required" and isinstance(fault.instance, dict):
            at = [str(part) for part in fault.absolute_path]
            absent = [name for name in fault.validator_value if name not in fault.instance]
            paths += [".".join([*at, name]) for name in absent]
    return list(dict.fromkeys(paths))
