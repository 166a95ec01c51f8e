"""The ledger of erasures: a file beside the database, so that it outlives both an erasure and an older backup.

A line a change, appended and on the disk before it counts. It names nobody: of the person a keyed hash, made with
SECRET_KEY, which is not in it.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.mail.suppressing import hash_of

KEPT = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Line:
    """`who`: `mark_of` a person, or of an address · `what`: begun, ended, or
    withdrawn."""

    who: str
    what: str
    at: str


def mark_of(person: uuid.UUID | None, address: str = "") -> str:
    """Of a person with an account by their id, which is never given again; else of the address."""
    return keyed_hash(f"person {person}" if person else f"address {hash_of(address)}", "erasures")


def path() -> Path:
    folder: Path = settings.ERASURES
    return folder / "ledger.jsonl"


def write(who: str, what: str) -> None:
    """Returns when it is on the disk. Raises OSError."""
    line = json.dumps(asdict(Line(who, what, now().isoformat()))) + "\n"
    with _opened() as file:
        size = os.fstat(file).st_size
        if size and os.pread(file, 1, size - 1) != b"\n":
            line = "\n" + line  # what a crash tore off stays a line of its own, which nobody reads
        os.write(file, line.encode())
        os.fsync(file)


def lines() -> list[Line]:
    try:
        text = path().read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return []
    return [line for each in text.splitlines() if (line := _read(each))]


def erased() -> dict[str, datetime]:
    """Who was, or is being, erased, and when that was written last."""
    found: dict[str, datetime] = {}
    for line in lines():
        if line.what == "withdrawn":
            found.pop(line.who, None)
        else:
            found[line.who] = datetime.fromisoformat(line.at)
    return found


def forget(before: datetime) -> int:
    """Leaves out the lines that are older; how many. The file is put in place whole."""
    with _opened():
        kept = [line for line in lines() if datetime.fromisoformat(line.at) >= before]
        gone = len(lines()) - len(kept)
        if gone:
            draft = path().with_suffix(".draft")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.writelines(json.dumps(asdict(line)) + "\n" for line in kept)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path())
    return gone


def _read(text: str) -> Line | None:
    """None for a torn line: what it was to say did not begin."""
    try:
        return Line(**json.loads(text))
    except (ValueError, TypeError):
        return None


@contextmanager
def _opened() -> Iterator[int]:
    """The file, for one writer at a time."""
    folder = path().parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        descriptor = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    finally:
        os.close(lock)
