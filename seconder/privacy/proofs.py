"""Which tests proved which clause of the policy at this very build: from the file that `bin/test` leaves here.

The file names the code that was tested by its hash. Without the file, or with one that speaks of other code, nothing is
claimed. It is made, never committed: whoever builds an image runs `bin/test` first and takes the file along.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PLACE = Path(__file__).with_name("proofs.json")
_CODE = Path(__file__).resolve().parent.parent
_KINDS = {".py", ".html", ".txt", ".js", ".css", ".svg", ".json"}


@dataclass(frozen=True)
class Proofs:
    """`tests`: clause or invariant → the tests that passed for it; one with a failed test is not there."""

    at: str  # when they ran, RFC 3339
    tests: dict[str, tuple[str, ...]]

    def of(self, name: str) -> tuple[str, ...]:
        return self.tests.get(name, ())


NONE = Proofs("", {})


@cache
def build() -> str:
    """The SHA-256 of the product's own files, tests aside: an image holds none."""
    digest = hashlib.sha256()
    for path in sorted(_CODE.rglob("*")):
        parts = path.relative_to(_CODE).parts
        if path.suffix in _KINDS and path != PLACE and not {"tests", "__pycache__"} & set(parts):
            digest.update("/".join(parts).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read(place: Path = PLACE) -> Proofs:
    """What was proved of the code that runs; NONE where nothing is known of it."""
    try:
        written = json.loads(place.read_text())
    except FileNotFoundError:
        return NONE
    if written["build"] != build():
        return NONE
    return Proofs(written["at"], {name: tuple(tests) for name, tests in written["tests"].items()})


def write(place: Path, at: str, passed: dict[str, set[str]], failed: set[str]) -> None:
    """`passed`: clause or invariant → its tests that passed; `failed`: those of which one did not."""
    tests = {name: sorted(found) for name, found in sorted(passed.items()) if name not in failed}
    place.write_text(json.dumps({"build": build(), "at": at, "tests": tests}, indent=1) + "\n")
