"""A published agent as a file again: short, in the usual order, and with the same meaning."""

from __future__ import annotations

from typing import Any

import yaml

from seconder.agents.file.normal import ONCE, TEXT_OUTPUT
from seconder.agents.file.people import Part
from seconder.agents.file.reading import resolve
from seconder.core.json import JSON, canonical

_DEFAULTS: Part = {
    "description": "", "instructions": "", "model": None, "tools": [], "policy": [], "triggers": [],
    "reviewers": {"people": [], "teams": []}, "input": {"type": "object"},
    "if": None, "on_reject": "stop", "with": {}, "retry": ONCE, "timeout": None, "output": TEXT_OUTPUT,
}  # fmt: skip
_REVIEW_DEFAULTS: Part = {
    "when": None, "show": [], "assign": {"people": [], "teams": []}, "remind": [], "escalate": [],
    "forbid": ["requester"], "answers": ["approve", "edit", "reject"], "risk": "normal",
    "on_timeout": "reject", "rule": {"approve": "any", "reject": "any"},
}  # fmt: skip
_ORDER = """version kind id name description instructions model tools policy reviewers second_looks input triggers steps
    if prompt output tool with review ask branches on_reject retry timeout
    when question answer show assign match routes to expression rule stages approve reject
    forbid answers risk due remind escalate on_timeout sum of per window decide"""
_PLACE = {key: place for place, key in enumerate(_ORDER.split())}


def to_document(normalised: Part) -> Part:
    """The file's own shape, without what is default anyway; `check` makes the same canonical form of it.
    The canonical form itself is accepted by `check` too."""
    document = _without(normalised, _DEFAULTS)
    if "policy" in document:
        document["policy"] = [_rule(rule) for rule in document["policy"]]
    document["steps"] = [_step(step) for step in normalised["steps"]]
    return {key: _people(value) for key, value in document.items()}


def _rule(rule: Part) -> Part:
    short = _without(rule, {"when": None})
    return {**short, "sum": _without(rule["sum"], {"of": None, "per": []})} if "sum" in rule else short


def to_yaml(normalised: Part) -> str:
    """The same as text, to be edited and applied again."""
    return yaml.dump(
        to_document(normalised), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )


def _step(step: Part) -> Part:
    short = _without(step, _DEFAULTS)
    short.pop("kind", None)
    if "review" in step:
        short["review"] = {
            key: _people(value) for key, value in _without(step["review"], _REVIEW_DEFAULTS).items()
        }
        if stages := step["review"].get("rule", {}).get("stages"):
            short["review"]["rule"] = {"stages": [_stage(one) for one in stages]}
        if "escalate" in short["review"]:
            chain = short["review"]["escalate"]
            short["review"]["escalate"] = [{"after": one["after"], "to": _people(one["to"])} for one in chain]
    if step.get("kind") == "ask":
        short["ask"] = _ask(short.pop("review"), step["review"])
    if "branches" in step:
        short["branches"] = [
            {"steps": [_step(one) for one in branch["steps"]]} for branch in step["branches"]
        ]
    return short


def _stage(stage: Part) -> Part:
    short = _without(stage, {"approve": "any", "reject": "any", "assign": {"people": [], "teams": []}})
    return {key: _people(value) for key, value in short.items()}


def _ask(short: Part, asked: Part) -> Part:
    """As a review, but for the answers, which are always the same, and for whom it keeps out."""
    made = {key: value for key, value in short.items() if key not in ("answers", "forbid")}
    if asked["forbid"]:
        made["forbid"] = asked["forbid"]
    return _without(made, {"answer": TEXT_OUTPUT})


def _without(part: Part, defaults: Part) -> Part:
    """In the usual order: a document that was stored as jsonb has lost its own."""
    plain: Part = {}
    for key, value in sorted(part.items(), key=lambda item: (_PLACE.get(item[0], 99), item[0])):
        if key not in defaults or canonical(value) != canonical(defaults[key]):
            plain[key] = value
    return plain


def _people(value: Any) -> Any:  # Any: any part of the document
    if not isinstance(value, dict) or not value.keys() >= {"people", "teams"}:
        return value
    short = _without(value, {"people": [], "teams": [], "match": "first"})
    if "routes" in short:
        short["routes"] = [{"when": one["when"], "to": _people(one["to"])} for one in short["routes"]]
    return short


class _Dumper(yaml.SafeDumper):
    """Quotes what `reading.resolve` would take for something else, and never makes an alias."""

    def ignore_aliases(self, data: JSON) -> bool:  # noqa: ARG002 - PyYAML asks for each value
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    quoted = not isinstance(resolve(text), str) if len(text) < 400 else False
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if quoted else None)


_Dumper.add_representer(str, _text)
