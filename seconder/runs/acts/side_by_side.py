"""The reviews of one step: as many as the file's routing chooses, and how the step ends by them.

All must say yes before the step goes on. A no, or changes that are asked for, end it at once; what the others were
asked is needed no more. Where several are asked nobody edits, so that each decides on the same values.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from seconder.agents.file import Step
from seconder.agents.file.people import People
from seconder.agents.file.routing import Choice
from seconder.agents.file.steps import ReviewSpec
from seconder.runs.progress import Progress
from seconder.verification.models import Review

ASKED_BEFORE = "the default reviewers asked for changes"
_ROUTE = "route "  # begins the id under which the review of a route is known beside the others


@dataclass(frozen=True)
class To:
    """One review to open. `as_before`: those are asked who were asked at the attempt before."""

    choice: Choice
    answers: tuple[str, ...]
    follows: uuid.UUID | None
    as_before: bool = False

    @property
    def call_id(self) -> str:
        return f"{_ROUTE}{self.choice.route}" if self.choice.route else ""


def latest(progress: Progress, step: Step) -> list[Review]:
    """Of the attempt at which the step is."""
    every = [review for (step_id, _), review in progress.reviews.items() if step_id == step.id]
    last = max((review.attempt for review in every), default=0)
    return [review for review in every if review.attempt == last]


def is_asked(progress: Progress, step: Step, attempt: int) -> bool:
    return any(step_id == step.id and number == attempt for step_id, _, number in progress.asked)


def waits(progress: Progress, step: Step, reviews: list[Review]) -> bool:
    """Whether one of them is open: also one that was asked since the run was taken in hand, of which only the end is
    heard."""
    heard = {(step.id, review.call_id, review.attempt) for review in reviews}
    unheard = {key for key in progress.asked - heard if key[0] == step.id and key[2] == reviews[0].attempt}
    return bool(unheard) or any(review.status == "open" for review in reviews)


def deciding(reviews: list[Review], *, is_waiting: bool) -> Review | None:
    """The one by which the step ends; None while it waits."""
    against = [review for review in reviews if review.status != "open" and not _is_yes(review)]
    if against:
        return min(against, key=_order)
    if is_waiting:
        return None
    # A yes that a person gave before one that time gave.
    return max(reviews, key=lambda review: (review.outcome is not None, review.closed_at))


def asking_for_changes(reviews: list[Review]) -> list[Review]:
    return [review for review in reviews if review.outcome == "changes_requested"]


def asked(progress: Progress, spec: ReviewSpec, before: list[Review]) -> Iterator[To]:
    """The reviews to open. Whoever asked for changes at the attempt before looks at what came of them, also where its
    values lead to others now: a model shall not choose its reviewer anew."""
    again = asking_for_changes(before)
    chosen = {choice.route: choice for choice in spec.choose(progress.scope())}
    for review in again if spec.routing else ():
        route = int(review.call_id.removeprefix(_ROUTE) or 0)
        if spec.routing and route:
            chosen.setdefault(route, spec.routing.at(route))
        else:
            chosen.setdefault(0, Choice(People(), because=ASKED_BEFORE))
    as_before = bool(again and spec.routing and spec.routing.expression)
    answers = tuple(answer for answer in spec.answers if len(chosen) == 1 or answer != "edit")
    follows = again[0].pk if again else None
    return (To(choice, answers, follows, as_before) for _, choice in sorted(chosen.items()))


def _is_yes(review: Review) -> bool:
    return review.outcome in ("approved", "answered") or (
        review.status == "expired" and review.on_timeout == "continue"
    )


def _order(review: Review) -> int:
    """A no before a time that is over, and both before changes."""
    return {"rejected": 0, "changes_requested": 2}.get(str(review.outcome), 1)
