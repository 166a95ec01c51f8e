"""Approve with other values: below what is shown, valid against the schema of what is edited, difference kept."""

from __future__ import annotations

import copy

from seconder.core import paths
from seconder.core.json import JSON, Object
from seconder.core.paths import Path
from seconder.core.refusals import Invalid
from seconder.core.schemas import validator
from seconder.verification.behind import objection
from seconder.verification.models import Review


def check(review: Review, edits: Object) -> None:
    """Raises Invalid, naming the path: it is not below what is shown, the schema refuses the value, or the agent's
    policy does not allow what was made of it."""
    _, items = apply(review, edits)
    for item in items:
        schema = review.schemas.get(str(item["path"]))
        if schema is None:
            continue
        for fault in validator(schema).iter_errors(item["value"]):
            where = ".".join([str(item["path"]), *(str(part) for part in fault.absolute_path)])
            raise Invalid(f"{where}: {fault.message[:200]}", path=where)
    if reason := objection(review, items):
        raise Invalid(reason, path="edits")


def apply(review: Review, edits: Object) -> tuple[Object, list[Object]]:
    """The changes (path → before and after) and the items as they are after them."""
    items = copy.deepcopy(review.items)
    changes: Object = {}
    for given, value in edits.items():
        path = _parsed(given)
        item = _item(items, path, given)
        shown = paths.parse(str(item["path"]))
        if review.schemas.get(str(item["path"])) is None:
            raise Invalid(f"{given} cannot be edited: it is shown for information only.", path=given)
        before, _ = _replaced(item["value"], path[len(shown) :], value, given)
        for each in items:
            _put(each, path, value, given)
        changes[given] = {"before": before, "after": value}
    return changes, items


def _put(item: Object, path: Path, value: JSON, given: str) -> None:
    """Into whatever shows that place: the item that holds it, and those that show a part of it."""
    shown = paths.parse(str(item["path"]))
    if path[: len(shown)] == shown:
        _, item["value"] = _replaced(item["value"], path[len(shown) :], value, given)
    elif shown[: len(path)] == path:
        item["value"] = _found(value, shown[len(path) :])
    else:
        return
    if isinstance(missing := item.get("missing"), list):
        item["missing"] = [gap for gap in missing if paths.parse(str(gap))[: len(path)] != path]


def _found(value: JSON, path: Path) -> JSON:
    try:
        return paths.find(value, path)
    except paths.MissingValue:
        return None


def _parsed(given: str) -> Path:
    try:
        return paths.parse(given)
    except ValueError as error:
        raise Invalid(f"{given[:100]!r} {error}.", path=given[:100]) from error


def _item(items: list[Object], path: Path, given: str) -> Object:
    """The shown item that the path lies in: the innermost, where one holds another."""
    holding = [item for item in items if path[: len(shown := paths.parse(str(item["path"])))] == shown]
    if not holding:
        raise Invalid(f"{given} is not shown here, so it cannot be edited.", path=given)
    return max(holding, key=lambda item: len(paths.parse(str(item["path"]))))


def _replaced(value: JSON, path: Path, new: JSON, given: str) -> tuple[JSON, JSON]:
    """(what stood there, the whole value with `new` in its place)."""
    if not path:
        return value, new
    key, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        before, inner = _replaced(value[key], rest, new, given)
        return before, [*value[:key], inner, *value[key + 1 :]]
    if isinstance(value, dict):
        before, inner = _replaced(value.get(str(key)), rest, new, given)
        return before, {**value, str(key): inner}
    raise Invalid(f"{given} leads to nothing that could be edited.", path=given)
