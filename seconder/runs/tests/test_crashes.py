"""Workers that die before or after any of their commits, again and again, while a person decides early or late: what
was rejected never happened, and what was approved happened once.

A worker here is an event loop with a ledger of its own, whose writing thread is cut off at one commit. All that it had
in memory goes with it, as with a process that is killed; the rows are all that the next one finds.
`bin/test --all -k any_order_of_crashes -rP` prints what came up in the long one.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seconder.agents.models import Agent
from seconder.agents.tests.scripted_model import Reply, ScriptedModel, calls, gives
from seconder.core.purposes import purpose
from seconder.runs.advancing import advance
from seconder.runs.claiming import claim
from seconder.runs.ledger import Ledger
from seconder.runs.models import TERMINAL, Run
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK, mail
from seconder.runs.tests.test_lost_workers import its_lease_runs_out
from seconder.verification.models import Review

DONE = {"type": "object", "required": ["done"], "properties": {"done": {"type": "boolean"}}}
MAIL = {"to": "vendor@example.org", "subject": "Order", "body": "Please send ten."}


class Death(NamedTuple):
    """At which of its commits a worker dies, and whether that one is written."""

    commit: int
    is_written: bool


class Cut(Executor):
    """One thread for what a worker does with the database, cut off at a commit: it hears no more of that one, nor of
    anything else."""

    def __init__(self, death: Death | None) -> None:
        self.thread, self._death, self._commits = ThreadPoolExecutor(1), death, 0
        self._unheard: list[Future[Any]] = []  # Any: as Executor
        self.is_dead = asyncio.Event()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # Any: as above
        self._commits += 1
        if not self.is_dead.is_set() and (self._death is None or self._commits != self._death.commit):
            return self.thread.submit(fn, *args, **kwargs)
        if not self.is_dead.is_set() and self._death and self._death.is_written:
            self.thread.submit(fn, *args, **kwargs).result()
        self.is_dead.set()
        self._unheard.append(Future())
        return self._unheard[-1]


async def live(death: Death | None) -> bool:
    """A worker that takes what is due and goes on with it; whether it lived to see the end of that."""
    cut, loop = Cut(death), asyncio.get_running_loop()
    while not cut.is_dead.is_set():
        progresses, _ = await loop.run_in_executor(cut.thread, claim, 1)
        if not progresses:
            break
        driving = asyncio.create_task(advance(progresses[0], Ledger(cut)))
        dying = asyncio.create_task(cut.is_dead.wait())
        await asyncio.wait([driving, dying], return_when=asyncio.FIRST_COMPLETED)
        if driving.done():
            driving.result()
        driving.cancel()
        dying.cancel()
        await asyncio.gather(driving, dying, return_exceptions=True)
    await loop.run_in_executor(cut.thread, connections.close_all)
    cut.thread.shutdown()
    return not cut.is_dead.is_set()


class Story:
    """One run, the deaths of its workers one after the other, and the moment at which a person answers: as soon as the
    review is there, or after so many more deaths."""

    def __init__(self, stage: Stage, agent: Agent, verdict: str, patience: int) -> None:
        self.stage, self.verdict, self.patience = stage, verdict, patience
        self.run, self.died = stage.start(agent), 0

    def tell(self, deaths: list[Death]) -> str:
        for death in deaths:
            if not self._live(death):
                self.died += 1
                self._answer()  # while the lease of the dead one still stands
                its_lease_runs_out(self.run)
            self._answer()
            self.patience -= 1
        self.patience = 0
        while (status := self.stage.look(self.run).status) not in TERMINAL:
            self._live(None)
            self._answer()
        return status

    def _live(self, death: Death | None) -> bool:
        with purpose("service.runs"):
            return asyncio.run(live(death))

    def _answer(self) -> None:
        for review in self.stage.reviews(self.run):
            if review.status == "open" and self.patience <= 0:
                self.stage.decide(review, "bob", self.verdict)


def stubborn(request: dict[str, Any]) -> Reply:  # Any: JSON
    """A model that proposes the same once more whatever it was told, and then gives up. What it says follows from what
    it is asked, so that it knows nothing of crashes."""
    told = sum(message["role"] == "tool" for message in request["messages"])
    return gives(done=True) if told >= 2 else calls(("email_send", MAIL), ids=[f"call-{told}"])


def action(stage: Stage, model: ScriptedModel) -> Agent:
    model.says(stubborn)
    step = {"id": "act", "prompt": "Order ten.", "output": DONE}
    policy = [{"tool": "email.send", "decide": "ask"}]
    return stage.publish(step, tools=["email.send"], policy=policy, reviewers={"people": ["bob@example.com"]})


def gate(stage: Stage, _: ScriptedModel) -> Agent:
    return stage.publish(ASK, mail())


def judge(stage: Stage, run: Run, verdict: str, kind: str) -> None:
    decided: list[Review] = [review for review in stage.reviews(run) if review.status == "decided"]
    approved = sum(review.outcome == "approved" for review in decided)
    assert decided, "the person was asked, and heard"
    assert len(stage.mails()) == len(stage.effects(run)) == approved
    if verdict == "reject":
        assert approved == 0
        assert len(decided) == 1, "nobody is asked the same once more"
    assert stage.look(run).status == ("rejected" if (verdict, kind) == ("reject", "gate") else "succeeded")


KINDS = {"action": action, "gate": gate}
LIVES = Death(99, is_written=True)
# No worker here makes more than four commits.
deaths = st.lists(st.builds(Death, st.integers(1, 4), st.booleans()), min_size=1, max_size=4)


def told(
    stage: Stage, agent: Agent, kind: str, verdict: str, dies: list[Death], patience: int
) -> tuple[int, str]:
    """How many workers died, and how the run ended."""
    for sent in stage.outbox.glob("*"):
        sent.unlink()
    story = Story(stage, agent, verdict, patience)
    ended = story.tell(dies)
    judge(stage, story.run, verdict, kind)
    return story.died, ended


@pytest.mark.parametrize("kind", ["action", "gate"])
def test_wherever_its_worker_dies_what_was_rejected_never_happens(
    stage: Stage, model: ScriptedModel, kind: str
) -> None:
    """Before and after each commit until the answer, and from the answer on."""
    agent = KINDS[kind](stage, model)
    assert told(stage, agent, kind, "approve", [LIVES, Death(2, is_written=True)], 0)[1] == "succeeded"
    died = 0
    for commit in (1, 2):
        for is_written in (False, True):
            for before in ([], [LIVES]):
                died += told(stage, agent, kind, "reject", [*before, Death(commit, is_written)], 0)[0]
    assert died >= 4


@pytest.mark.long
@pytest.mark.parametrize("kind", ["action", "gate"])
def test_in_any_order_of_crashes_and_resumes_what_was_rejected_never_happens(
    stage: Stage, model: ScriptedModel, kind: str
) -> None:
    agent = KINDS[kind](stage, model)
    came: Counter[tuple[str, int, str]] = Counter()

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(deaths, st.sampled_from(["reject", "approve"]), st.integers(0, 2))
    def tell(dies: list[Death], verdict: str, patience: int) -> None:
        came[verdict, *told(stage, agent, kind, verdict, dies, patience)] += 1

    tell()
    print(f"{kind:7} {'answer':8} deaths ended      stories")
    for (verdict, died, ended), times in sorted(came.items()):
        print(f"{'':7} {verdict:8} {died:6} {ended:10} {times}")
