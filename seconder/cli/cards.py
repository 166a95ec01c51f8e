"""Reviews as plain text: what is asked, what the reviewer is shown and where it comes from, what was decided."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

Thing = dict[str, Any]  # Any: an answer of the API
WIDTH = 100  # characters
MAKERS = {
    "builtin": "found by the built-in model",
    "model": "written by a language model",
    "requester": "given with the request",
    "tool": "made by a tool",
}


def card(review: Thing) -> str:
    """The whole card of a review as the API gives it."""
    return "\n".join(_card(review))


def _card(review: Thing) -> Iterator[str]:
    yield review["question"]
    yield ""
    for item in review["card"]["items"]:
        yield from _item(item)
        yield ""
    yield f"for        {person(review['requester'])}"
    yield f"agent      {review['agent_id']}, version {review['agent_version']}, step {review['step_id']}"
    yield f"asked      {', '.join(map(person, review['assignees']))} · {rule(review['rule'])}"
    yield f"answers    {', '.join(review['answers'])}"
    if review["card"]["choices"]:
        yield f"choices    {' · '.join(review['card']['choices'])}"
    yield f"state      {_state(review)}"
    for decision in review["decisions"]:
        yield f"decided    {decided(decision)}"


def _item(item: Thing) -> Iterator[str]:
    yield f"{item['label']}  ({MAKERS.get(item['made_by'], item['made_by'])})"
    sources = item.get("sources") or {}
    value = item["value"]
    if not isinstance(value, dict):
        yield from _value("", value, None)
    for name, one in value.items() if isinstance(value, dict) else ():
        yield from _value(name, one, sources.get(f"/{name}"))
    for path in item.get("missing") or ():
        yield f"  {path} has no value: the source does not say it; fill it in with `edit --set {path}=…`"


def _value(name: str, value: object, source: object) -> Iterator[str]:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    label = f"{name.replace('_', ' ')}:" if name else ""
    lines = [part for line in text.splitlines() or [""] for part in textwrap.wrap(line, WIDTH - 18) or [""]]
    yield f"  {label:<15} {lines[0]}".rstrip()
    yield from (f"  {'':<15} {line}".rstrip() for line in lines[1:])
    if said := quoted(source):
        yield f"  {'':<15} └ {said}"


def quoted(source: object) -> str:
    """The passage of the source that shows a value, with its line where that is known."""
    if not isinstance(source, dict):
        return ""
    passage = source.get("line_text") or source.get("quote") or source.get("text")
    if not isinstance(passage, str):
        return ""
    words = textwrap.shorten(" ".join(passage.split()), WIDTH - 30, placeholder=" …")
    return f"line {source['line']}: “{words}”" if isinstance(source.get("line"), int) else f"“{words}”"


def person(who: Thing) -> str:
    return str(who["name"] or who["email"] or who["id"])


def rule(approving: Thing) -> str:
    """`{"approve": "any", "reject": "any"}` in words."""
    words = {"any": "one of them approves", "all": "all of them approve"}
    approve = approving["approve"]
    said = words.get(approve) if isinstance(approve, str) else None
    said = said or (
        f"{approve['count']} of them approve" if isinstance(approve, dict) and "count" in approve else ""
    )
    veto = (
        "one “no” rejects"
        if approving["reject"] == "any"
        else f"rejected by {json.dumps(approving['reject'])}"
    )
    return f"{said or json.dumps(approve)}, {veto}"


def _state(review: Thing) -> str:
    if review["status"] == "open":
        return f"open, due {review['due_at']}"
    return " · ".join(filter(None, [review["status"], review["outcome"], review["closed_at"]]))


def decided(decision: Thing) -> str:
    """One decision on one line."""
    said = (
        f"{decision['verdict']} by {person(decision['by'])} at {decision['at']} through {decision['channel']}"
    )
    if decision["edits"]:
        said += " · " + ", ".join(
            f"{path} = {json.dumps(value, ensure_ascii=False)}" for path, value in decision["edits"].items()
        )
    if decision["answer"] is not None:
        said += f" · {decision['answer']}"
    return said + (f" · “{decision['note']}”" if decision["note"] else "")
