"""Who is counted, as long as the day lasts.

A person is counted once per cell and day, and nobody can say afterwards who it was. A key that this process makes by
chance at the day's first count, keeps in its memory and forgets with the day turns a person and a cell into a token.
The token says neither; two of them do not say that they are of one person; and those of two days have nothing in common
(docs/decisions/0012). Each process has a key of its own: nobody sends one to another.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from typing import NamedTuple

SIZE = 16  # bytes of a token


class Who(NamedTuple):
    """A person where somebody is signed in, else an address: people behind one count as one, and whoever changes the
    name of their browser stays one. No cell counts both, or somebody would be two in it before and after signing in.
    `visit`: the number in the cookie, where the browser was allowed one."""

    person: uuid.UUID | None = None
    address: str = ""
    visit: str = ""

    def __bool__(self) -> bool:
        return bool(self.person or self.address)


class DayKey:
    """`mark` tells counts under this key from those under another; it says nothing of the key."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self.mark = os.urandom(8)

    def whom(self, who: Who) -> bytes:
        if who.person:
            return self._hash(b"person", who.person.bytes)
        return self._hash(b"address", who.address.encode())

    def token(self, whom: bytes, measure: str, cell: str) -> bytes:
        return self._hash(whom, measure.encode(), cell.encode())

    def _hash(self, *parts: bytes) -> bytes:
        made = hashlib.blake2b(key=self._key, digest_size=SIZE)
        for part in parts:
            made.update(len(part).to_bytes(2, "big") + part)
        return made.digest()
