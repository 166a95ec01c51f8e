"""Approve with other values: below what is shown, valid against the schema of what is edited, difference kept."""

from __future__ import annotations

import copy

import jsonschema

from seconder.core.json import JSON, Object
from seconder.core.refusals import Invalid
from seconder.verification.models import Review

Change = dict[str, JSON]


def choices(review: Review) -> list[str]:
    """What may be answered to a question."""
    card = review.card
    return [str(choice) for choice in card.get("choices", [])] if isinstance(card, dict) else []


def check(review: Review, edits: Object) -> None:
    """Raises Invalid, naming the path: it is not below what is shown, or the schema refuses the value."""
    _, items = apply(review, edits)
    for item in items:
        schema = review.schemas.get(str(item["path"]))
        if schema is None:
            continue
        faults = jsonschema.Draft202012Validator(schema).iter_errors(item["value"])
        for fault in faults:
            where = ".".join([str(item["path"]), *(str(part) for part in fault.absolute_path)])
            raise Invalid(f"{where}: {fault.message[:200]}", path=where)


def apply(review: Review, edits: Object) -> tuple[Object, list[Object]]:
    """The changes (path → before and after) and the items as they are after them."""
    items = copy.deepcopy(review.items)
    changes: Object = {}
    for path, value in edits.items():
        item = _item(items, path)
        base = str(item["path"])
        if review.schemas.get(base) is None:
            raise Invalid(f"{path} cannot be edited: it is shown for information only.", path=path)
        keys = path[len(base) :].strip(".").split(".") if path != base else []
        before, item["value"] = _replaced(item["value"], keys, value, path)
        changes[path] = {"before": before, "after": value}
        if isinstance(missing := item.get("missing"), list):
            item["missing"] = [gap for gap in missing if gap != path]
    return changes, items


def _item(items: list[Object], path: str) -> Object:
    shown = [item for item in items if path == item["path"] or path.startswith(f"{item['path']}.")]
    if not shown:
        raise Invalid(f"{path} is not shown here, so it cannot be edited.", path=path)
    return max(shown, key=lambda item: len(str(item["path"])))


def _replaced(value: JSON, keys: list[str], new: JSON, path: str) -> tuple[JSON, JSON]:
    """(what stood there, the whole value with `new` in its place)."""
    if not keys:
        return value, new
    key, rest = keys[0], keys[1:]
    if isinstance(value, list) and key.isdigit() and int(key) < len(value):
        before, inner = _replaced(value[int(key)], rest, new, path)
        return before, [*value[: int(key)], inner, *value[int(key) + 1 :]]
    if isinstance(value, dict):
        before, inner = _replaced(value.get(key), rest, new, path)
        return before, {**value, key: inner}
    raise Invalid(f"{path} leads to nothing that could be edited.", path=path)
