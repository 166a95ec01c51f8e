from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django_scopes import scope, scopes_disabled

from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.agents.tests.scripted_model import ScriptedModel, serving
from seconder.core.clock import now
from seconder.events.models import Event
from seconder.runs.models import Effect, Run, StepRun
from seconder.testing import Cast, drain, make_cast
from seconder.verification.models import Decision, Review


class Stage:
    """The demo organization with one agent on it. Every look is a fresh one."""

    def __init__(self, cast: Cast, outbox: Path) -> None:
        self.cast, self.outbox = cast, outbox

    def publish(self, *steps: dict[str, Any], **more: Any) -> Agent:  # Any: an agent's file
        document = {
            "version": 1,
            "kind": "agent",
            "id": "clerk",
            "name": "Clerk",
            "steps": list(steps),
            **more,
        }
        raw = json.dumps(document).encode()
        return publish(self.cast.actor("dana"), raw).agent

    def start(
        self, agent: Agent, by: str = "dana", *, dry_run: bool = False, **given: Any
    ) -> Run:  # Any: the input
        with scope(organization=agent.organization_id):
            return Run.start(agent, self.cast.actor(by), given, dry_run=dry_run)

    def work(self) -> None:
        drain()

    def run_timers(self, run: Run) -> None:
        """As if the time that the run waits for had come."""
        StepRun.objects.filter(run_id=run.pk, retry_at__isnull=False).update(retry_at=now())
        with scopes_disabled():
            Run.objects.filter(pk=run.pk).update(next_at=now())
        self.work()

    def run(self, agent: Agent, **given: Any) -> Run:  # Any: the input
        """Starts it and works until it waits or has ended."""
        run = self.start(agent, **given)
        self.work()
        return self.look(run)

    def look(self, run: Run) -> Run:
        with scopes_disabled():
            return Run.objects.select_related("version", "agent").get(pk=run.pk)

    def step(self, run: Run, step_id: str) -> StepRun:
        return StepRun.objects.get(run_id=run.pk, step_id=step_id)

    def steps(self, run: Run) -> dict[str, str]:
        return dict(StepRun.objects.filter(run_id=run.pk).values_list("step_id", "status"))

    def reviews(self, run: Run) -> list[Review]:
        with scopes_disabled():
            return list(Review.objects.filter(run_id=run.pk).order_by("id"))

    def review(self, run: Run) -> Review:
        [review] = self.reviews(run)
        return review

    def effects(self, run: Run) -> list[Effect]:
        return list(Effect.objects.filter(run_id=run.pk).order_by("claimed_at"))

    def events(self, run: Run) -> list[str]:
        with scopes_disabled():
            return list(Event.objects.filter(run_id=run.pk).order_by("seq").values_list("name", flat=True))

    def decide(
        self, review: Review, by: str, verdict: str, **more: Any
    ) -> Decision:  # Any: note, edits, answer
        more.setdefault("digest", review.digest)
        if verdict == "reject":
            more.setdefault("note", "Not this one.")
        with scope(organization=review.organization_id):
            return review.decide(self.cast.actor(by), verdict, **more)

    def mails(self) -> list[str]:
        return [path.read_text() for path in sorted(self.outbox.glob("*.eml"))]


@pytest.fixture
def stage(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Stage:
    settings.EMAIL_URL = (tmp_path / "outbox").as_uri()
    return Stage(make_cast(), tmp_path / "outbox")


@pytest.fixture
def model(settings: LazySettings) -> Iterator[ScriptedModel]:
    with serving(ScriptedModel()) as scripted:
        settings.MODEL, settings.MODEL_BASE_URL, settings.MODEL_API_KEY = "openai:scripted", scripted.url, "x"
        yield scripted
