"""The one question before a file is published: is everything in it sound, here and now?"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from seconder.agents.file.again import done_again
from seconder.agents.file.agent_file import AgentFile, PolicyRule, policy_scope
from seconder.agents.file.calls import call_faults
from seconder.agents.file.document import Document
from seconder.agents.file.faults import Fault, Refused, shown
from seconder.agents.file.known import Known
from seconder.agents.file.normal import Normal
from seconder.agents.file.people import Part
from seconder.agents.file.references import (
    NAMES,
    Sight,
    condition_faults,
    expression_faults,
    shown_faults,
    sights,
    template_faults,
)
from seconder.agents.file.seats import (
    assigned,
    nobody_faults,
    people_faults,
    reach_faults,
    reach_warning,
    seats,
)
from seconder.agents.file.steps import walk
from seconder.agents.file.summing import sum_faults
from seconder.core import paths, spans
from seconder.core.json import Object
from seconder.core.paths import MissingValue
from seconder.core.spans import Working

MOST_STEPS = 200
MOST_FAULTS = 100
_NOTHING_AGAIN = "needs an AI step right before the review, and its output under show: that is done again"
# What a file may do without: left out when it is wrong, so that the other faults show in the same go.
_SPARE = frozenset({
    "retry", "timeout", "due", "remind", "escalate", "rule", "forbid", "answers", "risk", "on_timeout",
    "assign", "policy", "model", "reviewers", "verificationConfig", "triggers",
})  # fmt: skip


def check(
    document: Object, known: Known, *, expected_id: str | None = None, owner: str | None = None
) -> AgentFile:
    """The file as it will be stored, with warnings. Raises Refused with every fault that was found.

    `expected_id` is the id in the URL; `owner` the address of the agent's owner, who `forbid: [owner]`
    keeps out.
    """
    faults: list[Fault] = []
    file = _shaped(document, expected_id, faults)
    if expected_id is not None and file.id != expected_id:
        faults.append(Fault("id", f"must be {expected_id}, as in the address", shown(file.id)))
    normal = Normal.of(file)
    checks = _Checks(normal, known, owner)
    faults += [*normal.faults, *checks.faults()]
    if faults:
        raise Refused(_once(faults))
    return AgentFile(normal.document, tuple(checks.warnings))


def _once(faults: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))[:MOST_FAULTS]


def _shaped(document: Object, expected_id: str | None, faults: list[Fault]) -> Document:
    """The document as the schema reads it. What can be left out for now is reported and left out, so that
    the other faults are found in the same go; the rest raises Refused."""
    document = {"id": expected_id, **document} if expected_id is not None else document
    document = copy.deepcopy(document)
    for _ in range(3):
        try:
            return Document.model_validate(document)
        except ValidationError as error:
            found = error.errors(include_url=False)
            faults += [_shape_fault(one, document) for one in found]
            if not all(_left_out(document, one["type"], one["loc"]) for one in found):
                break
    raise Refused(_once(faults))


def _left_out(document: Any, kind: str, place: tuple[int | str, ...]) -> bool:  # Any: of any shape
    """Removes an unknown field, or the nearest part that a file may do without; says whether it could."""
    if kind != "extra_forbidden":
        cut = next((depth for depth, name in enumerate(place) if name in _SPARE), None)
        if cut is None:
            return False
        place = place[: cut + 1]
    try:
        within: Any = paths.find(document, place[:-1])  # Any: of any shape
    except MissingValue:
        return False
    if isinstance(within, dict):
        within.pop(place[-1], None)
    return isinstance(within, dict)


def _shape_fault(error: Any, document: Object) -> Fault:  # Any: pydantic's own description of an error
    place = error["loc"]
    path = paths.text(place) if place and isinstance(place[0], str) else ""
    value = "" if error["type"] == "missing" else shown(error["input"])
    return Fault(path, _in_words(error, document), value)


def _in_words(error: Any, document: Object) -> str:  # Any: as above
    context, kind = error.get("ctx") or {}, error["type"]
    if error["loc"] == ("version",):
        return _version(document.get("version"))
    if kind == "extra_forbidden":
        return f"is not a field that exists here{_meant(error['loc'])}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"must be one of {context['expected']}"
    if kind == "string_pattern_mismatch":
        return f"must match {context['pattern']}"
    known = {
        "missing": "is missing",
        "string_type": "must be text",
        "bool_type": "must be true or false",
        "int_type": "must be a whole number",
        "list_type": "must be a list",
        "string_too_short": "must not be empty",
        "too_short": "must not be empty",
        "dict_type": "must be an object",
        "model_type": "must be an object",
    }
    return known.get(kind, f"cannot be accepted: {error['msg'][0].lower()}{error['msg'][1:]}")


def _version(version: Any) -> str:  # Any: whatever stood in the file
    if type(version) is int and version > 1:
        return "is newer than what this installation understands, which is 1"
    return "must be 1"


def _meant(place: tuple[int | str, ...]) -> str:
    name = str(place[-1])
    close = difflib.get_close_matches(name, _every_field(), n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def _every_field() -> set[str]:
    from seconder.agents.file import document

    models = [
        model for model in vars(document).values() if isinstance(model, type) and issubclass(model, BaseModel)
    ]
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


class _Checks:
    """Everything that needs more than the shape: references, people, tools, times."""

    def __init__(self, normal: Normal, known: Known, owner: str | None) -> None:
        self.document, self.origins = normal.document, normal.origins
        self.known, self.owner = known, owner
        self.warnings: list[str] = []

    def faults(self) -> Iterator[Fault]:
        if len(self.origins) > MOST_STEPS:
            yield Fault("steps", f"has more than {MOST_STEPS} steps", str(len(self.origins)))
            return
        yield from self.tools()
        yield from self.policy()
        yield from people_faults(self.document["reviewers"], "reviewers", self.known)
        steps = list(walk(self.document["steps"]))
        for step, path, sight in zip(steps, self.origins, sights(self.document), strict=True):
            yield from self.step(step, path, sight)

    def tools(self) -> Iterator[Fault]:
        for name in self.document["tools"]:
            if self.known.tool(name) is None:
                yield Fault("tools", "names a tool that does not exist", shown(name))

    def policy(self) -> Iterator[Fault]:
        for position, rule in enumerate(self.document["policy"]):
            path = f"policy[{position}]"
            tool = self.known.tool(rule["tool"])
            if tool is None:
                yield Fault(f"{path}.tool", "names a tool that does not exist", shown(rule["tool"]))
                continue
            yield from sum_faults(rule, f"{path}.sum", tool)
            if rule["when"] is not None:
                scope = policy_scope(tool.args, PolicyRule.load(rule).sum)
                yield from condition_faults(rule["when"], f"{path}.when", scope)

    def step(self, step: Part, path: str, sight: Sight) -> Iterator[Fault]:
        if step["if"] is not None:
            yield from expression_faults(step["if"], f"{path}.if", sight)
        if step["kind"] == "ai":
            yield from template_faults(step["prompt"], f"{path}.prompt", sight)
        elif step["kind"] == "tool":
            yield from self.tool(step, path, sight)
        elif step["kind"] in ("review", "ask"):
            yield from self.review(step["review"], step["id"], path, sight)

    def tool(self, step: Part, path: str, sight: Sight) -> Iterator[Fault]:
        yield from template_faults(step["with"], f"{path}.with", sight)
        tool = self.known.tool(step["tool"])
        if tool is None:
            yield Fault(f"{path}.tool", "names a tool that does not exist", shown(step["tool"]))
        elif tool.kind == "ask":
            yield Fault(f"{path}.tool", "is for models; a step asks people by ask:", shown(step["tool"]))
        else:
            yield from call_faults(step["with"], f"{path}.with", tool.args, sight.schema)

    def review(self, review: Part, name: str, origin: str, sight: Sight) -> Iterator[Fault]:
        sugar = origin.endswith(".verificationConfig")
        path = origin if sugar else f"{origin}.{'ask' if 'answer' in review else 'review'}"
        if review["when"] is not None:
            yield from expression_faults(review["when"], f"{path}.when", sight)
        if "{{" in review["question"]:
            message = "holds a template; it is shown as written, so name the value under show"
            yield Fault(f"{path}.question", message, shown(review["question"]))
        for position, text in enumerate(review["show"]):
            yield from shown_faults(text, f"{path}.show[{position}]", sight)
        yield from self.times(review, path)
        if not {"approve", "edit", "answer"} & set(review["answers"]):
            yield Fault(f"{path}.answers", "must let somebody approve", shown(review["answers"]))
        if "request_changes" in review["answers"] and not done_again(self.document["steps"], name):
            yield Fault(f"{path}.answers", _NOTHING_AGAIN, "request_changes")
        if review["risk"] == "high" and review["on_timeout"] == "continue":
            yield Fault(f"{path}.on_timeout", "cannot be continue where the risk is high", "continue")
        yield from self.routing(review, path, sight)
        yield from self.people(review, path)

    def routing(self, review: Part, path: str, sight: Sight) -> Iterator[Fault]:
        assign = review["assign"]
        for position, route in enumerate(assign.get("routes", ())):
            yield from expression_faults(route["when"], f"{path}.assign.routes[{position}].when", sight)
        if text := assign.get("expression"):
            yield from expression_faults(text, f"{path}.assign.expression", sight, NAMES)
        if assign.get("match") == "every" and not {"approve", "answer"} & set(review["answers"]):
            yield Fault(f"{path}.answers", "need approve: where several are asked, nobody edits", "every")

    def times(self, review: Part, path: str) -> Iterator[Fault]:
        due = spans.load(review["due"])
        timed = [(f"{path}.remind", one) for one in review["remind"]]
        timed += [(f"{path}.escalate[{n}].after", one["after"]) for n, one in enumerate(review["escalate"])]
        for where, written in timed:
            span, is_longer = spans.load(written), spans.length(spans.load(written)) >= spans.length(due)
            if is_longer and (isinstance(span, Working) or not isinstance(due, Working)):
                yield Fault(where, f"must be shorter than due ({_spelled(review['due'])})", _spelled(written))
            elif isinstance(span, Working) != isinstance(due, Working):
                self.warnings.append(
                    f"{where}: counts {'working time' if isinstance(span, Working) else 'by the clock'} and due does "
                    "not; where it would come only after the review is due, it is left out."
                )

    def people(self, review: Part, path: str) -> Iterator[Fault]:
        groups = assigned(review["assign"], f"{path}.assign")
        unknown = [fault for part, where in groups for fault in people_faults(part, where, self.known)]
        yield from unknown
        for position, one in enumerate(review["escalate"]):
            where = f"{path}.escalate[{position}].to"
            yield from people_faults(one["to"], where, self.known)
            yield from nobody_faults(one["to"], where)
        if unknown:
            return
        for part, where in groups:
            if "routes" in review["assign"]:
                yield from nobody_faults(part, where)
                yield from self.reach(review, part, path, where)
            elif "stages" not in review["rule"]:
                yield from self.reach(review, part, path)
        for position, stage in enumerate(review["rule"].get("stages", ())):
            where = f"{path}.rule.stages[{position}]"
            yield from people_faults(stage["assign"], f"{where}.assign", self.known)
            yield from self.reach({**review, "rule": stage}, stage["assign"], path, where)

    def reach(self, review: Part, part: Part, path: str, at: str = "") -> Iterator[Fault]:
        """Whether these people can meet the rule; `at`: the place of the route or stage that asks them."""
        sitting = seats(part, self.document["reviewers"], self.known)
        yield from reach_faults(review, path, sitting, self.owner, self.known, at)
        if warning := reach_warning(review, path, sitting, self.owner, self.known):
            self.warnings.append(warning)


def _spelled(span: Any) -> str:  # Any: as the canonical form has it
    return span if isinstance(span, str) else f"{{working: {span['working']}}}"
