"""Findings in words: for the page, and the sentence that goes into an agent's instructions."""

from __future__ import annotations

import json

from seconder.agents import in_words
from seconder.core import paths
from seconder.core.json import JSON, Object
from seconder.core.visible import visible
from seconder.runs.learning.finding import Finding
from seconder.runs.learning.signs import LEAST, MOST, Sign
from seconder.ui import words


def title(finding: Finding) -> str:
    """`“Send an e-mail” was rejected 4 times where To is “x@example.org”.`"""
    count, sign = len(finding.supports), finding.sign
    times = f"{count} times"
    if finding.verdict == "rejected":
        where = f"{label(sign.path)} {_how(sign)}"
        return f"{place(finding)} was rejected {times} where {where}"
    before = f" from {_value(finding.old.value)}" if finding.old else ""
    return f"{label(sign.path)} of {place(finding)} was changed{before} to {_value(sign.value)} {times}"


def also(finding: Finding) -> list[str]:
    return [f"{label(sign.path)} {_how(sign)}" for sign in finding.also]


def place(finding: Finding) -> str:
    known = in_words.tool_title(finding.place) if finding.kind == "action" else in_words.name(finding.maker)
    return f"“{visible(known)}”"


def step(step_id: str) -> str:
    return f"“{visible(in_words.name(step_id))}”"


def label(path: str) -> str:
    return visible(words.label(str(paths.parse(path)[-1])))


def rule(one: Object) -> str:
    """A rule of a policy on one line, as its author writes it."""
    when = f" when {one['when']}" if one.get("when") else ""
    added_up = f", of a sum {json.dumps(one['sum'])}" if one.get("sum") else ""
    return f"{one['tool']}: {one['decide']}{when}{added_up}"


def instruction(finding: Finding, maker: str) -> str:
    """Values are quoted as JSON, on one line, so that whatever stands in them remains a value."""
    path = paths.parse(finding.sign.path)
    name = paths.text(path[3:] if finding.kind == "review" else path[1:]) if len(path) > 1 else str(path[0])
    where = f"In the step {maker}" if finding.kind == "review" else f"When you use {maker}"
    new = json.dumps(finding.sign.value, ensure_ascii=False)
    if finding.old is None:
        return f"{where}, {name} is always {new}."
    if finding.old.value is None:
        return f"{where}, {name} is {new} where nothing else is said."
    old = json.dumps(finding.old.value, ensure_ascii=False)
    return f"{where}, give {name} as {new} where you would give {old}."


def _how(sign: Sign) -> str:
    if sign.how in (LEAST, MOST):
        return f"is {_value(sign.value)} or {'more' if sign.how == LEAST else 'less'}"
    return f"{sign.how} {_value(sign.value)}"


def _value(value: JSON) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return words.figure(value) if isinstance(value, int | float) else f"“{visible(str(value))}”"
