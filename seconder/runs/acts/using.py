"""The tools that a model wants to use: under the policy, with an approval where one is needed."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from seconder.agents import tools
from seconder.agents.file import Step
from seconder.core.json import Object, digest
from seconder.runs import adding_up
from seconder.runs.acts import questions
from seconder.runs.acts.aside import aside
from seconder.runs.acts.policy import judged
from seconder.runs.acts.tool import checked
from seconder.runs.asking import of_run
from seconder.runs.effects import Act, Unasked, Waits, perform
from seconder.runs.failing import StepFailed
from seconder.runs.ledger import Ledger
from seconder.runs.progress import Progress
from seconder.runs.tallies import Sums, key_of
from seconder.verification.allowing import let_through
from seconder.verification.asking import Asked
from seconder.verification.models import Review

if TYPE_CHECKING:
    from seconder.agents.talk import Call, Talk

_CHANGES = (
    "A person asks for changes before this may be done; it was not done. The note says what to change. Propose it "
    "anew with the changes, or do without it."
)
CALLS = 20  # tool calls of one reply, so that people are not asked hundreds of questions at once


async def use_tools(progress: Progress, ledger: Ledger, step: Step, talk: Talk, calls: list[Call]) -> bool:
    """Whether every call has its answer now. One that waits for a person holds up the reply, not the others."""
    for call in calls[CALLS:]:
        talk.answer(
            call, {"error": f"At most {CALLS} calls at once. Ask again for the others, if still needed."}
        )
    answered = [await _use(progress, ledger, step, talk, call) for call in calls[:CALLS]]
    return all(answered)


async def _use(progress: Progress, ledger: Ledger, step: Step, talk: Talk, call: Call) -> bool:
    tool = tools.find(call.tool) if call.tool in progress.file.tools else None
    if tool is None:
        talk.answer(call, {"error": f"There is no tool {call.tool[:100]}."})
        return True
    asked = call.given.value
    if asked is None:
        talk.answer(call, {"error": call.given.fault})
        return True
    try:
        asked = await aside(talk.is_large, checked, tool, asked)
    except StepFailed as failure:
        talk.answer(call, {"error": failure.detail})
        return True
    review = progress.reviews.get((step.id, call.id))
    if review and review.status == "open":
        return False
    if tool.asks:
        return questions.use(progress, step, talk, call, tool, asked, review)
    if review and review.outcome != "approved":
        talk.answer(call, _refused(progress, review))
        return True
    arguments = _approved(progress, tool, asked, review) if review else asked
    key = key_of(progress.run.pk, step.id, call.id)
    act = Act(step, tool, arguments, key, call.id, review.pk if review else None, _unasked(progress, review))
    before = None if review else _to_follow(progress, step, tool)
    is_looked_at = not review and bool(before or _was_done(progress, act))
    said = "" if review else _said_before(progress, tool, arguments)
    policy, sums = await judged(
        progress, ledger, act, is_large=talk.is_large, may_happen=not (is_looked_at or said)
    )
    ruled = _ruling(progress, said, review, policy)
    if ruled == "ask" or (ruled == "allow" and is_looked_at):
        wanted = _request(progress, act, before, sums)
        if not (is_looked_at or sums) and await _let_through(progress, ledger, wanted):
            return await _use(progress, ledger, step, talk, call)
        progress.ask(wanted)
        return False
    if ruled != "allow":
        talk.answer(call, {"refused": ruled})
        return True
    return await _perform(progress, ledger, talk, call, act)


def _unasked(progress: Progress, review: Review | None) -> Unasked | None:
    """Of what no person was asked for: by which allowance, if by one; None where a person decided."""
    if review is None:
        return Unasked()
    decision = progress.words.get(review.pk)
    return Unasked(decision.allowance_id, decision.person_id) if decision and decision.allowance_id else None


def _was_done(progress: Progress, act: Act) -> bool:
    """Whether this step did exactly this by another call: the policy lets it happen, and a person looks before it
    happens again, as when a step is done once more for its reviewer."""
    return not act.tool.is_repeatable(act.arguments) and any(
        effect.content_digest == act.content_digest and effect.step_id == act.step.id and key != act.key
        for key, effect in progress.effects.items()
        if effect.status == "done"
    )


def _refused(progress: Progress, review: Review) -> Object:
    """What the model is told of an action that was not approved, in a fixed form."""
    if review.outcome == "changes_requested":
        return {"changes_requested": _CHANGES, "note": progress.words[review.pk].note}
    return {"refused": f"A person said no to this. {_note(progress, review)}Do not try the same again."}


def _to_follow(progress: Progress, step: Step, tool: tools.Tool) -> Review | None:
    """The action for which changes were asked, and which this one takes the place of: a person looks at it, also
    where the policy would let it pass."""
    for (step_id, _), review in sorted(progress.reviews.items(), key=lambda one: one[1].pk):
        card: Any = review.card  # Any: an encrypted column holds any JSON
        if (
            step_id == step.id
            and review.outcome == "changes_requested"
            and str(review.pk) not in progress.followed
            and isinstance(card, dict)
            and card["content"].get("tool") == tool.name
        ):
            return review
    return None


def _approved(progress: Progress, tool: tools.Tool, asked: Object, review: Review) -> Object:
    """The arguments as they were approved. Raises StepFailed where the approval is not of this very call, or the
    tool is not any more what it was then."""
    card: Any = review.card  # Any: an encrypted column holds any JSON
    if not review.is_intact or card["content"] != _binding(progress, tool, asked):
        raise StepFailed("review-changed", "What was approved is not what would be done now.")
    approved: Any = review.items[0]["value"]  # Any: as above
    return checked(tool, approved)


def _ruling(progress: Progress, said: str, review: Review | None, policy: str) -> str:
    """allow, ask, or the reason to refuse, which the model is told. The policy's no stands above an approval,
    which may be of other arguments than the policy saw."""
    if policy == "deny":
        return "The agent's policy does not allow this."
    if review:
        return "allow"
    return said or ("allow" if progress.run.is_rehearsal else policy)


def _said_before(progress: Progress, tool: tools.Tool, arguments: Object) -> str:
    """What a person made of exactly this call earlier in the run, where it was not a yes."""
    asked = _binding(progress, tool, arguments)
    for review in progress.reviews.values():
        card: Any = review.card  # Any: as above
        if review.kind != "action" or not review.outcome or not isinstance(card, dict):
            continue
        if card["content"] == asked:
            if review.outcome == "rejected":
                return "A person already said no to exactly this in this run."
            if review.outcome == "changes_requested":
                return "A person asked for changes to exactly this in this run. Make them, or do without it."
            if digest(review.items[0]["value"]) != asked["asked"]:
                return "A person already changed exactly this in this run, and it stands as they made it."
    return ""


def _binding(progress: Progress, tool: tools.Tool, asked: Object) -> Object:
    """What an approval holds for, beside the arguments that are shown: an edit changes those, and not this."""
    return {
        "tool": tool.name,
        "schema": tool.fingerprint,
        "version": progress.version,
        "agent": progress.agent,
        "asked": digest(asked),
        **({"adds_up": True} if progress.file.sums(tool.name) else {}),
    }


def _items(tool: tools.Tool, arguments: Object, sums: Sums) -> list[Object]:
    return [
        {
            "path": "args",
            "label": tool.title,
            "value": arguments,
            "made_by": "model",
            "lines": [*tool.describe(arguments), *adding_up.lines(sums)],
        }
    ]


async def _let_through(progress: Progress, ledger: Ledger, wanted: Asked) -> bool:
    """Whether somebody allowed the like for a while, and so approved this too."""
    if not progress.has_allowances:
        return False
    decision = await ledger.beside(functools.partial(let_through, wanted))
    if decision is None:
        return False
    progress.reviews[wanted.step_id, wanted.call_id] = decision.review
    progress.words[decision.review.pk] = decision
    return True


def _request(progress: Progress, act: Act, before: Review | None, sums: Sums) -> Asked:
    tool, arguments = act.tool, act.arguments
    again = " once more" if _was_done(progress, act) else ""
    return Asked(
        **of_run(progress, act.step),
        kind="action",
        call_id=act.call_id,
        attempt=before.attempt + 1 if before else 1,
        follows=before.pk if before else None,
        answers=["approve", "edit", "reject", "request_changes"],
        question=f"May the agent do this{again}: {tool.title}?",
        items=_items(tool, arguments, sums),
        schemas={"args": tool.arguments},
        content=_binding(progress, tool, arguments),
        people=list(progress.file.reviewers.people),
        teams=list(progress.file.reviewers.teams),
    )


def _note(progress: Progress, review: Review) -> str:
    decision = progress.words.get(review.pk)
    return f"The reason: {decision.note} " if decision and decision.note else ""


async def _perform(progress: Progress, ledger: Ledger, talk: Talk, call: Call, act: Act) -> bool:
    try:
        result = await perform(progress, ledger, act)
    except Waits:
        return False
    except StepFailed as failure:
        talk.answer(call, {"error": failure.detail})
        return True
    told: Object = {"result": result}
    if act.arguments != act.tool.whole(call.given.value or {}):
        told["edited"] = "A person approved this with other values."
        told["arguments"] = act.arguments
    talk.answer(call, told)
    return True
