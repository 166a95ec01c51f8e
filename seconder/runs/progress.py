"""A run in a worker's hand: its rows in memory, and what has changed since the last commit."""

from __future__ import annotations

import asyncio
import copy
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from seconder.agents.file import AgentFile, Step
from seconder.core.clock import now
from seconder.core.json import JSON, Object
from seconder.events.by import SYSTEM
from seconder.events.recording import Occurrence, prepare
from seconder.runs.models import TERMINAL, Effect, Run, StepRun
from seconder.verification.asking import Asked
from seconder.verification.attempts import follows
from seconder.verification.looking_again import Happened
from seconder.verification.models import Decision, Review

DONE = frozenset({"succeeded", "skipped"})
SUSPECT = 2  # workers lost with a run in hand, from which on a worker takes no two such at once


@dataclass
class Change:
    """What one commit writes of one run. `run` is there when the run's own row changes; `is_released` gives up
    the lease with it."""

    run_id: uuid.UUID
    lease: uuid.UUID
    run: Run | None = None
    is_released: bool = False
    withdraws: bool = False  # the run ends while reviews of it are open
    needless: set[str] = field(
        default_factory=set
    )  # steps of which the other reviews need no decision any more
    clears: bool = False  # workers were lost with the run in hand, and now it has come further
    steps: dict[str, StepRun] = field(default_factory=dict)
    claims: list[Effect] = field(default_factory=list)
    claimed_again: list[Effect] = field(default_factory=list)
    recorded: list[Effect] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)  # of those, what people look at afterwards
    asked: list[Asked] = field(default_factory=list)
    events: list[Occurrence] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (
            self.run
            or self.steps
            or self.claims
            or self.claimed_again
            or self.recorded
            or self.asked
            or self.events
        )

    @property
    def is_progress(self) -> bool:
        """Whether it cannot happen again and again, as what a killed worker did at last does."""
        return bool(self.run or self.steps or self.claims or self.recorded or self.asked)


@dataclass
class Progress:
    run: Run
    file: AgentFile
    version: int
    agent: str
    owner_id: uuid.UUID
    steps: dict[str, StepRun]
    reviews: dict[tuple[str, str], Review]  # (step, call) → the latest
    effects: dict[str, Effect]
    words: dict[uuid.UUID, Decision]  # review → the decision that closed it
    lease: uuid.UUID
    has_allowances: bool = False  # of its agent, when it was taken in hand

    def __post_init__(self) -> None:
        self.taken_at = now()  # by the database's clock, once it is taken in hand
        self.is_suspect = self.run.workers_lost >= SUSPECT
        self.lock = asyncio.Lock()  # one commit of a run at a time: branches share it
        self.asked: set[tuple[str, str, int]] = set()  # step, call, attempt: since the run was taken in hand
        self.followed = {str(before) for review in self.reviews.values() if (before := follows(review))}
        self.change = Change(self.run.pk, self.lease)
        self.heard = asyncio.Event()  # that something was decided since

    @property
    def has_branches(self) -> bool:
        return any(step.branches for step in self.file.by_id.values())

    def hear(self, reviews: Iterable[Review], words: dict[uuid.UUID, Decision]) -> None:
        """Takes in the reviews of this run among these: they are closed."""
        mine = [review for review in reviews if review.run_id == self.run.pk]
        self.reviews.update({(review.step_id, review.call_id): review for review in mine})
        self.words.update({review.pk: words[review.pk] for review in mine if review.pk in words})
        if mine:
            self.heard.set()

    def row(self, step: Step) -> StepRun:
        row = self.steps.get(step.id)
        if row is None:
            row = self.steps[step.id] = StepRun(run=self.run, step_id=step.id, started_at=now())
        return row

    def scope(self) -> Object:
        """What expressions and templates read. A step that was skipped or failed has no output; a review that was
        rejected has, for those that go on from it."""
        outputs: Object = {
            step_id: {"output": row.result}
            for step_id, row in self.steps.items()
            if row.status in ("succeeded", "rejected")
        }
        return {"input": self.run.input, "steps": outputs}

    def touch(self, row: StepRun) -> None:
        self.change.steps[row.step_id] = row

    def ask(self, asked: Asked) -> None:
        """Asks people, with the next commit; once, however often the step comes by here until the run is parked."""
        key = (asked.step_id, asked.call_id, asked.attempt)
        if key not in self.asked:
            self.asked.add(key)
            self.followed |= {str(asked.follows)} if asked.follows else set()
            self.change.asked.append(asked)

    def withdraw(self, step: Step) -> None:
        """What is still asked in this step needs no decision any more, though the run may go on."""
        self.change.needless.add(step.id)
        for (step_id, _), review in self.reviews.items():
            if step_id == step.id and review.status == "open":
                review.status = "withdrawn"

    def note(self, event: str, **facts: JSON) -> None:
        self.change.events.append(prepare(event, self.run, SYSTEM, self.run.pk, **facts))

    def settle(self, row: StepRun, status: str, output: JSON = None, **facts: JSON) -> None:
        """The step has come to an end of this attempt."""
        row.status, row.finished_at, row.retry_at = status, now(), None
        if output is not None:
            row.output = output
        self.touch(row)
        self.note(f"step.{status}", step=row.step_id, **facts)

    def end(self, status: str, *, output: JSON = None, error: Object | None = None) -> None:
        if status not in TERMINAL:
            raise ValueError(status)
        run = self.run
        run.status, run.output, run.error, run.finished_at, run.next_at = status, output, error, now(), None
        self.change.run, self.change.is_released = run, True
        self.change.asked.clear()
        self.change.withdraws = bool(self.asked) or any(
            review.status == "open" for review in self.reviews.values()
        )
        self.note(f"run.{status}", **({"step": error["step"]} if error else {}))

    def park(self, until: datetime | None) -> None:
        """Nothing can go on before a person decides or `until` comes."""
        self.run.status, self.run.next_at = "waiting", until
        self.change.run, self.change.is_released = self.run, True

    def forget(self) -> None:
        """Drops what is not committed yet, all but what is known of effects: those have happened or not, whatever
        becomes of the run."""
        kept = self.change
        self.change = Change(self.run.pk, self.lease, recorded=kept.recorded, happened=kept.happened)

    def take_change(self) -> Change:
        """What to commit now; what is changed from here on belongs to the next commit."""
        taken, self.change = self.change, Change(self.run.pk, self.lease)
        taken.steps = {key: copy.copy(row) for key, row in taken.steps.items()}
        taken.run = taken.run and copy.copy(taken.run)
        taken.recorded = [copy.copy(effect) for effect in taken.recorded]
        if self.run.workers_lost and taken.is_progress:
            taken.clears, self.run.workers_lost = True, 0
        return taken
