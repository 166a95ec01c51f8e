"""What Prometheus reads. Counts of the whole installation, without names; asked of the database every few seconds
at most, however often it is scraped."""

from __future__ import annotations

import threading
import time

from django.db import connection

from seconder.core.cookie_guard import stripped
from seconder.privacy.retention.running import late

KEPT = 10.0  # seconds for which an answer is given again
_TOOK = (
    "SELECT '', coalesce(percentile_cont({}) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - opened_at)), 0) "
    "FROM verification_review WHERE status = 'decided' AND closed_at > now() - interval '1 day'"
)
_FIGURES = {
    "seconder_runs": ("gauge", "Runs by status", "SELECT status, count(*) FROM runs_run GROUP BY status"),
    "seconder_reviews_open": (
        "gauge",
        "Reviews that wait for a person",
        "SELECT '', count(*) FROM verification_review WHERE status = 'open'",
    ),
    "seconder_reviews_oldest_open_seconds": (
        "gauge",
        "How long the oldest open review has waited",
        "SELECT '', coalesce(extract(epoch FROM now() - min(opened_at)), 0) FROM verification_review "
        "WHERE status = 'open'",
    ),
    "seconder_reviews_closed_last_day": (
        "gauge",
        "Reviews that closed within the last 24 hours, by what came of them",
        "SELECT coalesce(outcome, status), count(*) FROM verification_review WHERE status <> 'open' "
        "AND closed_at > now() - interval '1 day' GROUP BY 1",
    ),
    "seconder_review_median_seconds_last_day": (
        "gauge",
        "From opening to the decision, half of those decided within the last 24 hours took less",
        _TOOK.format(0.5),
    ),
    "seconder_review_p95_seconds_last_day": (
        "gauge",
        "From opening to the decision, 95 of 100 decided within the last 24 hours took less",
        _TOOK.format(0.95),
    ),
    "seconder_events_unsealed": (
        "gauge",
        "Events that the sealer has not chained yet",
        "SELECT '', count(*) FROM events_event WHERE seq IS NULL",
    ),
    "seconder_due_run_age_seconds": (
        "gauge",
        "How long the oldest due run has waited for a worker",
        "SELECT '', coalesce(extract(epoch FROM now() - min(next_at)), 0) FROM runs_run WHERE next_at <= now()",
    ),
}
_lock = threading.Lock()
_last: tuple[float, str] = (0.0, "")


def text() -> str:
    """Prometheus's text format, version 0.0.4."""
    global _last
    with _lock:
        if time.monotonic() > _last[0]:
            _last = (time.monotonic() + KEPT, _ask())
        return _last[1]


def _ask() -> str:
    lines = []
    with connection.cursor() as cursor:
        for name, (kind, meaning, statement) in _FIGURES.items():
            lines += [f"# HELP {name} {meaning}.", f"# TYPE {name} {kind}"]
            cursor.execute(statement)
            for label, figure in cursor.fetchall():
                shown = f'{{status="{label}"}}' if label else ""
                lines.append(f"{name}{shown} {figure}")
    name = "seconder_retention_late_seconds"
    lines += [f"# HELP {name} For how long the oldest row of a store should be gone.", f"# TYPE {name} gauge"]
    lines += [f'{name}{{status="{store}"}} {by.total_seconds():.0f}' for store, by in sorted(late().items())]
    name = "seconder_cookies_stripped_total"
    lines += [f"# HELP {name} Cookies that this process took out of its answers.", f"# TYPE {name} counter"]
    lines += [f'{name}{{status="{why}"}} {count}' for why, count in sorted(stripped().items())]
    return "\n".join(lines) + "\n"
