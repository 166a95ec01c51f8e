"""What came of a tool, as a run's page tells it: a sentence, and the values behind it."""

from __future__ import annotations

from typing import Any

from seconder.agents import in_words, tools
from seconder.core.json import JSON, Object
from seconder.runs.models import Effect
from seconder.runs.pages import Context
from seconder.ui import words

_BECAME = {
    "claimed": "is under way",
    "done": "done",
    "failed": "not done",
    "unknown": "it is not known whether it happened",
}
REHEARSED = "Rehearsed: nothing was sent"
CONFIRMED = "A person looked, and said that it happened"


def effect(row: Effect) -> Context:
    arguments: Any = row.arguments  # Any: an encrypted column holds any JSON
    return {
        "what": in_words.tool_title(row.tool),
        "became": _BECAME[row.status],
        "to": _to(row.tool, arguments),
        "told": sentence(row.tool, arguments, row.result) if row.status == "done" else "",
        "at": row.finished_at,
        "status": row.status,
        "key": row.key,
        "icon": "mail" if row.tool == "email.send" else "wrench",
    }


def sentence(name: str, arguments: JSON, result: JSON) -> str:
    """What came of it, without a full stop; "" where nobody can say it in words."""
    if not isinstance(result, dict):
        return ""
    if result.get("rehearsed") is True:
        return REHEARSED
    if result.get("confirmed_by_a_person") is True:
        return CONFIRMED
    tool = tools.find(name)
    return tool.tell(arguments, result) if tool and tool.tell and isinstance(arguments, dict) else ""


def rows(result: JSON) -> list[Context]:
    """The values that the tool gave, by name, for a table."""
    if result is None:
        return []
    if not isinstance(result, dict):
        return [{"label": "Result", "value": result}]
    return [{"label": words.label(name), "value": value, "key": name} for name, value in result.items()]


def lines(name: str, arguments: JSON) -> list[Object]:
    """What it was given, as a card shows it; none where it was erased, or the tool is not there any more."""
    tool = tools.find(name)
    return tool.describe(arguments) if tool and isinstance(arguments, dict) else []


def _to(name: str, arguments: JSON) -> str:
    return next((str(line["value"]) for line in lines(name, arguments) if line["label"] == "To"), "")
