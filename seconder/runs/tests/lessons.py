"""Many decisions on one agent, made as people make them, without a model in between."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.agents import tools
from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.core.json import Object
from seconder.runs.learning import noticing
from seconder.runs.learning.models import Proposal
from seconder.runs.models import Run
from seconder.testing import Cast, enter
from seconder.verification.asking import Asked
from seconder.verification.models import Review
from seconder.verification.opening import open_reviews

MAIL = {"to": "vendor@example.org", "subject": "Order", "body": "Ten."}
ORDER: Object = {
    "type": "object",
    "required": ["vendor", "total"],
    "properties": {"vendor": {"type": "string"}, "currency": {"type": "string"}, "total": {"type": "number"}},
}
STEPS = [
    {"id": "read", "prompt": "Read the order.", "output": ORDER},
    {"id": "approval", "review": {"question": "May we?", "show": ["steps.read.output"]}},
]
FILE = {
    "version": 1,
    "kind": "agent",
    "id": "clerk",
    "name": "Clerk",
    "tools": ["email.send"],
    "steps": STEPS,
}


class Lessons:
    """Dana's agent; Dana asks, Bob and Finance decide."""

    def __init__(self, cast: Cast, **more: Any) -> None:  # Any: an agent's file
        self.cast, self.count = cast, 0
        self.agent = self.publish(model="openai:gpt", **more)

    def publish(self, **more: Any) -> Agent:  # Any: as above
        return publish(self.cast.actor("dana"), json.dumps({**FILE, **more}).encode()).agent

    def action(
        self, outcome: str, by: str = "bob", tool: str = "email.send", **changed: Any
    ) -> Review:  # Any: JSON
        """The model wanted to call the tool with these arguments, and was told yes or no."""
        known = tools.find(tool)
        assert known
        value: Object = {**MAIL, **changed} if tool == "email.send" else changed
        items: list[Object] = [{"path": "args", "label": "Mail", "value": value, "made_by": "model"}]
        return self._decided(outcome, by, "read", "action", items, {"args": known.arguments}, {"tool": tool})

    def result(self, outcome: str | Object, by: str = "bob", **order: Any) -> Review:  # Any: JSON
        """A step found this order, and people approved it, rejected it, or approved it with these edits."""
        path = "steps.read.output"
        value: Object = {"vendor": "Acme", "total": 10.0, **order}
        items: list[Object] = [{"path": path, "label": "Read", "value": value, "made_by": "model"}]
        return self._decided(outcome, by, "approval", "review", items, {path: ORDER}, {"step": "approval"})

    def _decided(
        self,
        outcome: str | Object,
        by: str,
        step: str,
        kind: Any,  # Any: one of three words
        items: list[Object],
        schemas: dict[str, Object],
        content: Object,
    ) -> Review:
        self.count += 1
        with scope(organization=self.cast.demo.pk), transaction.atomic():
            run = Run.start(self.agent, self.cast.actor("dana"), {"text": f"Order {self.count}"})
            asked = Asked(
                organization_id=self.cast.demo.pk, run_id=run.pk, step_id=step, kind=kind, question="May we?",
                agent="clerk", agent_version=1, requester_id=run.requester_id, owner_id=self.cast.dana.pk, wake="",
                call_id=f"call-{self.count}" if kind == "action" else "", items=items, schemas=schemas,
                content=content, people=[f"{by}@example.com"],
            )  # fmt: skip
            [review] = open_reviews([asked])
            if isinstance(outcome, dict):
                edits = {f"{items[0]['path']}.{name}": value for name, value in outcome.items()}
                review.decide(self.cast.actor(by), "edit", digest=review.digest, edits=edits)
            else:
                note = "" if outcome == "approve" else "No."
                review.decide(self.cast.actor(by), outcome, digest=review.digest, note=note)
        return review

    def notice(self) -> list[Proposal]:
        """As the job does it some time after a decision; those that are open then."""
        noticing.notice(self.agent.pk)
        with scopes_disabled():
            return list(Proposal.objects.filter(status="open").order_by("pk"))

    def file(self) -> Any:  # Any: an agent's file
        with scopes_disabled():
            latest = Agent.objects.select_related("latest").get(pk=self.agent.pk).latest
        assert latest
        return {**latest.file, "number": latest.number}

    def page(self, who: str = "dana") -> str:
        answer = enter(Client(), self.cast.people[who]).get("/demo/agents/clerk/proposals/")
        assert answer.status_code == 200, answer.content
        return " ".join(answer.content.decode().split())

    def post(self, who: str, path: str, **given: Any) -> Any:  # Any: a test response
        return enter(Client(), self.cast.people[who]).post(f"/demo/{path}/", given)
