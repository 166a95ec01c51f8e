"""Taking runs in hand: due ones, in batches, each under a lease that ends by itself when the worker dies."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import close_old_connections, connection, transaction
from django_scopes import scopes_disabled

from seconder.agents.file import AgentFile
from seconder.agents.models import AgentVersion
from seconder.core.rows import ids, load
from seconder.engine import write
from seconder.events.by import SYSTEM
from seconder.events.recording import prepare, recording
from seconder.runs.hearing import last_words
from seconder.runs.models import Effect, Run, StepRun
from seconder.runs.progress import SUSPECT, Progress
from seconder.runs.reading import read_apart
from seconder.verification.models import Review

log = structlog.get_logger()
LEASE = 15  # seconds; renewed three times as often
# A lease that is still there has run out: whoever parks a run or gives it back takes it off. Of the runs with which
# workers were lost at most one is taken, so that one which kills its worker does not count against the others.
_CLAIM = """
UPDATE runs_run r SET lease = %s, next_at = now() + make_interval(secs => %s), is_woken = false, status = 'running',
workers_lost = r.workers_lost + (r.lease IS NOT NULL)::int
FROM (SELECT id, status FROM runs_run WHERE next_at <= now() AND (workers_lost < %s OR id = (SELECT id FROM runs_run
WHERE next_at <= now() AND workers_lost >= %s AND %s ORDER BY next_at LIMIT 1))
ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED) due, agents_agent a
WHERE r.id = due.id AND a.id = r.agent_id RETURNING r.id, due.status, a.slug, a.owner_id, now(),
EXISTS (SELECT FROM verification_allowance l WHERE l.organization_id = r.organization_id AND l.agent = a.slug
AND l.ended_at IS NULL AND l.ends_at > now())
"""
# The commit of a claim is not waited for: were it lost with the machine, so would be all that follows it in the
# log, and the run would be due again.
_NEXT = """
SELECT extract(epoch FROM min(next_at) - now())::float, set_config('synchronous_commit', 'off', true)
FROM runs_run WHERE next_at IS NOT NULL AND lease IS DISTINCT FROM %s AND (workers_lost < %s OR %s)
"""
_files: dict[uuid.UUID, tuple[AgentFile, int]] = {}  # version → the file and the version's number
_FILES_KEPT = 500


class _Taken(NamedTuple):
    run: uuid.UUID
    status: str  # before
    agent: str
    owner_id: uuid.UUID
    at: datetime
    has_allowances: bool


def claim(limit: int, *, suspect: bool = True) -> tuple[list[Progress], float | None]:
    """At most `limit` due runs, and the seconds until the next one is due (None: nothing is timed). The whole
    installation's: this is the one query across organizations. `suspect`: whether one may be among them with
    which workers were lost."""
    close_old_connections()
    lease = uuid.uuid4()
    with transaction.atomic(), scopes_disabled(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [lease, LEASE, SUSPECT, SUSPECT, suspect, limit])
        taken = {row[0]: _Taken(*row) for row in cursor.fetchall()}
        cursor.execute(_NEXT, [lease, SUSPECT, suspect])
        seconds = cursor.fetchone()[0]
        progresses = _load_readable(taken, lease) if taken else []
        begun = [progress.run for progress in progresses if taken[progress.run.pk].status == "queued"]
        if begun:
            write([recording([prepare("run.running", run, SYSTEM, run.pk) for run in begun])])
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


def _load_readable(taken: dict[uuid.UUID, _Taken], lease: uuid.UUID) -> list[Progress]:
    """All but those whose rows cannot be read: these are looked at again in LEASE seconds."""

    def read(some: Sequence[uuid.UUID]) -> list[Progress]:
        return _load({run: taken[run] for run in some}, lease)

    return [one for some in read_apart(read, list(taken), _unreadable) for one in some]


def _unreadable(run: uuid.UUID) -> None:
    log.exception("run.unreadable", run=str(run))
    Run.objects.filter(pk=run).update(lease=None)  # its worker is not lost


def _load(taken: dict[uuid.UUID, _Taken], lease: uuid.UUID) -> list[Progress]:
    """The rows of the claimed runs, in a few queries."""
    runs = load(Run, "WHERE id = ANY(%s::uuid[]) ORDER BY created_at", [ids(taken)])
    versions = _versions({run.version_id for run in runs})
    resumed = [run.pk for run in runs if taken[run.pk].status != "queued" or run.parent_run_id]
    steps: dict[uuid.UUID, dict[str, StepRun]] = {run.pk: {} for run in runs}
    reviews: dict[uuid.UUID, dict[tuple[str, str], Review]] = {run.pk: {} for run in runs}
    effects: dict[uuid.UUID, dict[str, Effect]] = {run.pk: {} for run in runs}
    if resumed:
        of_resumed = [ids(resumed)]
        for step in load(StepRun, "WHERE run_id = ANY(%s::uuid[])", of_resumed):
            steps[step.run_id][step.step_id] = step
        for review in load(Review, "WHERE run_id = ANY(%s::uuid[]) ORDER BY attempt", of_resumed):
            reviews[review.run_id][review.step_id, review.call_id] = review
        for effect in load(Effect, "WHERE run_id = ANY(%s::uuid[])", of_resumed):
            effects[effect.run_id][effect.key] = effect
    words = last_words([review for of_run in reviews.values() for review in of_run.values()])
    made = []
    for run in runs:
        for step in steps[run.pk].values():
            step.run = run
        file, number = versions[run.version_id]
        row = taken[run.pk]
        progress = Progress(
            run,
            file,
            number,
            row.agent,
            row.owner_id,
            steps[run.pk],
            reviews[run.pk],
            effects[run.pk],
            words,
            lease,
            row.has_allowances,
        )
        progress.taken_at = row.at
        made.append(progress)
    return made


def _versions(wanted: set[uuid.UUID]) -> dict[uuid.UUID, tuple[AgentFile, int]]:
    """Versions never change, so a worker reads each once."""
    if unknown := wanted - set(_files):
        if len(_files) > _FILES_KEPT:
            _files.clear()
            unknown = wanted
        for version in AgentVersion.objects.filter(pk__in=unknown):
            _files[version.pk] = AgentFile.load(version.file), version.number
    return {key: _files[key] for key in wanted}
