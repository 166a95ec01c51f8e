"""JSON as a type, and the one canonical form that hashes are taken over."""

import hashlib
import json
import math
import re
from typing import TypeAlias, Union

JSON: TypeAlias = Union[None, bool, int, float, str, list["JSON"], dict[str, "JSON"]]  # noqa: UP007  `|` refuses a name that is not there yet
Object: TypeAlias = dict[str, JSON]

DEEPEST = (
    100  # levels; nothing that people write is nested deeper, and walking deeper ends in a RecursionError
)
UNSTORABLE = "{} holds what cannot be stored: NUL, half of a pair, a number that is none, or too many levels."
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def canonical(value: JSON) -> bytes:
    """Sorted keys, no blanks, UTF-8. A float without a fraction is written as the integer it equals,
    so that 12000 and 12000.0, which mean the same amount, have the same digest."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: JSON) -> str:
    """SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: JSON) -> JSON:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def is_deep(value: JSON, levels: int = DEEPEST) -> bool:
    """Whether it is nested deeper than that."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(levels < 1 or is_deep(one, levels - 1) for one in inside if isinstance(one, dict | list))


def is_storable(value: JSON) -> bool:
    """Whether `storable` leaves it as it is."""
    return not is_deep(value) and storable(value) == value


def storable(value: JSON, levels: int = DEEPEST) -> JSON:
    """What came from outside, as it can be stored, sent and reckoned with: NUL and halves of surrogate pairs,
    which neither PostgreSQL nor UTF-8 takes, become U+FFFD; NaN, which is above no limit, and the infinite become
    null; what is nested too deeply becomes a text that says so."""
    if isinstance(value, str):
        return _NOT_TEXT.sub("\ufffd", value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if not isinstance(value, dict | list):
        return value
    if levels < 0:
        return "(nested too deeply)"
    if isinstance(value, list):
        return [storable(one, levels - 1) for one in value]
    return {_NOT_TEXT.sub("\ufffd", key): storable(one, levels - 1) for key, one in value.items()}
