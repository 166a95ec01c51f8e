"""A model asks a person: the question waits, and the model goes on with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seconder.agents.file import Step
from seconder.agents.tools import Tool
from seconder.core.json import JSON, Object
from seconder.runs.acts.policy import ruling
from seconder.runs.asking import of_run
from seconder.runs.effects import is_of_outcome
from seconder.runs.failing import StepFailed
from seconder.runs.progress import Progress
from seconder.verification.asking import Asked
from seconder.verification.models import Review

if TYPE_CHECKING:
    from seconder.agents.talk import Call, Talk

QUESTIONS = 10  # of one step: a model that asks on and on is told to go on without
_TOO_MANY = (
    f"You asked people {QUESTIONS} times in this step. Go on with what you know, and say what is missing."
)
_REHEARSAL = "This is a rehearsal, in which nobody is asked. Go on as if nobody had answered."
_LATE = "Nobody answered in time. Go on without, and say what is missing."


def use(
    progress: Progress, step: Step, talk: Talk, call: Call, tool: Tool, asked: Object, review: Review | None
) -> bool:
    """Whether the call has its answer now."""
    if review:
        talk.answer(call, _answered(progress, review))
    elif progress.run.is_rehearsal:
        talk.answer(call, {"refused": _REHEARSAL})
    elif ruling(progress.file, tool, asked) == "deny":
        talk.answer(call, {"refused": "The agent's policy does not allow this."})
    elif len(_asked(progress, step)) >= QUESTIONS:
        talk.answer(call, {"refused": _TOO_MANY})
    else:
        _ask(progress, step, call, tool, asked)
        return False
    return True


def _answered(progress: Progress, review: Review) -> Object:
    said = progress.words.get(review.pk)
    if review.outcome == "answered" and said:
        if not review.is_intact:
            raise StepFailed("review-changed", "What is stored of the question is not what was answered.")
        answer: JSON = said.answer
        return {"answer": answer, **({"note": said.note} if said.note else {})}
    if review.outcome == "rejected" and said:
        return {"refused": f"A person did not answer. The reason: {said.note}"}
    return {"refused": _LATE}


def _asked(progress: Progress, step: Step) -> set[str]:
    """The calls of this step that ask, those of this moment among them."""
    before = {key for key, review in progress.reviews.items() if review.kind == "question"}
    keys = before | {(one.step_id, one.call_id) for one in progress.change.asked if one.kind == "question"}
    return {call for name, call in keys if name == step.id and not is_of_outcome(call)}


def _ask(progress: Progress, step: Step, call: Call, tool: Tool, asked: Object) -> None:
    progress.ask(
        Asked(
            **of_run(progress, step),
            kind="question",
            call_id=call.id,
            question="The agent asks you something. Please answer.",
            items=[
                {
                    "path": "args",
                    "label": tool.title,
                    "value": asked,
                    "made_by": "model",
                    "lines": list[JSON](tool.describe(asked)),
                }
            ],
            content={"tool": tool.name, "schema": tool.fingerprint, "version": progress.version},
            people=list(progress.file.reviewers.people),
            teams=list(progress.file.reviewers.teams),
            forbid=[],
            answers=["answer", "reject"],
            answer=tool.asks(asked) if tool.asks else {},
        )
    )
