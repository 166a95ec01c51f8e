"""Answers in the same instant, and answers that come before the run is parked: twenty times, two hundred with --all."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from django_scopes import scopes_disabled

from seconder.runs.models import Effect, Run, StepRun
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK, mail
from seconder.verification.models import Review

TIMES = pytest.mark.parametrize("times", [20, pytest.param(200, marks=pytest.mark.long)])


@contextmanager
def working(stage: Stage) -> Iterator[None]:
    """A worker takes up whatever wakes, again and again, beside what is done meanwhile."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            stage.work()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    stage.work()


def stand(runs: list[Run], stage: Stage) -> Counter[tuple[str, int, int]]:
    """(status, effects, most attempts of a step) of each run."""
    return Counter(
        (
            stage.look(run).status,
            Effect.objects.filter(run_id=run.pk, status="done").count(),
            max(StepRun.objects.filter(run_id=run.pk).values_list("attempts", flat=True)),
        )
        for run in runs
    )


@TIMES
def test_two_gates_answered_in_the_same_instant_continue_the_run_once(stage: Stage, times: int) -> None:
    def gate(name: str) -> dict[str, object]:
        return {"steps": [{**ASK, "id": f"ask-{name}"}, mail(name)]}

    agent = stage.publish({"id": "both", "branches": [gate("a"), gate("b")]}, mail("end"))
    runs = [stage.start(agent) for _ in range(times)]
    stage.work()
    pairs = [stage.reviews(run) for run in runs]
    together = threading.Barrier(2)

    def answer(which: int) -> None:
        for pair in pairs:
            together.wait()
            stage.decide(pair[which], "bob", "approve")
        connections.close_all()

    with working(stage):
        threads = [threading.Thread(target=answer, args=[which]) for which in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = stand(runs, stage)
    print(f"{times} runs, two gates each, answered at once: (status, effects, attempts) {dict(found)}")
    assert found == {("succeeded", 3, 1): times}
    assert len(stage.mails()) == 3 * times


@TIMES
def test_an_answer_that_comes_before_the_run_is_parked_is_kept(stage: Stage, times: int) -> None:
    """Whoever answers looks for reviews without a pause, so that they answer as the worker lets go of the run."""
    agent = stage.publish(ASK, mail("end"))
    runs = [stage.start(agent) for _ in range(times)]
    answered = 0
    with working(stage), scopes_disabled():
        while answered < times:
            for review in Review.objects.filter(status="open"):
                stage.decide(review, "bob", "approve")
                answered += 1
    found = stand(runs, stage)
    print(f"{times} runs, answered as they park: (status, effects, attempts) {dict(found)}")
    assert found == {("succeeded", 1, 1): times}
    assert len(stage.mails()) == times
