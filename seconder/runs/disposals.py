"""A run goes a year after its end, unless the operator says otherwise, with all that was decided about it."""

from __future__ import annotations

import uuid

from django.db.models import Q

from seconder.core.disposal import Disposal, declare_disposal
from seconder.runs.learning.models import EvaluationCase
from seconder.runs.models import TERMINAL
from seconder.verification.models import Review, SecondLook


def _with_reviews(runs: list[uuid.UUID]) -> None:
    for model in (Review, SecondLook, EvaluationCase):
        model._base_manager.filter(run_id__in=runs).delete()


declare_disposal(
    Disposal(
        "runs.Run",
        "until deleted, default 12 months idle",
        ("finished_at",),
        only=Q(status__in=TERMINAL),
        with_it=(
            "runs.StepRun",
            "runs.Effect",
            "runs.Tally",
            "runs.EvaluationCase",
            "verification.Review",
            "verification.Assignment",
            "verification.LinkUse",
            "verification.Snooze",
            "verification.Decision",
            "verification.Delegation",
            "verification.SecondLook",
        ),
        before=_with_reviews,
    )
)
