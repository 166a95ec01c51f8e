"""Two hands on one run at the same moment."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django_scopes import scope, scopes_disabled

from seconder.core.clock import now
from seconder.core.refusals import NotFound
from seconder.runs.asking import of_run
from seconder.runs.claiming import claim
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK
from seconder.verification.asking import Asked
from seconder.verification.models import Review
from seconder.verification.opening import open_reviews
from seconder.verification.timers import fire_timers


def test_a_review_that_opens_while_the_run_is_cancelled_does_not_stay_open(stage: Stage) -> None:
    """The worker's commit opens the review and holds the run; the one who cancels has looked for reviews before."""
    run = stage.start(stage.publish(ASK))
    [[progress], _] = claim(1)
    of = of_run(progress, progress.file.steps[0])

    def cancel() -> None:
        with scope(organization=run.organization_id):
            stage.look(run).cancel(stage.cast.actor("dana"))
        connections.close_all()

    thread = threading.Thread(target=cancel)
    with transaction.atomic(), scopes_disabled():
        Run.objects.select_for_update().get(pk=run.pk)
        thread.start()
        waits_for_a_lock()
        open_reviews([Asked(**of, kind="review", question="?", people=["bob@example.com"])])
    thread.join()
    assert stage.look(run).status == "canceled"
    assert [review.status for review in stage.reviews(run)] == ["withdrawn"]


def waits_for_a_lock() -> None:
    """Returns when somebody waits for a lock that this connection holds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_the_outcomes_of_due_times_and_a_workers_commit_do_not_block_each_other(stage: Stage) -> None:
    """Due times wake many runs in one transaction, a worker's commit locks many: both in the order of ids."""
    agent = stage.publish(ASK)
    runs = sorted((stage.start(agent) for _ in range(2)), key=lambda run: run.pk)
    stage.work()
    with scopes_disabled():
        for late, run in enumerate(reversed(runs)):
            past = now() - timedelta(hours=1) + timedelta(minutes=late)
            Review.objects.filter(run_id=run.pk).update(due_at=past, next_at=past)

    def fire() -> None:
        fire_timers()
        connections.close_all()

    thread = threading.Thread(target=fire)
    with transaction.atomic(), scopes_disabled():
        Run.objects.select_for_update().get(pk=runs[0].pk)
        thread.start()
        waits_for_a_lock()
        Run.objects.select_for_update().get(pk=runs[1].pk)
    thread.join()
    assert [stage.review(run).status for run in runs] == ["expired", "expired"]


def test_who_acts_in_another_organization_starts_and_cancels_nothing_here(stage: Stage) -> None:
    agent = stage.publish(ASK)
    run = stage.run(agent)
    charlie = stage.cast.actor("charlie")
    with scope(organization=run.organization_id):
        for act in (
            lambda: Run.start(agent, charlie, {}),
            lambda: run.cancel(charlie),
            lambda: run.fork(charlie, "ask"),
        ):
            with pytest.raises(NotFound):
                act()
