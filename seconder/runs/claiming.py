"""Taking runs in hand: due ones, in batches, each under a lease that ends by itself when the worker dies."""

from __future__ import annotations

import uuid
from datetime import datetime

import structlog
from django.db import DatabaseError, close_old_connections, connection, transaction
from django_scopes import scopes_disabled

from seconder.agents.file import AgentFile
from seconder.agents.models import AgentVersion
from seconder.events.by import SYSTEM
from seconder.events.recording import prepare, write
from seconder.runs.models import Effect, Run, StepRun
from seconder.runs.progress import SUSPECT, Progress
from seconder.verification.models import Decision, Review

log = structlog.get_logger()
LEASE = 15  # seconds; renewed three times as often
# A lease that is still there has run out: whoever parks a run or gives it back takes it off. Of the runs with which
# workers were lost at most one is taken, so that one which kills its worker does not count against the others.
_CLAIM = """
UPDATE runs_run r SET lease = %s, next_at = now() + make_interval(secs => %s), is_woken = false, status = 'running',
workers_lost = r.workers_lost + (r.lease IS NOT NULL)::int
FROM (SELECT id, status FROM runs_run WHERE next_at <= now() AND (workers_lost < %s OR id = (SELECT id FROM runs_run
WHERE next_at <= now() AND workers_lost >= %s AND %s ORDER BY next_at LIMIT 1))
ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED) due
WHERE r.id = due.id RETURNING r.id, due.status, now()
"""
# The commit of a claim is not waited for: were it lost with the machine, so would be all that follows it in the
# log, and the run would be due again.
_NEXT = """
SELECT extract(epoch FROM min(next_at) - now())::float, set_config('synchronous_commit', 'off', true)
FROM runs_run WHERE next_at IS NOT NULL AND lease IS DISTINCT FROM %s AND (workers_lost < %s OR %s)
"""
_files: dict[uuid.UUID, tuple[AgentFile, int]] = {}  # version → the file and the version's number
_FILES_KEPT = 500


def claim(limit: int, *, suspect: bool = True) -> tuple[list[Progress], float | None]:
    """At most `limit` due runs, and the seconds until the next one is due (None: nothing is timed). The whole
    installation's: this is the one query across organizations. `suspect`: whether one may be among them with
    which workers were lost."""
    close_old_connections()
    lease = uuid.uuid4()
    with transaction.atomic(), scopes_disabled(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [lease, LEASE, SUSPECT, SUSPECT, suspect, limit])
        taken: list[tuple[uuid.UUID, str, datetime]] = cursor.fetchall()
        cursor.execute(_NEXT, [lease, SUSPECT, suspect])
        seconds = cursor.fetchone()[0]
        before = {run: status for run, status, _ in taken}
        progresses = _load_readable(before, lease) if taken else []
        begun = [progress.run for progress in progresses if before[progress.run.pk] == "queued"]
        write([prepare("run.running", run, SYSTEM, run.pk) for run in begun])
    for progress in progresses:
        progress.taken_at = taken[0][2]
    return progresses, None if seconds is None else max(0.0, seconds)


def renew(held: dict[uuid.UUID, uuid.UUID]) -> None:
    """Puts off the end of the leases of these runs (id → lease)."""
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runs_run r SET next_at = now() + make_interval(secs => %s) FROM (SELECT r.id FROM runs_run r "
            "JOIN unnest(%s::uuid[], %s::uuid[]) AS v(id, lease) ON r.id = v.id AND r.lease = v.lease "
            "ORDER BY r.id FOR UPDATE OF r) held WHERE r.id = held.id",
            [LEASE, list(held), list(held.values())],
        )


def release(held: dict[uuid.UUID, uuid.UUID]) -> None:
    """Gives the runs back at once, so that another worker goes on with them."""
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runs_run r SET next_at = now(), lease = NULL "
            "FROM unnest(%s::uuid[], %s::uuid[]) AS v(id, lease) WHERE r.id = v.id AND r.lease = v.lease",
            [list(held), list(held.values())],
        )


def _load_readable(before: dict[uuid.UUID, str], lease: uuid.UUID) -> list[Progress]:
    """All but those whose rows cannot be read: these are looked at again in LEASE seconds, and hold up no others."""
    try:
        return _load(before, lease)
    except DatabaseError:
        raise
    except Exception:
        if len(before) == 1:
            log.exception("run.unreadable", run=str(*before))
            Run.objects.filter(pk__in=before).update(lease=None)  # its worker is not lost
            return []
        return [one for run, status in before.items() for one in _load_readable({run: status}, lease)]


def _load(before: dict[uuid.UUID, str], lease: uuid.UUID) -> list[Progress]:
    """The rows of the claimed runs, in a few queries."""
    rows = Run.objects.filter(pk__in=before).select_related("agent").order_by("created_at")
    runs = list(rows.defer("agent__description"))
    versions = _versions({run.version_id for run in runs})
    resumed = [run.pk for run in runs if before[run.pk] != "queued" or run.parent_run_id]
    steps: dict[uuid.UUID, dict[str, StepRun]] = {run.pk: {} for run in runs}
    reviews: dict[uuid.UUID, dict[tuple[str, str], Review]] = {run.pk: {} for run in runs}
    effects: dict[uuid.UUID, dict[str, Effect]] = {run.pk: {} for run in runs}
    if resumed:
        for step in StepRun.objects.filter(run__in=resumed):
            steps[step.run_id][step.step_id] = step
        for review in Review.objects.filter(run_id__in=resumed).order_by("attempt"):
            reviews[review.run_id][review.step_id, review.call_id] = review
        for effect in Effect.objects.filter(run__in=resumed):
            effects[effect.run_id][effect.key] = effect
    words = _last_words([review for of_run in reviews.values() for review in of_run.values()])
    made = []
    for run in runs:
        for step in steps[run.pk].values():
            step.run = run
        file, number = versions[run.version_id]
        run.lease = lease
        progress = Progress(
            run,
            file,
            number,
            run.agent.slug,
            run.agent.owner_id,
            steps[run.pk],
            reviews[run.pk],
            effects[run.pk],
            words,
            lease,
        )
        made.append(progress)
    return made


def _last_words(reviews: list[Review]) -> dict[uuid.UUID, Decision]:
    closed = [review.pk for review in reviews if review.status == "decided"]
    if not closed:
        return {}
    decisions = Decision.objects.filter(review__in=closed).order_by("at")
    return {decision.review_id: decision for decision in decisions}


def _versions(ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[AgentFile, int]]:
    """Versions never change, so a worker reads each once."""
    if unknown := ids - set(_files):
        if len(_files) > _FILES_KEPT:
            _files.clear()
            unknown = ids
        for version in AgentVersion.objects.filter(pk__in=unknown):
            _files[version.pk] = AgentFile.load(version.file), version.number
    return {key: _files[key] for key in ids}
