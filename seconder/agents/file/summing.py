"""Whether the sum of a policy's rule can be made of what the tool takes."""

from __future__ import annotations

from collections.abc import Iterator

from seconder.agents.file.expression import Expression
from seconder.agents.file.faults import Fault, shown
from seconder.agents.file.grammar import ExpressionError
from seconder.agents.file.kinds import Schema, at, kind
from seconder.agents.file.known import ToolSpec
from seconder.agents.file.people import Part
from seconder.agents.file.sums import LONGEST
from seconder.core import durations, paths

_AMOUNTS = ("double", "int", "string", "any")


def sum_faults(rule: Part, path: str, tool: ToolSpec) -> Iterator[Fault]:
    added_up = rule.get("sum")
    if not added_up:
        return
    if tool.kind in ("read", "ask"):
        yield Fault(path, "counts nothing, as this tool changes nothing", tool.name)
    if not _is_read(rule["when"]):
        yield Fault(path, "has no effect: its when reads neither sum.total nor sum.count")
    if durations.parse(added_up["window"]) > LONGEST:
        yield Fault(f"{path}.window", f"reaches back further than {LONGEST.days} days", added_up["window"])
    if added_up["of"] is not None:
        yield from _faults(added_up["of"], f"{path}.of", tool.args, _AMOUNTS)
    for text in added_up["per"]:
        yield from _faults(text, f"{path}.per", tool.args)


def _is_read(when: str | None) -> bool:
    if when is None:
        return False
    try:
        return any(read[0] == "sum" for read in Expression(when).paths)
    except ExpressionError:
        return True  # what is wrong with it is said at its own place


def _faults(text: str, path: str, args: Schema, kinds: tuple[str, ...] = ()) -> Iterator[Fault]:
    try:
        read = paths.parse(text)
    except ValueError as error:
        yield Fault(path, str(error), shown(text))
        return
    found = at({"type": "object", "properties": {"args": args}, "additionalProperties": False}, read)
    if read[0] != "args" or len(read) < 2 or found is None:
        yield Fault(path, "names no argument of this tool", shown(text))
    elif kinds and kind(found) not in kinds:
        yield Fault(path, "names no amount", shown(text))
