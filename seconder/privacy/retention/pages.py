from __future__ import annotations

from datetime import timedelta

from django.apps import apps
from django.db.models import Sum

from seconder.core.clock import now
from seconder.core.disposal import DISPOSALS, Disposal
from seconder.core.retention import RULES
from seconder.privacy.models import RetentionRun
from seconder.privacy.retention.running import LATE

SHOWN = 30  # days
# Where a model's name has no plural that one could read.
TITLES = {
    "accounts.DayOff": "Days off",
    "core.Delivery": "Mail that was sent",
    "erasures": "The ledger of erasures",
    "outbox": "Mail left half written",
    "requests": "Requests that nobody proved",
    "runs.Tally": "Running sums",
}


def rows() -> list[dict[str, object]]:
    """Each store with its rule, its last run and what went lately; what is late first."""
    last = {one.store: one for one in RetentionRun.objects.order_by("day")}
    recent = RetentionRun.objects.filter(day__gt=now().date() - timedelta(days=SHOWN))
    gone = dict(recent.values("store").annotate(gone=Sum("gone")).values_list("store", "gone"))
    found = []
    for one in DISPOSALS.values():
        run, late = last.get(one.name), one.overdue()
        found.append(
            {
                "title": _title(one.name),
                "rule": RULES[one.keep],
                "run": run,
                "gone": gone.get(one.name, 0),
                "late": late,
                "state": _state(run, is_late=late > LATE),
                "with_it": [_title(label) for label in one.with_it] if isinstance(one, Disposal) else [],
            }
        )
    return sorted(found, key=lambda row: (row["state"] == "active", str(row["title"])))


def _state(run: RetentionRun | None, *, is_late: bool) -> str:
    if is_late:
        return "overdue"
    if run and run.fault:
        return "failed"
    return "active" if run else "waiting"


def _title(name: str) -> str:
    """`accounts.SecurityEvent.network` → "Security events: network"."""
    if name in TITLES:
        return TITLES[name]
    app, model, *column = name.split(".")
    title = str(apps.get_model(app, model)._meta.verbose_name_plural)
    return ": ".join([f"{title[:1].upper()}{title[1:]}", *column])
