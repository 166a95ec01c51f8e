"""A run that cannot be read, advanced or written is a fault of its own: the others beside it do not notice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django_scopes import scopes_disabled

from seconder.core.clock import now
from seconder.core.json import JSON
from seconder.runs.claiming import claim
from seconder.runs.failing import is_due
from seconder.runs.hearing import closed
from seconder.runs.ledger import commit_or_why
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import ASK, mail
from seconder.runs.waking import wake_run


def test_a_change_that_cannot_be_written_fails_alone(stage: Stage) -> None:
    agent = stage.publish(ASK)
    runs = [stage.start(agent) for _ in range(3)]
    progresses, _ = claim(10)
    for progress in progresses:
        row = progress.row(progress.file.steps[0])
        row.notes = {"model": "a\x00b"} if progress.run.pk == runs[1].pk else {}
        progress.touch(row)
        progress.end("succeeded")
    ends = commit_or_why([progress.take_change() for progress in progresses])
    assert [isinstance(end, Exception) for end in ends] == [False, True, False]
    assert [stage.look(run).status for run in runs] == ["succeeded", "running", "succeeded"]


@pytest.mark.parametrize("harm", ["sealed", "version"])
def test_a_run_that_cannot_be_read_holds_up_no_other(stage: Stage, harm: str) -> None:
    agent = stage.publish(mail())
    runs = [stage.start(agent) for _ in range(3)]
    with connection.cursor() as cursor:
        if harm == "sealed":
            cursor.execute("UPDATE runs_run SET input = input || '\\x00' WHERE id = %s", [runs[1].pk])
        else:
            cursor.execute("ALTER TABLE agents_agentversion DISABLE TRIGGER USER")
            cursor.execute(
                "INSERT INTO agents_agentversion (id, agent_id, number, file, digest, author_id, created_at) "
                "SELECT %s, agent_id, 2, '{}', 'x', author_id, created_at FROM agents_agentversion",
                [agent.owner_id],
            )
            cursor.execute("ALTER TABLE agents_agentversion ENABLE TRIGGER USER")
            cursor.execute("UPDATE runs_run SET version_id = %s WHERE id = %s", [agent.owner_id, runs[1].pk])
    stage.work()
    statuses = statuses_of(runs)
    assert [statuses[0], statuses[2]] == ["succeeded", "succeeded"]
    assert len(stage.mails()) == 2


def test_a_review_that_cannot_be_read_keeps_no_other_decision_from_being_heard(stage: Stage) -> None:
    both = {"id": "both", "branches": [{"steps": [ASK]}, {"steps": [{**ASK, "id": "other"}]}]}
    runs = [stage.start(stage.publish(both)) for _ in range(2)]
    stage.work()
    for run in runs:
        wake_run(str(run.pk))
    progresses, _ = claim(10)
    for run in runs:
        stage.decide(stage.reviews(run)[0], "bob", "approve")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE verification_review SET card = card || '\\x00' WHERE run_id = %s", [runs[0].pk]
        )
    reviews, words = closed(progresses)
    assert [review.run_id for review in reviews] == [runs[1].pk]
    assert list(words) == [reviews[0].pk]


def statuses_of(runs: list[Run]) -> list[JSON]:
    with scopes_disabled():
        found = dict(Run.objects.filter(pk__in=[run.pk for run in runs]).values_list("pk", "status"))
    return [found[run.pk] for run in runs]


def test_a_worker_whose_clock_is_behind_does_not_park_again_what_is_due(stage: Stage) -> None:
    run = stage.start(stage.publish(mail()))
    [[progress], _] = claim(1)
    row = progress.row(progress.file.steps[0])
    row.retry_at = progress.taken_at = now() + timedelta(seconds=30)
    assert is_due(progress, row)
    assert run.pk == progress.run.pk
