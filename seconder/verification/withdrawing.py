from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import Q
from django_scopes import scopes_disabled

from seconder.core.clock import now
from seconder.events.by import By
from seconder.events.recording import record
from seconder.verification.models import Review


def withdraw(
    run_ids: list[uuid.UUID], by: By, *, wait: bool = True, steps: Collection[tuple[uuid.UUID, str]] = ()
) -> None:
    """Closes the open reviews of runs that have ended, and those of single steps of a run; inside the caller's
    transaction, before it touches a run (whoever decides locks the review first and the run second, so this does too).
    Without `wait`, those that somebody decides just now are left out."""
    with scopes_disabled():
        which = Q(run_id__in=run_ids)
        for run, step in steps:
            which |= Q(run_id=run, step_id=step)
        open_ones = Review.objects.filter(which, status="open").order_by("id")
        for review in open_ones.select_for_update(of=("self",), skip_locked=not wait):
            review.status, review.closed_at, review.next_at = "withdrawn", now(), None
            review.save(update_fields=["status", "closed_at", "next_at"])
            record("review.withdrawn", review, by, review.run_id, step=review.step_id)
