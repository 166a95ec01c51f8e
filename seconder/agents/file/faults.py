"""What is wrong with an agent's file: every fault with its place, its value and its kind."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from seconder.core.refusals import Invalid

INVALID, NOT_SUPPORTED_YET = "invalid", "not-supported-yet"
VALUE_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """`path` is like `steps[1].review.rule` ("" for the whole file); `message` continues it as a sentence;
    `value` is the offending value as JSON, cut at 100 characters."""

    path: str
    message: str
    value: str = ""
    kind: str = INVALID

    def __str__(self) -> str:
        shown = f" ({self.value})" if self.value else ""
        return f"{self.path or 'The file'} {self.message}{shown}"


class Refused(Invalid):
    """The file is not published; nothing is stored. `faults` has at least one, all that were found."""

    title = "The agent's file has faults"

    def __init__(self, faults: list[Fault]) -> None:
        more = f" There are {len(faults)} faults in all." if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}.{more}", faults=[dict(asdict(fault)) for fault in faults])
        self.faults = faults
        if all(fault.kind == NOT_SUPPORTED_YET for fault in faults):
            self.type, self.title = NOT_SUPPORTED_YET, "The agent's file uses what is not supported yet"


def shown(value: Any) -> str:  # Any: whatever stood in the file
    """A value as a fault shows it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= VALUE_SHOWN else text[: VALUE_SHOWN - 1] + "…"
