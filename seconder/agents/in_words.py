"""An agent's steps in the words of the people who run it: for the picture, the list beside it, and the card."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypedDict

from seconder.agents import tools
from seconder.agents.file import People, Step
from seconder.agents.file.steps import ReviewSpec
from seconder.core import spans
from seconder.core.json import JSON
from seconder.ui import words
from seconder.verification import rule

KINDS = {"ai": "prompt"}  # as pages name them
_OUTPUT = re.compile(r"\bsteps\.([\w-]+)\.output\.")
_HAS = re.compile(r"(!)?has\(([\w-]+)\)")
_TIMEOUTS = {
    "reject": "then it counts as rejected",
    "escalate": "then the default reviewers are asked",
    "cancel": "then the run is canceled",
    "continue": "then the run goes on",
}
NameOf = Callable[[str], str]  # e-mail address → the person's name


class StepWords(TypedDict):
    """`detail` is one line, `text` one or two sentences."""

    name: str
    kind: str
    detail: str
    text: str
    optional: bool
    branches: list[list[StepWords]]


def name(step_id: str) -> str:
    return words.label(step_id)


def kind(step: Step) -> str:
    return KINDS.get(step.kind, step.kind)


def steps(of: Sequence[Step], name_of: NameOf) -> list[StepWords]:
    return [_step(one, name_of) for one in of]


def addresses(of: Sequence[Step]) -> set[str]:
    """Of everybody whom the steps' reviews name."""
    found: set[str] = set()
    for one in (inner for step in of for inner in step.walk()):
        if one.review:
            found.update(one.review.assign.people)
            found.update(email for stage in one.review.stages for email in stage.assign.people)
            routes = one.review.routing.routes if one.review.routing else ()
            found.update(email for route in routes for email in route.to.people)
            found.update(email for step in one.review.escalate for email in step.to.people)
    return found


def condition(text: str) -> str:
    """`steps.extract.output.total > 10000` → `total > 10000`."""
    plain = _OUTPUT.sub("", text).replace("input.", "").replace("&&", "and").replace("||", "or")
    return _HAS.sub(lambda found: f"{words.label(found[2])} is {'not ' if found[1] else ''}given", plain)


def whom(people: People, name_of: NameOf) -> str:
    named = [name_of(email) for email in people.people]
    named += [f"the {team} team" for team in people.teams]
    return _listed(named) or "the default reviewers"


def _step(step: Step, name_of: NameOf) -> StepWords:
    when = step.review.when if step.review else None
    detail, text = _said(step, name_of)
    if step.if_:
        text = f"Only if {condition(step.if_.text)}. {text}"
    return StepWords(
        name=name(step.id),
        kind=kind(step),
        detail=detail,
        text=text,
        optional=bool(step.if_ or when),
        branches=[steps(branch, name_of) for branch in step.branches],
    )


def _said(step: Step, name_of: NameOf) -> tuple[str, str]:
    if step.review:
        detail = f"if {condition(step.review.when.text)}" if step.review.when else "always"
        return detail, _review(step.review, name_of)
    if step.kind == "tool":
        title = tool_title(step.tool)
        return title, f"{title}. It needs no model; publishing this version authorised it."
    if step.branches:
        return "side by side", "These go on side by side; the next step begins when all have ended."
    given = [words.label(key).lower() for key in step.output.get("properties", {})]
    return (f"gives {', '.join(given)}" if given else "", step.prompt.strip())


def tool_title(tool_name: str) -> str:
    tool = tools.find(tool_name)
    return tool.title if tool else tool_name


def _review(spec: ReviewSpec, name_of: NameOf) -> str:
    by = "answered by" if spec.answer else _quorum(spec.approve)
    stages = [f"{_quorum(one.approve)} {whom(one.assign, name_of)}" for one in spec.stages]
    asked = f"“{spec.question}” {', then '.join(stages) or f'{by} {_chosen(spec, name_of)}'}."
    first = f"If {condition(spec.when.text)}, or where that cannot be said: {asked}" if spec.when else asked
    due = f"Due in {spans.words(spec.due)}, {_TIMEOUTS[spec.on_timeout]}."
    more = [f"After {spans.words(one.after)} {whom(one.to, name_of)} as well." for one in spec.escalate]
    return " ".join([first, *more, due])


def _chosen(spec: ReviewSpec, name_of: NameOf) -> str:
    if spec.routing is None:
        return whom(spec.assign, name_of)
    if spec.routing.expression:
        return f"whom {condition(spec.routing.expression.text)} names, or else the default reviewers"
    routes = [f"{whom(one.to, name_of)} if {condition(one.when.text)}" for one in spec.routing.routes]
    several = " (each that applies, in a review of its own)" if spec.routing.is_every else ""
    return f"{'; '.join(routes)}; or else the default reviewers{several}"


def _quorum(approve: JSON) -> str:
    if approve == "all":
        return "decided by all of"
    if wanted := rule.per_team(approve):
        return f"decided by {rule.of_teams(wanted)}, of"
    if isinstance(approve, dict):
        share = f"{approve['percent']}%" if "percent" in approve else approve["count"]
        return f"decided by {share} of"
    return "decided by"


def _listed(named: list[str]) -> str:
    return " or ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)
