"""From memory to the database: every few seconds, off the way of any request. A lost buffer loses counts only."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from time import time_ns

import structlog
from django.db import close_old_connections, connection

from seconder.core.clock import now
from seconder.core.purposes import allowed, purpose
from seconder.engine.outage import is_outage
from seconder.telemetry import measures
from seconder.telemetry.counting import PAUSE, Day
from seconder.telemetry.errors import keeping, sink
from seconder.telemetry.forwarding import otlp, relay, sentry
from seconder.telemetry.gate.closing import close_days
from seconder.telemetry.measuring import Count, Look, Note, Took, notes
from seconder.telemetry.models import Measurement

log = structlog.get_logger()
EVERY = 10.0  # seconds
LATE = timedelta(minutes=1)  # after midnight, until which the day before is still written
_lock = threading.Lock()
_days: dict[date, Day] = {}
_since = time_ns()  # of what is noted now
_TOOK = """
INSERT INTO telemetry_timing (day, route, bucket, count, is_closed)
SELECT %s, v.route, v.bucket, v.count, false
FROM unnest(%s::text[], %s::int[], %s::bigint[]) AS v(route, bucket, count)
ON CONFLICT (day, route, bucket) DO UPDATE SET count = telemetry_timing.count + excluded.count
"""


def flush() -> None:
    """Writes errors; then works through what else was noted, writes it, and closes days that are over."""
    global _since
    with purpose("service.errors"):
        sentry.forward(keeping.keep())
    with _lock:
        looks, since = _work_through(), _since
        _since = time_ns()
        with purpose(measures.USAGE):
            for day in [_days[key] for key in sorted(_days)]:
                _write(day)
        for key in [key for key in _days if key < now().date()]:
            del _days[key]  # its key with it
        close_days()
    with purpose("analytics.performance"):
        otlp.forward(looks, since)
    with purpose(measures.OTHERS):
        relay.forward([look for look in looks if look.may_pass])


def flush_or_wait() -> None:
    """The same, for a loop: where the database is away, it is tried again the next time. Whatever else happens, counts
    are lost and nothing more: nobody's work stops for them."""
    close_old_connections()
    try:
        flush()
    except Exception as error:
        if is_outage(error):
            log.warning("telemetry.database_away", error=type(error).__name__)
            return
        log.exception("telemetry.failed")
        forget_counts()


def forget_counts() -> None:
    with _lock:
        notes.clear()
        _days.clear()


def forget() -> None:
    """Everything that is in memory."""
    forget_counts()
    sink.taken()


def _work_through() -> list[Look]:
    """Answers the requests that were noted."""
    looks: list[Look] = []
    open_to: dict[tuple[uuid.UUID, str], bool] = {}

    def may(note: Look | Count, name: str) -> bool:
        """Whoever objected is not counted. Asked once for each person and round."""
        person = note.who.person
        if person is None:
            return True
        if (person, name) not in open_to:
            open_to[person, name] = allowed(person, name)
        return open_to[person, name]

    for note in _taken():
        if isinstance(note, Look):
            looks.append(note)
        day = _day(note.at.date())
        if isinstance(note, Took):
            day.add(note, may_link=False)
            continue
        if may(note, measures.USAGE):
            day.add(note, may_link=bool(note.who.visit) and may(note, measures.VISITS))
        elif isinstance(note, Look):
            day.add(Took(note.at, note.route, note.seconds), may_link=False)
    for key, day in _days.items():
        day.end_visits(None if key < now().date() else now() - PAUSE)
    return looks


def _day(date: date) -> Day:
    if date not in _days:
        _days[date] = Day(date)
    return _days[date]


def _taken() -> Iterator[Note]:
    while notes:
        yield notes.popleft()


def _write(day: Day) -> None:
    if now().date() > day.date and now() - LATE > _midnight_after(day.date):
        return  # closed by now: what comes later than this would change no number
    # By token, so that rows stand in no order in which anything happened.
    rows = sorted(day.rows, key=lambda row: bytes(row.token))
    Measurement.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    del day.rows[: len(rows)]
    if day.took:
        # In one order, so that two processes that write at once do not wait for each other.
        took = sorted(day.took.items())
        routes, buckets, counts = [r for (r, _), _ in took], [b for (_, b), _ in took], [n for _, n in took]
        with connection.cursor() as cursor:
            cursor.execute(_TOOK, [day.date, routes, buckets, counts])
        day.took.clear()


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
