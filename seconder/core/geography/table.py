"""The table that lookups read: beginnings of ranges, and the code that each has. It has no room for anything finer than
ISO 3166-2, nor for a part of an IPv6 network that is smaller than one site's (/64)."""

from __future__ import annotations

import functools
import ipaddress
import json
import os
import sys
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import structlog
from django.conf import settings

log = structlog.get_logger()
FORMAT = "seconder geography 1"
_V4, _V6, _CODE = "I", "Q", "H"  # 32, 64 and 16 bits


class Place(NamedTuple):
    """`country`: ISO 3166-1, two letters · `region`: ISO 3166-2, with the country before it; "" where nobody knows."""

    country: str = ""
    region: str = ""


NOWHERE = Place()


class Unreadable(ValueError):
    """The table is none, or of another machine's making."""


@dataclass(frozen=True)
class Table:
    """`codes[0]` is ""; the rest "DE" or "DE-BY". A range reaches to the beginning of the next."""

    codes: list[str]
    v4: array[int]
    v4_codes: array[int]
    v6: array[int]
    v6_codes: array[int]
    attribution: str = ""
    imported_at: str = ""

    def find(self, address: str) -> Place:
        """Raises ValueError for what is no address."""
        found = ipaddress.ip_address(address)
        if found.version == 4:
            return self._place(self.v4, self.v4_codes, int(found))
        return self._place(self.v6, self.v6_codes, int(found) >> 64)

    def _place(self, begins: array[int], codes: array[int], wanted: int) -> Place:
        number = bisect_right(begins, wanted) - 1
        code = self.codes[codes[number]] if number >= 0 else ""
        return Place(code[:2], code if len(code) > 2 else "")


Range = tuple[int, int, str]  # first and last number, and the code


def made(v4: Iterable[Range], v6: Iterable[Range], attribution: str = "", imported_at: str = "") -> Table:
    """Of ranges in any order. Where two of IPv6 are of one site, the first stands for it."""
    codes: dict[str, int] = {"": 0}
    first, second = (
        _laid_out(sorted(ranges), codes, array(kind))
        for ranges, kind in ((v4, _V4), ([(a >> 64, b >> 64, c) for a, b, c in v6], _V6))
    )
    return Table(list(codes), *first, *second, attribution, imported_at)


def _laid_out(
    ranges: list[Range], codes: dict[str, int], begins: array[int]
) -> tuple[array[int], array[int]]:
    found, after = array(_CODE), 0

    def begin(number: int, code: str) -> None:
        place = codes.setdefault(code, len(codes))
        if (found[-1] if found else 0) != place:
            begins.append(number)
            found.append(place)

    for start, last, code in ranges:
        start = max(start, after)
        if start > last:
            continue
        if start > after:
            begin(after, "")
        begin(start, code)
        after = last + 1
    if after < 2 ** (8 * begins.itemsize):
        begin(after, "")
    return begins, found


def path() -> Path:
    return Path(settings.DATA_DIR) / "geography" / "table"


def write(table: Table) -> None:
    """In place of the one before, whole or not at all."""
    head = {
        "format": FORMAT, "bytes": sys.byteorder, "codes": table.codes, "v4": len(table.v4), "v6": len(table.v6),
        "attribution": table.attribution, "imported_at": table.imported_at,
    }  # fmt: skip
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    with tempfile.NamedTemporaryFile(dir=path().parent, delete=False) as draft:
        draft.write(json.dumps(head).encode() + b"\n")
        for part in (table.v4, table.v4_codes, table.v6, table.v6_codes):
            part.tofile(draft)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).chmod(0o644)  # whoever imports may be another user than the one that serves
    Path(draft.name).replace(path())


def read(file: Path) -> Table:
    """Raises Unreadable, OSError."""
    with file.open("rb") as content:
        try:
            head = json.loads(content.readline())
        except ValueError as fault:
            raise Unreadable(f"{file} is no table of countries.") from fault
        if head.get("format") != FORMAT or head["bytes"] != sys.byteorder:
            raise Unreadable(f"{file} was made by another version, or on another kind of machine.")
        parts = [array(_V4), array(_CODE), array(_V6), array(_CODE)]
        try:
            for part, count in zip(parts, (head["v4"], head["v4"], head["v6"], head["v6"]), strict=True):
                part.fromfile(content, count)
        except EOFError as fault:
            raise Unreadable(f"{file} is cut short.") from fault
    v4, v4_codes, v6, v6_codes = parts
    return Table(head["codes"], v4, v4_codes, v6, v6_codes, head["attribution"], head["imported_at"])


@functools.lru_cache(maxsize=1)
def _loaded(file: Path, inode: int, changed: int) -> Table | None:  # noqa: ARG001  a new import is another file
    try:
        return read(file)
    except (Unreadable, OSError) as fault:
        log.error("geography.unreadable", error=type(fault).__name__)
        return None


def current() -> Table | None:
    """The one that was imported; None where none was, or it cannot be read (which the log says)."""
    try:
        stat = path().stat()
    except FileNotFoundError:
        return None
    return _loaded(path(), stat.st_ino, stat.st_mtime_ns)


def place_of(address: str) -> Place:
    """From the address alone, in memory. NOWHERE where nobody knows, or it is none."""
    table = current()
    if table is None or not address:
        return NOWHERE
    try:
        return table.find(address)
    except ValueError:
        return NOWHERE


def is_there() -> bool:
    return current() is not None


def attribution() -> str:
    """What the data set's licence asks to be said; "" for nothing."""
    table = current()
    return table.attribution if table else ""
