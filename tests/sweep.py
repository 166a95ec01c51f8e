"""Looking for what must be nowhere: in a dump of the database, in every file of the data folder, in the log."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from seconder.core import embedded

LONG = 16  # characters from which on a value is looked for in other writings as well


@dataclass
class Canaries:
    """`kept`: what is looked for, with what it is; each was really there in clear, in a person's hands."""

    kept: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, *values: str) -> None:
        for value in values:
            assert len(value) > 5, f"{what}: too short to be told from chance"
            self.kept[value] = what

    def kinds(self) -> set[str]:
        return set(self.kept.values())

    def found_in(self, content: bytes) -> set[str]:
        """What of it is there, by kind, in clear or in a writing that hides nothing."""
        return {
            what
            for value, what in self.kept.items()
            if any(one in content for one in _written(value, content))
        }


def _written(value: str, content: bytes) -> Iterator[bytes]:
    clear = value.encode()
    if value.isdigit():  # a code: not as a part of other numbers, of ids or of fractions of a second
        if clear in content and re.search(rb"(?<![0-9A-Za-z.])%s(?![0-9A-Za-z])" % clear, content):
            yield clear
        return
    yield clear
    if len(value) >= LONG:
        yield clear.hex().encode()  # as PostgreSQL writes bytes
        yield base64.b64encode(clear).rstrip(b"=")[:-1]
        yield base64.urlsafe_b64encode(clear).rstrip(b"=")[:-1]


def dump(folder: Path) -> bytes:
    """The whole database of the installation in this folder, as text."""
    command = [str(embedded.program("pg_dump")), "--format=plain", f"--dbname={embedded.url(folder)}"]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


def files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.read_bytes()
