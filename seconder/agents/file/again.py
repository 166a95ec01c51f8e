"""Which steps are done once more when a reviewer asks for changes."""

from __future__ import annotations

from seconder.agents.file.people import Part
from seconder.core import paths


def done_again(steps: list[Part], review: str) -> list[str]:
    """The ids of the AI steps that run anew, in order, for changes asked for in this review step: from the first
    that the review shows up to the review. Only those right before it: what another review approved, or a tool
    did, is not undone. Empty where the review shows nothing of them."""
    for position, part in enumerate(steps):
        if part["id"] == review:
            return _shown_on(_ai_steps_before(steps[:position]), part["review"]["show"])
        for branch in part.get("branches", ()):
            if found := done_again(branch["steps"], review):
                return found
    return []


def _ai_steps_before(before: list[Part]) -> list[str]:
    names: list[str] = []
    for part in reversed(before):
        if part["kind"] != "ai":
            break
        names.insert(0, part["id"])
    return names


def _shown_on(names: list[str], show: list[str]) -> list[str]:
    shown = shown_steps(show)
    first = next((place for place, name in enumerate(names) if name in shown), len(names))
    return names[first:]


def shown_steps(show: list[str]) -> set[str]:
    """The steps of which these paths show something. A path that cannot be read is refused elsewhere."""
    found = set()
    for text in show:
        try:
            path = paths.parse(text)
        except ValueError:
            continue
        if path[0] == "steps" and len(path) > 1:
            found.add(str(path[1]))
    return found
