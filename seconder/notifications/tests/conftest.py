from __future__ import annotations

import email
import json
import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django_scopes import scope, scopes_disabled
from pytest_django import Settings

from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.core.clock import now
from seconder.engine.backlog import work_off
from seconder.events.sealing import seal
from seconder.notifications import mailing
from seconder.notifications.models import Notification
from seconder.runs.models import Run
from seconder.testing import Cast, drain
from seconder.verification.models import Review

ORDER = {"tool": "email.send", "with": {"to": "vendor@example.com", "subject": "Order", "body": "Go"}}
NO_ADDRESS = {"tool": "email.send", "with": {"to": "nobody", "subject": "Order", "body": "Go"}}


class Office:
    """The demo organization at work: runs, reviews, what people hear of them, and the mail they get."""

    def __init__(self, cast: Cast, outbox: Path) -> None:
        self.cast, self.outbox = cast, outbox

    def start(
        self, *steps: dict[str, Any], by: str = "dana", name: str = "Clerk"
    ) -> Run:  # Any: an agent's file
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower())
        document = {"version": 1, "kind": "agent", "id": slug, "name": name}
        numbered = [{"id": f"s{number}", **step} for number, step in enumerate(steps)]
        agent = publish(self.cast.actor("dana"), json.dumps({**document, "steps": numbered}).encode()).agent
        with scope(organization=agent.organization_id):
            run = Run.start(Agent.objects.get(pk=agent.pk), self.cast.actor(by), {})
        self.work()
        return run

    def work(self) -> None:
        """Everything that is due, jobs on the queue included."""
        drain()
        seal()
        work_off()

    def review(self, run: Run) -> Review:
        with scopes_disabled():
            return Review.objects.get(run_id=run.pk)

    def decide(self, run: Run, who: str, verdict: str = "approve") -> None:
        review = self.review(run)
        with scopes_disabled():
            review.decide(self.cast.actor(who, "web"), verdict, digest=review.digest, note="No budget")
        self.work()

    def heard(self, who: str) -> list[str]:
        with scopes_disabled():
            rows = Notification.objects.filter(person=self.cast.people[who]).order_by("event_id")
            return list(rows.values_list("name", flat=True))

    def later(self, seconds: float = 11) -> None:
        """Lets time go by and sends what is due then."""
        self.wait(seconds)
        mailing.mail_due()

    def fall_due(self) -> None:
        """As if all that waits to be mailed were due now, whenever it is, and sends it."""
        with scopes_disabled():
            Notification.objects.filter(mail_due_at__isnull=False).update(mail_due_at=now())
        mailing.mail_due()

    def wait(self, seconds: float = 11) -> None:
        """As if time had gone by, as far as mail is concerned."""
        with scopes_disabled():
            Notification.objects.filter(mail_due_at__isnull=False).update(
                mail_due_at=F("mail_due_at") - timedelta(seconds=seconds)
            )

    def letters(self, who: str) -> list[EmailMessage]:
        found = [_read(file) for file in sorted(self.outbox.glob("notifications-*.eml"))]
        return [letter for letter in found if letter["To"] == f"{who}@example.com"]


def text(letter: EmailMessage) -> str:
    content: str = letter.get_content()
    return content.replace("\r\n", "\n")


def _read(file: Path) -> EmailMessage:
    made = email.message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(made, EmailMessage)
    return made


@pytest.fixture
def office(transactional_db: None, cast: Cast, tmp_path: Path, settings: Settings) -> Office:
    settings.EMAIL_URL = (tmp_path / "outbox").as_uri()
    with connection.cursor() as cursor:  # rows of the queue outlive the tests that made them
        cursor.execute("DELETE FROM procrastinate_jobs")
    return Office(cast, tmp_path / "outbox")


@pytest.fixture
def asking() -> Callable[..., dict[str, Any]]:  # Any: a step of an agent's file
    def step(*people: str, **more: Any) -> dict[str, Any]:  # Any: as above
        addresses = [f"{person}@example.com" for person in people]
        return {
            "review": {"question": "May we order this secret thing?", "assign": {"people": addresses}, **more}
        }

    return step
