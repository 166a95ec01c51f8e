"""What changed between two versions of an agent, place by place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from seconder.agents.file.people import Part
from seconder.core import paths
from seconder.core.json import JSON, canonical


class Difference(TypedDict):
    """`before` or `after` is None where there was or is nothing."""

    path: str
    before: JSON
    after: JSON


def differences(old: Part, new: Part) -> list[Difference]:
    """Of two canonical documents. Steps are compared by id: `steps.approval.review.due`. A changed order of
    steps shows once, as the lists of ids."""
    return [_difference(*one) for one in _between(_keyed(old), _keyed(new), ())]


def _difference(path: tuple[str | int, ...], before: JSON, after: JSON) -> Difference:
    return {"path": paths.text(path), "before": before, "after": after}


def _keyed(document: JSON) -> JSON:
    """Lists of steps as objects by id, with their order beside them."""
    if isinstance(document, list):
        return [_keyed(item) for item in document]
    if not isinstance(document, dict):
        return document
    keyed = {key: _keyed(value) for key, value in document.items() if key != "steps"}
    steps = document.get("steps")
    if isinstance(steps, list):
        ids = [str(step["id"]) for step in steps if isinstance(step, dict)]
        keyed["steps"] = dict(zip(ids, (_keyed(step) for step in steps), strict=True))
        keyed["order of steps"] = list(ids)
    return keyed


def _between(
    old: JSON, new: JSON, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], JSON, JSON]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            if key == "order of steps":
                continue
            yield from _between(old.get(key), new.get(key), (*path, key))
        yield from _order(old.get("order of steps"), new.get("order of steps"), path)
    elif canonical(old) != canonical(new):
        yield (path, _unkeyed(old), _unkeyed(new))


def _order(
    old: JSON, new: JSON, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], JSON, JSON]]:
    if not isinstance(old, list) or not isinstance(new, list):
        return
    stayed = [name for name in old if name in new]
    if stayed != [name for name in new if name in old]:
        yield ((*path, "steps"), old, new)


def _unkeyed(value: JSON) -> JSON:
    if isinstance(value, list):
        return [_unkeyed(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _unkeyed(item) for key, item in value.items() if key != "order of steps"}
    steps = plain.get("steps")
    if "order of steps" in value and isinstance(steps, dict):
        plain["steps"] = list(steps.values())
    return plain
