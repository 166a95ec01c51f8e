from __future__ import annotations

import uuid

from django_scopes import scopes_disabled

from seconder.core.clock import now
from seconder.events.by import By
from seconder.events.recording import record
from seconder.verification.models import Review


def withdraw(run_ids: list[uuid.UUID], by: By, *, wait: bool = True) -> None:
    """Closes the open reviews of runs that have ended; inside the caller's transaction, before it touches a run
    (whoever decides locks the review first and the run second, so this does too). Without `wait`, those that
    somebody decides just now are left out."""
    with scopes_disabled():
        open_ones = Review.objects.filter(run_id__in=run_ids, status="open").order_by("id")
        for review in open_ones.select_for_update(of=("self",), skip_locked=not wait):
            review.status, review.closed_at, review.next_at = "withdrawn", now(), None
            review.save(update_fields=["status", "closed_at", "next_at"])
            record("review.withdrawn", review, by, review.run_id, step=review.step_id)
