"""JSON as a type, and the one canonical form that hashes are taken over."""

import hashlib
import json
from typing import TypeAlias, Union

JSON: TypeAlias = Union[None, bool, int, float, str, list["JSON"], dict[str, "JSON"]]  # noqa: UP007  `|` refuses a name that is not there yet
Object: TypeAlias = dict[str, JSON]


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
