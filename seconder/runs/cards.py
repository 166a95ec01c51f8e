"""What a reviewer is shown: built here, from the real values; only the paths that `show` names."""

from __future__ import annotations

from typing import Any

from seconder.agents.file import MissingValue, Step
from seconder.core import paths
from seconder.core.json import JSON, Object
from seconder.core.paths import Path
from seconder.runs.progress import Progress
from seconder.runs.removed import removed


def items(progress: Progress, show: tuple[Path, ...]) -> list[Object]:
    """One item per shown path: `{"path", "label", "value", "made_by", "missing", "sources"}`."""
    scope = progress.scope()
    return _with_removed(progress, [_item(progress, scope, path) for path in show])


def _with_removed(progress: Progress, made: list[Object]) -> list[Object]:
    """What a model was not given is said once of each step, with the first of what it made."""
    told = set[str]()
    for item in made:
        path = paths.parse(str(item["path"]))
        row = progress.steps.get(str(path[1])) if path[0] == "steps" else None
        if row and row.step_id not in told and (words := removed(row.notes)):
            told.add(row.step_id)
            item["removed"] = words
    return made


def _item(progress: Progress, scope: Object, path: Path) -> Object:
    try:
        value: JSON = paths.find(scope, path)
    except MissingValue:
        value = None
    text = paths.text(path)
    item: Object = {"path": text, "label": _label(path), "value": value, "made_by": "requester"}
    step = progress.file.by_id.get(str(path[1])) if path[0] == "steps" else None
    row = progress.steps.get(step.id) if step else None
    if step and row:
        item["made_by"] = _maker(step, row.notes)
        base = f"steps.{step.id}.output"
        gaps = [f"{base}.{gap}" for gap in row.notes.get("missing", [])]
        item["missing"] = [gap for gap in gaps if gap == text or gap.startswith(f"{text}.") or text == base]
        stored: Any = row.messages  # Any: an encrypted column holds any JSON
        item["sources"] = stored.get("sources", {}) if isinstance(stored, dict) and text == base else {}
    return item


def _maker(step: Step, notes: Object) -> str:
    """`builtin`, `model`, `tool` or `answer`: what a machine made looks different from what a person did."""
    if step.kind == "ask":
        return "answer"
    if step.kind != "ai":
        return step.kind
    return "builtin" if notes.get("model") == "builtin" else "model"


def _label(path: Path) -> str:
    """`steps.extract.output.total` → `Total`; a whole output is named after its step."""
    named = [str(part) for part in path if isinstance(part, str)]
    word = named[1] if named[-1] == "output" and len(named) > 1 else named[-1]
    return word.replace("_", " ").replace("-", " ").capitalize()


def schemas(progress: Progress, show: tuple[Path, ...]) -> dict[str, Object]:
    """The schema that edits of each shown path must keep. Only what a step made can be edited, never the input."""
    found: dict[str, Object] = {}
    for path in show:
        step = progress.file.by_id.get(str(path[1])) if path[0] == "steps" and len(path) > 2 else None
        if step and step.kind == "ai":
            found[paths.text(path)] = _below(step.output, path[3:])
    return found


def _below(schema: Object, path: Path) -> Object:
    for part in path:
        inner: Any = (
            schema.get("items") if isinstance(part, int) else schema.get("properties")
        )  # Any: JSON Schema
        schema = (inner if isinstance(part, int) else (inner or {}).get(part)) or {}
    return schema
