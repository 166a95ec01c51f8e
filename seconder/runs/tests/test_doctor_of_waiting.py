"""What `doctor` says of runs that wait: each has a live review or a time, or is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django_scopes import scopes_disabled

from seconder.cli.checks import Fault, waiting_runs
from seconder.core.clock import now
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage, stage
from seconder.verification.models import Review

__all__ = ["stage"]


@pytest.fixture
def waiting(stage: Stage) -> Run:
    step: dict[str, Any] = {  # Any: an agent's file
        "id": "approval",
        "review": {"question": "May we?", "assign": {"people": ["bob@example.com"]}},
    }
    made = stage.run(stage.publish(step))
    assert made.status == "waiting"
    return made


def test_a_live_review_is_enough(waiting: Run) -> None:
    assert waiting_runs() == "1 wait, each for a live review or a time"


@pytest.mark.parametrize("change", [{"status": "withdrawn"}, {"next_at": None}])
def test_a_review_that_is_over_or_to_which_nothing_will_happen_is_none(
    waiting: Run, change: dict[str, Any]
) -> None:
    with scopes_disabled():
        Review.objects.filter(run_id=waiting.pk).update(**change)
    with pytest.raises(Fault, match=str(waiting.pk)):
        waiting_runs()
    with scopes_disabled():
        Run.objects.filter(pk=waiting.pk).update(next_at=now() + timedelta(hours=1))
    assert waiting_runs().startswith("1 wait"), "a time of its own is enough"


def test_reviews_whose_time_nobody_sees_to_are_told(waiting: Run) -> None:
    with scopes_disabled():
        Review.objects.filter(run_id=waiting.pk).update(next_at=now() - timedelta(minutes=2))
    with pytest.raises(Fault, match="1 reviews are past a time"):
        waiting_runs()
