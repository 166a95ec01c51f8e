"""What the code can do with people's data, as a file of the checkout with a line for each time that it changed.

A change of the declarations changes the digest, and the build fails until somebody says in a line, with the date, what
is new. So no change of that kind is merged in passing.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from seconder.privacy.policy import facts
from seconder.privacy.policy.document import canonical

File = Any  # `{changes: [{date, digest, summary}], facts}`


def digest() -> str:
    return hashlib.sha256(canonical(facts.of_code()).encode()).hexdigest()


def faults(kept: File) -> list[str]:
    """What is wrong with the file; nothing where it tells what the code does now."""
    last = kept["changes"][-1]
    said = []
    if last["digest"] != digest():
        said.append("What is declared about people's data has changed since its last line.")
    if json.loads(canonical(facts.of_code())) != kept["facts"]:
        said.append("The facts in it are not those of the code.")
    if [each["date"] for each in kept["changes"]] != sorted(each["date"] for each in kept["changes"]):
        said.append("Its lines are not in their order.")
    if not all(each["summary"].strip() for each in kept["changes"]):
        said.append("A line does not say what is new.")
    return said


def following(kept: File | None, summary: str, day: date) -> str:
    """The file with a line for what has changed; the same, where nothing has."""
    changes = list(kept["changes"]) if kept else []
    if not changes or changes[-1]["digest"] != digest():
        changes.append({"date": day.isoformat(), "digest": digest(), "summary": summary})
    made = {"changes": changes, "facts": json.loads(canonical(facts.of_code()))}
    return json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
