"""What a review's page says of the run behind it: the agent's name, and what an answer leads to.

Only values that the card itself shows are named here: a reviewer sees nothing else of the run.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor
from seconder.agents import in_words, tools
from seconder.agents.file import AgentFile, Expression, ExpressionError, MissingValue, Step, render
from seconder.agents.models import Agent
from seconder.core import paths
from seconder.core.json import JSON, Object
from seconder.core.visible import visible
from seconder.runs.acts.policy import ruling
from seconder.runs.effects import is_of_outcome
from seconder.runs.models import Run
from seconder.runs.tallies import Use, judge, key_of
from seconder.verification.behind import Behind
from seconder.verification.models import Review


def agent_names(reviews: Sequence[Review]) -> dict[uuid.UUID, str]:
    rows = Agent.objects.filter(slug__in={review.agent for review in reviews})
    names = dict(rows.values_list("slug", "name"))
    return {review.pk: names.get(review.agent, review.agent) for review in reviews}


def agents(actors: Sequence[Actor]) -> dict[uuid.UUID, dict[str, str]]:
    found: dict[uuid.UUID, dict[str, str]] = {}
    with scopes_disabled():
        seen = (Agent.objects.filter(organization=one.organization).visible_to(one) for one in actors)
        rows = reduce(or_, seen, Agent.objects.none()).filter(latest__isnull=False).order_by("name", "pk")
        for home, slug, name in rows.values_list("organization_id", "slug", "name"):
            found.setdefault(home, {})[slug] = name
    return found


def default_reviewers(review: Review) -> tuple[list[str], list[str]]:
    file = _file(review)
    named = file.reviewers if file else None
    return (list(named.people), list(named.teams)) if named else ([], [])


def objection(review: Review, edited: list[Object]) -> str:
    """What the policy denies is not done either where a person made it so; it is asked once more when it starts."""
    file = _file(review) if review.kind == "action" else None
    card: Any = review.card  # Any: an encrypted column holds any JSON
    tool = tools.find(card["content"]["tool"]) if file else None
    arguments: Any = edited[0]["value"] if edited else None  # Any: as above
    if file and tool and _ruled(file, tool, arguments, review) == "deny":
        return "The agent's policy does not allow this with these values."
    return ""


def _ruled(file: AgentFile, tool: tools.Tool, arguments: Object, review: Review) -> str:
    if not file.sums(tool.name):
        return ruling(file, tool, arguments)
    key = key_of(review.run_id, review.step_id, review.call_id)
    use = Use(review.organization_id, review.run_id, key, tool, arguments, is_approved=True)
    return judge(file, use, may_reserve=False)[0]


def _file(review: Review) -> AgentFile | None:
    """Of the version that the run stays on."""
    run = Run.objects.filter(pk=review.run_id).select_related("version").only("version__file").first()
    return AgentFile.load(run.version.file) if run else None


def behind(actor: Actor, review: Review) -> Behind:
    run = (
        Run.objects.filter(pk=review.run_id)
        .select_related("agent", "version")
        .only("agent__name", "agent__latest", "agent__owner_id", "version__file", "requester_id")
        .first()
    )
    if run is None:
        return Behind(agent=review.agent, step=in_words.name(review.step_id))
    is_visible = Run.objects.visible_to(actor).filter(pk=run.pk).exists()
    file = AgentFile.load(run.version.file)
    doing, to, then = _leads_to(file, review)
    return Behind(
        agent=run.agent.name,
        step=in_words.name(review.step_id),
        run_path=f"runs/{run.pk}/" if is_visible else "",
        newer_version=run.agent.latest_id != run.version_id,
        approving=f"{doing}{to}",
        doing=doing,
        if_approved=then,
        if_rejected=_stops(file, review),
        if_changed=_does_again(file, review),
    )


def _leads_to(file: AgentFile, review: Review) -> tuple[str, str, str]:
    """(what completes "Approve and …", to whom, what happens then in a sentence)."""
    if review.kind == "question":
        return "", "", "" if is_of_outcome(review.call_id) else "The agent goes on with your answer."
    if review.kind == "action":
        item = review.items[0]
        return (
            _lower(str(item["label"])),
            _to(item["value"]),
            "The agent does exactly this, once, and goes on.",
        )
    step, is_sure = _next(file, review)
    if step is None:
        return "", "", "This was the last step: the run ends as succeeded."
    if not is_sure:
        return (
            "",
            "",
            f"The run goes on; the step {in_words.name(step.id)} follows where its condition holds.",
        )
    if step.kind == "tool":
        title, to = in_words.tool_title(step.tool), _to(_shown(step.with_, review))
        return _lower(title), to, f"The next step is done at once: {_lower(title)}{to}."
    if step.review:
        return "", "", f"The next question is asked, where it applies: “{step.review.question}”"
    return "", "", f"The run goes on with the step {in_words.name(step.id)}."


def _next(file: AgentFile, review: Review) -> tuple[Step | None, bool]:
    """The step that follows, and whether it surely does: as far as its condition can be told from the card."""
    step = following(file.steps, review.step_id)
    while step is not None and step.if_ is not None:
        holds = _holds(step.if_, review)
        if holds is not False:
            return step, holds is True
        step = following(file.steps, step.id)
    return step, True


def _holds(condition: Expression, review: Review) -> bool | None:
    """None where the card does not show all that the condition reads."""
    shown = [paths.parse(str(item["path"])) for item in review.items]
    if not all(any(path[: len(one)] == one for one in shown) for path in condition.paths):
        return None
    try:
        return condition.evaluate(_scope(review))
    except (MissingValue, ExpressionError):
        return None


def _lower(title: str) -> str:
    return f"{title[:1].lower()}{title[1:]}"


def _to(arguments: JSON) -> str:
    """Whom it goes to, as far as the card shows it."""
    to = arguments.get("to") if isinstance(arguments, dict) else None
    named = ", ".join(str(one) for one in to) if isinstance(to, list) else str(to or "")
    return f" to {visible(named)}" if named else ""


def _shown(template: Object, review: Review) -> Object:
    """The step's arguments as far as they follow from what the card shows."""
    scope = _scope(review)
    found: Object = {}
    for name, value in template.items():
        try:
            found[name] = render(value, scope)
        except MissingValue:
            continue
    return found


def _scope(review: Review) -> Object:
    scope: Object = {}
    for item in review.items:
        scope = _placed(scope, paths.parse(str(item["path"])), item["value"])
    return scope


def _placed(scope: Object, path: paths.Path, value: JSON) -> Object:
    head, rest = str(path[0]), path[1:]
    if not rest:
        return {**scope, head: value}
    inner = scope.get(head)
    return {**scope, head: _placed(inner if isinstance(inner, dict) else {}, rest, value)}


def _stops(file: AgentFile, review: Review) -> str:
    if review.kind == "action":
        return "It is not done. The agent is told why and may go on without it, but not try the same again."
    if review.kind == "question" and review.call_id:
        return (
            "" if is_of_outcome(review.call_id) else "The agent is told why, and goes on without an answer."
        )
    step = file.by_id.get(review.step_id)
    if step and step.on_reject == "continue":
        return "The run goes on, and the steps after this one see that it was rejected."
    return "The run ends here as rejected. Nothing more is done, and who asked is told why."


def _does_again(file: AgentFile, review: Review) -> str:
    if review.kind == "action":
        return (
            "It is not done. The agent is told your note and may propose it anew, which you are then asked."
        )
    names = " and ".join(in_words.name(step) for step in file.done_again(review.step_id))
    return f"The agent does {names} again with your note, and what comes of it is shown here anew."


def following(steps: Sequence[Step], step_id: str) -> Step | None:
    """The step that comes after this one; of the last in a branch, what comes after the branches are joined."""
    for index, step in enumerate(steps):
        after = steps[index + 1] if index + 1 < len(steps) else None
        if step.id == step_id:
            return after
        for branch in step.branches:
            if any(inner.id == step_id for one in branch for inner in one.walk()):
                return following(branch, step_id) or after
    return None
