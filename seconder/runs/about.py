"""What a run is about, in a line by which people tell it from the others: of an order the vendor, its number and the
amount; of a mail its subject; of anything else its first words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from seconder.core.eml import subject_of
from seconder.core.json import JSON
from seconder.runs.models import Run, StepRun
from seconder.ui.values import is_identifier
from seconder.verification.card import Row, in_short, is_money, money

LONGEST = 80  # characters
_READ = 2_000  # characters of a text that are looked at
_ITEMS = 100  # of an object or a list that are looked at
_BETWEEN = " · "
_WHOLE = re.compile(r"(^|_)(total|amount)$", re.IGNORECASE)  # rather than a part of it


def lines(given: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, str]:
    """Of each run, by its id, what a model made of it first, or else the line of what it was given. One query."""
    made = StepRun.objects.filter(run__in=list(given), status="succeeded", notes__has_key="model")
    first = made.order_by("run_id", "started_at", "step_id").distinct("run_id")
    rows: Any = first.values_list("run_id", "output", "edited")  # Any: encrypted columns hold any JSON
    results = {run: output if edited is None else edited for run, output, edited in rows}
    return {run: _short(results.get(run)) or line for run, line in given.items()}


def of(runs: Sequence[Run]) -> dict[uuid.UUID, str]:
    return lines({run.pk: str(run.about or "") for run in runs})


def line(value: JSON) -> str:
    """The line of a run's input; "" where it says nothing in words."""
    if isinstance(value, str):
        return _headline(value)
    inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    inside = inside[:_ITEMS]
    subjects = (subject_of(text) for text in inside if isinstance(text, str))
    return (
        _cut(next(filter(None, subjects), "")) or _short(value) or next(filter(None, map(line, inside)), "")
    )


def _short(value: JSON) -> str:
    """The short texts of an object with its amount; "" where there is no such text. Other figures say nothing by
    themselves, unless they name something."""
    if not isinstance(value, dict):
        return ""
    given = list(value.items())[:_ITEMS]
    texts: list[Row] = [{"value": text} for name, one in given if (text := _text(name, one))]
    sums = sorted((name for name, _ in given if is_money(name)), key=lambda name: not _WHOLE.search(name))
    amounts: list[Row] = [{"key": name, "value": money(name, value[name], value)} for name in sums[:1]]
    found = in_short([*texts, *amounts])
    return _cut(_BETWEEN.join(filter(None, [found["text"], found["amount"]]))) if found["text"] else ""


def _text(name: str, value: JSON) -> str:
    is_named = is_identifier(name) and isinstance(value, int) and not isinstance(value, bool)
    text = str(value).strip() if isinstance(value, str) or is_named else ""
    is_line = name != "currency" and len(text) > 1 and len(text.splitlines()) == 1
    return " ".join(text.split()) if is_line else ""


def _headline(text: str) -> str:
    """Its subject, or its first lines."""
    if subject := subject_of(text):
        return _cut(subject)
    said = [" ".join(each.split()) for each in text[:_READ].splitlines()]
    return _cut(_BETWEEN.join(each for each in said if sum(map(str.isalnum, each)) > 1))


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(maxsplit=1)[0].rstrip("· ") + " …"
