"""Reviews as plain text: what is asked, what the reviewer is shown and where it comes from, what was decided."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from seconder.core.lookalikes import remarks
from seconder.core.visible import visible
from seconder.verification.rule import in_words

Thing = dict[str, Any]  # Any: an answer of the API
WIDTH = 100  # characters
MAKERS = {
    "builtin": "found by the built-in model",
    "model": "written by a language model",
    "requester": "given with the request",
    "tool": "made by a tool",
    "answer": "answered by a person",
}
VERDICTS = {
    "approve": "approved",
    "edit": "approved with edits",
    "reject": "rejected",
    "request_changes": "sent back for changes",
    "answer": "answered",
}


def card(review: Thing) -> str:
    """The whole card of a review as the API gives it."""
    return "\n".join(map(_line, _card(review)))


def _line(text: str) -> str:
    """What others wrote neither steers the terminal nor passes for a line of ours: its further lines are set in."""
    return visible(text).replace("\n", "\n" + " " * 11)


def _card(review: Thing) -> Iterator[str]:
    yield review["question"]
    yield ""
    for item in review["card"]["items"]:
        yield from _item(item, review["card"]["schemas"].get(item["path"]) or {})
        yield ""
    if review["changes"]:
        yield from _changes(review["changes"])
    yield f"for        {person(review['requester'])}"
    yield f"agent      {review['agent_id']}, version {review['agent_version']}, step {review['step_id']}"
    asked = review["assignees"]
    yield f"asked      {', '.join(map(person, asked))} · {in_words(review['rule'], len(asked))}"
    for number, stage in enumerate(review["stages"], start=1):
        here = " (now)" if number == review["stage"] and review["status"] == "open" else ""
        yield f"stage {number}    {', '.join(map(person, stage['assignees']))}{here}"
    yield f"answers    {', '.join(review['answers'])}"
    if review["card"]["choices"]:
        yield f"choices    {' · '.join(review['card']['choices'])}"
    for name, part in ((review["card"]["answer"] or {}).get("properties") or {}).items():
        yield f"answer     {name}: {_wanted(part)}"
    yield f"state      {_state(review)}"
    if claim := review["claim"]:
        yield f"claimed    {person(claim['by'])} looks at it until {claim['until']}"
    for decision in review["decisions"]:
        yield f"decided    {_decided(decision)}"


def _wanted(part: Thing) -> str:
    """What a part of the answer to a question is."""
    if "enum" in part:
        return " | ".join(map(str, part["enum"]))
    said = " ".join(str(part[key]) for key in ("type", "format") if key in part)
    return f"{said}, {part['description']}" if part.get("description") else said


def _changes(changes: Thing) -> Iterator[str]:
    """What is different since the attempt at which changes were asked for."""
    yield f"Since {person(changes['by']) if changes['by'] else 'somebody'} asked for changes: “{changes['note'] or ''}”"
    for path, one in changes["differences"].items():
        before, after = (json.dumps(one[side], ensure_ascii=False) for side in ("before", "after"))
        yield f"  {path}: was {before}"
        yield f"  {'':<{len(path)}}  is  {after}"
    if not changes["differences"]:
        yield "  nothing is different"
    yield ""


def _item(item: Thing, schema: Thing) -> Iterator[str]:
    yield f"{item['label']}  ({MAKERS.get(item['made_by'], item['made_by'])})"
    sources = item.get("sources") or {}
    value = item["value"]
    if not isinstance(value, dict):
        yield from _value("", value, None)
    else:
        for name in in_order(value, schema):
            yield from _value(name, value[name], sources.get(f"/{name}"))
    for path in item.get("missing") or ():
        yield f"  {path} has no value: the source does not say it; fill it in with `edit --set {path}=…`"


def in_order(value: Thing, schema: Thing) -> list[str]:
    """The names in a value, as its schema has them, then the rest."""
    return [name for name in dict.fromkeys([*schema.get("properties", {}), *value]) if name in value]


def _value(name: str, value: object, source: object) -> Iterator[str]:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    label = f"{name.replace('_', ' ')}:" if name else ""
    # Written out before it is broken into lines, which takes some of what is hidden for a blank.
    shown = visible(text).splitlines() or [""]
    lines = [part for line in shown for part in textwrap.wrap(line, WIDTH - 18) or [""]]
    read = _quoted(source, text)
    yield f"  {label:<15} {lines[0]}{read if len(lines) == 1 else ''}".rstrip()
    yield from (f"  {'':<15} {line}".rstrip() for line in lines[1:])
    yield from (f"  {'':<15} ! {remark}" for remark in remarks([text]))


def _quoted(source: object, text: str) -> str:
    """How the source writes the value, where it writes it otherwise."""
    passage = source.get("text") if isinstance(source, dict) else None
    if not isinstance(passage, str) or not passage.strip() or passage == text:
        return ""
    return f"   (the source says “{textwrap.shorten(' '.join(passage.split()), 60, placeholder=' …')}”)"


def person(who: Thing) -> str:
    return str(who["name"] or who["email"] or who["id"])


def _state(review: Thing) -> str:
    if review["status"] == "open":
        return f"open, due {moment(review['due_at'])}"
    return " · ".join(filter(None, [review["status"], review["outcome"], moment(review["closed_at"])]))


def moment(at: str | None) -> str:
    """An RFC 3339 time in UTC, to the second, for people."""
    return (at and f"{at[:19].replace('T', ' ')} UTC") or ""


def decided(decision: Thing) -> str:
    """One decision on one line, and what its note has of further ones."""
    return _line(_decided(decision))


def _decided(decision: Thing) -> str:
    verdict = VERDICTS.get(decision["verdict"], decision["verdict"])
    said = f"{verdict} by {person(decision['by'])}, {moment(decision['at'])}, through {decision['channel']}"
    if decision["edits"]:
        said += " · " + ", ".join(
            f"{path} = {json.dumps(value, ensure_ascii=False)}" for path, value in decision["edits"].items()
        )
    if decision["answer"] is not None:
        answer = decision["answer"]
        said += f" · {answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)}"
    return said + (f" · “{decision['note']}”" if decision["note"] else "")
