from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django_scopes import scope, scopes_disabled

from seconder.core.rows import Part
from seconder.engine import bind_waker
from seconder.events.models import Event
from seconder.testing import Cast
from seconder.verification.asking import Asked
from seconder.verification.models import Assignment, Decision, Review
from seconder.verification.opening import open_reviews

ORDER = {"vendor": "Acme", "total": 12000.5, "lines": [{"sku": "A", "quantity": 2}]}
SCHEMA = {
    "type": "object",
    "required": ["vendor", "total"],
    "additionalProperties": False,
    "properties": {
        "vendor": {"type": "string"},
        "total": {"type": "number", "minimum": 0},
        "lines": {"type": "array", "items": {"type": "object"}},
    },
}


class Desk:
    """Opens reviews, as a run would, and decides them. `woken` holds what was woken, without the kind of address."""

    def __init__(self, cast: Cast, woken: list[str]) -> None:
        self.cast, self.woken = cast, woken

    def ask(self, *people: str, **more: Any) -> Review:  # Any: fields of Asked
        fields = {
            "organization_id": self.cast.demo.pk,
            "run_id": uuid.uuid4(),
            "step_id": "approval",
            "kind": "review",
            "question": "May we order this?",
            "agent": "clerk",
            "agent_version": 1,
            "requester_id": self.cast.people["dana"].pk,
            "owner_id": self.cast.people["dana"].pk,
            "wake": "desk:1",
            "items": [{"path": "steps.read.output", "label": "Read", "value": ORDER}],
            "schemas": {"steps.read.output": SCHEMA},
            "content": {"step": "approval", "version": 1},
            "people": [f"{name}@example.com" for name in people],
            **more,
        }
        with transaction.atomic():
            [review] = open_reviews([Asked(**fields)])
        return review

    def decide(
        self, review: Review, by: str, verdict: str = "approve", **more: Any
    ) -> Decision:  # Any: as decide()
        more.setdefault("digest", self.look(review).digest)
        if verdict == "reject":
            more.setdefault("note", "No.")
        with scope(organization=self.cast.organization_of(by).pk):
            return review.decide(self.cast.actor(by), verdict, **more)

    def look(self, review: Review) -> Review:
        with scopes_disabled():
            return Review.objects.get(pk=review.pk)

    def people(self, review: Review) -> set[str]:
        names = {person.pk: name for name, person in self.cast.people.items()}
        return {
            names[row] for row in Assignment.objects.filter(review=review).values_list("person_id", flat=True)
        }

    def pass_time(self, review: Review, **time: int) -> None:
        """As if the review had been opened that much earlier."""
        back = timedelta(**time)
        with scopes_disabled():
            row = Review.objects.get(pk=review.pk)
            row.opened_at -= back
            row.due_at -= back
            row.next_at = row.next_at and row.next_at - back
            row.working_since = row.working_since and row.working_since - back
            row.timers = [{**t, "at": (_time(t["at"]) - back).isoformat()} for t in row.timers]
            row.save()
        Assignment.objects.filter(review=review).update(at=F("at") - back)

    def events(self, review: Review) -> list[str]:
        with scopes_disabled():
            return list(
                Event.objects.filter(subject_id=review.pk).order_by("id").values_list("name", flat=True)
            )


def await_waiting(sessions: int) -> None:
    """Until that many sessions of this database wait for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        for _ in range(2000):
            cursor.execute(f"SELECT pg_stat_clear_snapshot(), pg_sleep(0.005), ({waiting})")
            if cursor.fetchone()[2] >= sessions:
                return
    raise AssertionError("nobody waits")


def _time(text: str) -> Any:  # Any: a datetime
    from datetime import datetime

    return datetime.fromisoformat(text)


@pytest.fixture
def desk(cast: Cast) -> Desk:
    woken: list[str] = []

    def waking(key: str) -> Part:
        woken.append(key)
        return Part("SELECT 1", [])

    bind_waker("desk", waking)
    return Desk(cast, woken)
