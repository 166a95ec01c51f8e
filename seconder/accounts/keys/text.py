"""What a key looks like: `sec_`, 43 letters and digits by chance, and six that follow from those.

The prefix lets scanners find one that leaked. The six tell them, and us before we ask the database, a key from what
only looks like one. Keys that were made before there were six are `sec_` and 43 characters, of which nothing follows.
"""

from __future__ import annotations

import re
import secrets
import string
import zlib

PREFIX = "sec_"
_ALPHABET = string.ascii_letters + string.digits
_CHANCE, _CHECK = 43, 6  # characters: 256 bits, and 32
_KEY = re.compile(rf"{PREFIX}([A-Za-z0-9]{{{_CHANCE}}})([A-Za-z0-9]{{{_CHECK}}})")
_OLD_KEY = re.compile(rf"{PREFIX}[\w-]{{{_CHANCE}}}", re.ASCII)


def new_key() -> str:
    chance = "".join(secrets.choice(_ALPHABET) for _ in range(_CHANCE))
    return PREFIX + chance + _check(chance)


def is_key(text: str) -> bool:
    """Whether this may be a key at all."""
    found = _KEY.fullmatch(text)
    return found[2] == _check(found[1]) if found else bool(_OLD_KEY.fullmatch(text))


def _check(chance: str) -> str:
    number, digits = zlib.crc32((PREFIX + chance).encode()), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
