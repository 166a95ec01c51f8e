"""A run that takes its workers with it is not taken up for ever. The workers here are processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection
from django_scopes import scope, scopes_disabled

from seconder.agents import tools
from seconder.cli.tests.installation import ROOT
from seconder.core.clock import now
from seconder.runs.claiming import claim, release
from seconder.runs.effects import NOT_HAPPENED
from seconder.runs.failing import WORKERS
from seconder.runs.ledger import commit
from seconder.runs.models import Run
from seconder.runs.progress import SUSPECT
from seconder.runs.tests import mortal_worker
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK, mail

LIGHT = {"id": "light", "tool": mortal_worker.NAME, "with": {}}


@pytest.fixture
def powder() -> Iterator[Callable[[str], None]]:
    """Puts the tool on the shelf here too, so that agents with it can be published."""
    yield mortal_worker.offer
    tools.withdraw(mortal_worker.NAME)


def lose_a_worker(run: Run, kind: str = "read") -> None:
    """A worker takes up what is due, and is killed at it; then its lease runs out."""
    database = str(connection.settings_dict["NAME"])
    worker = [sys.executable, "-P", "-m", "seconder.runs.tests.mortal_worker", database, kind]
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "seconder.settings",
        "PYTHONPATH": str(ROOT),
        "SECONDER_EMAIL_URL": settings.EMAIL_URL,
    }
    assert subprocess.run(worker, env=environ, check=False, timeout=60).returncode == -signal.SIGKILL
    its_lease_runs_out(run)


def its_lease_runs_out(*runs: Run) -> None:
    with scopes_disabled():
        Run.objects.filter(pk__in=[run.pk for run in runs]).update(next_at=now())


def lost(run: Run, count: int) -> None:
    """As if this many workers had been lost with it in hand."""
    with scopes_disabled():
        Run.objects.filter(pk=run.pk).update(workers_lost=count)


def test_a_run_that_kills_its_workers_fails_and_says_at_which_step(
    stage: Stage, powder: Callable[[str], None]
) -> None:
    powder("read")
    run = stage.start(stage.publish(mail("before"), LIGHT, mail("after")))
    for _ in range(WORKERS):
        lose_a_worker(run)
    stage.work()
    ended = stage.look(run)
    assert ended.status == "failed"
    assert isinstance(ended.error, dict)
    assert (ended.error["type"], ended.error["step"]) == ("workers-lost", "light")
    assert "5 workers in a row" in str(ended.error["message"])
    assert "retry the run" in str(ended.error["message"])
    assert stage.steps(run) == {"before": "succeeded", "light": "failed"}
    assert len(stage.mails()) == 1
    with scope(organization=run.organization_id):
        again = ended.retry(stage.cast.actor("dana"))
    assert stage.look(again).workers_lost == 0
    assert stage.steps(again) == {"before": "succeeded"}


def test_an_effect_at_which_the_worker_was_killed_is_asked_about_each_time(
    stage: Stage, powder: Callable[[str], None]
) -> None:
    powder("effect")
    run = stage.start(stage.publish(LIGHT, reviewers={"people": ["bob@example.com"]}))
    lost(run, WORKERS - 1)
    for attempt in (1, 2):
        lose_a_worker(run, "effect")
        stage.work()
        assert stage.look(run).status == "waiting"
        question = stage.reviews(run)[-1]
        assert (question.kind, question.attempt) == ("question", attempt)
        stage.decide(question, "bob", "answer", answer=NOT_HAPPENED)


def test_what_comes_further_begins_to_count_anew(stage: Stage) -> None:
    run = stage.start(stage.publish(mail(), ASK))
    lost(run, WORKERS - 1)
    [[progress], _] = claim(1)
    progress.settle(progress.row(progress.file.steps[0]), "succeeded")
    assert commit([progress.take_change()]) == [True]
    assert stage.look(run).workers_lost == 0


def test_claiming_an_effect_once_more_is_not_coming_further(stage: Stage) -> None:
    run = stage.start(stage.publish(mail()))
    lost(run, WORKERS - 1)
    [[progress], _] = claim(1)
    progress.note("effect.claimed", step="tell")
    assert commit([progress.take_change()]) == [True]
    assert stage.look(run).workers_lost == WORKERS - 1


def test_a_worker_that_is_told_to_stop_is_not_lost(stage: Stage) -> None:
    run = stage.start(stage.publish(mail()))
    for _ in range(3):
        [[progress], _] = claim(1)
        assert progress.run.workers_lost == 0
        release({run.pk: progress.lease})


def test_a_run_that_cannot_be_read_loses_no_worker(stage: Stage) -> None:
    run = stage.start(stage.publish(mail()))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE runs_run SET input = input || '\\x00' WHERE id = %s", [run.pk])
    for _ in range(3):
        its_lease_runs_out(run)
        assert claim(1)[0] == []
    with scopes_disabled():
        assert Run.objects.filter(pk=run.pk).values_list("workers_lost", flat=True).get() == 0


def test_those_with_which_workers_were_lost_are_taken_one_at_a_time(stage: Stage) -> None:
    """So that one which kills its worker does not take the others with it."""
    agent = stage.publish(mail())
    runs = [stage.start(agent) for _ in range(4)]
    for run in runs[:3]:
        lost(run, SUSPECT)
    its_lease_runs_out(*runs)
    taken, seconds = claim(10)
    assert {progress.run.pk for progress in taken} == {runs[0].pk, runs[3].pk}
    assert seconds == 0.0
    others, seconds = claim(10, suspect=False)
    assert others == []
    assert seconds is not None
    assert seconds > 0
    stage.work()
    assert [stage.look(run).status for run in runs[1:3]] == ["succeeded", "succeeded"]


def test_of_branches_the_one_that_waits_is_not_blamed(stage: Stage, powder: Callable[[str], None]) -> None:
    powder("read")
    both = {"id": "both", "branches": [{"steps": [ASK]}, {"steps": [mail("go"), LIGHT]}]}
    run = stage.start(stage.publish(both))
    lose_a_worker(run)
    lost(run, WORKERS)
    with scopes_disabled():
        Run.objects.filter(pk=run.pk).update(lease=uuid.uuid4())
    stage.work()
    assert stage.look(run).status == "failed"
    assert stage.steps(run)["light"] == "failed"
    assert stage.steps(run)["ask"] == "waiting"
    assert stage.review(run).status == "withdrawn"
