"""The Python face of Seconder, driven line by line: one JSON object on standard input per thing to do, one
line `answer {…}` on standard output when it is done.

    {"do": "prepare", "agent": YAML, "reviewers": 2}        → {"keys": {e-mail: API key}}
    {"do": "start", "orders": [{"run_id": "po-1", …}]}      → {"runs": {"po-1": run id}}
    {"do": "decide", "runs": [run id], "verdict": "approve"} → {"refused": [run id]}
    {"do": "reviews", "runs": [run id]}                     → {"reviews": {run id: {"id", "digest"}}}
"""

# ruff: noqa: E402  Django is set up before any of our models can be imported

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seconder.settings")

import django

django.setup()

from django_scopes import scope

from seconder.accounts.actor import Actor
from seconder.accounts.models import ApiKey, Membership, Organization, Person, Team
from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.core.refusals import Refusal
from seconder.runs.models import Run
from seconder.verification.models import Review

BUILDER = "builder@example.com"
TEAM = "reviewers"


class Cast:
    """One organization: a builder who publishes and starts, and reviewers who decide."""

    def __init__(self) -> None:
        self.organization = Organization.objects.get_or_create(slug="bench", defaults={"name": "Bench"})[0]
        self.actors: dict[str, Actor] = {}
        self.agent: Agent | None = None

    def join(self, email: str, role: str) -> str:
        """Makes the person a member; answers with an API key of theirs."""
        person = Person.objects.by_email(email) or Person.objects.create(email=email, name=email)
        member, _ = Membership.objects.get_or_create(
            organization=self.organization, person=person, defaults={"role": role}
        )
        if role == "reviewer":
            team, _ = Team.objects.get_or_create(organization=self.organization, name=TEAM)
            team.members.add(member)
        actor = Actor.of_person(person, self.organization)
        assert actor is not None
        self.actors[email] = actor
        return ApiKey.create(person, self.organization, name="bench")[1]

    def prepare(self, agent: str, reviewers: int) -> dict[str, Any]:
        keys = {BUILDER: self.join(BUILDER, "builder")}
        for number in range(reviewers):
            email = f"reviewer-{number}@example.com"
            keys[email] = self.join(email, "reviewer")
        self.agent = publish(self.actors[BUILDER], agent.encode()).agent
        return {"keys": keys}

    def start(self, orders: list[dict[str, Any]]) -> dict[str, Any]:
        assert self.agent is not None
        actor = self.actors[BUILDER]
        return {"runs": {order["run_id"]: str(Run.start(self.agent, actor, order).pk) for order in orders}}

    def decide(self, runs: list[str], verdict: str = "approve", note: str = "") -> dict[str, Any]:
        refused = []
        for run in runs:
            review = Review.objects.filter(run_id=run, status="open").first()
            try:
                if review is None:
                    raise LookupError(run)
                review.decide(self.actors["reviewer-0@example.com"], verdict, digest=review.digest, note=note)
            except (Refusal, LookupError):
                refused.append(run)
        return {"refused": refused}

    def reviews(self, runs: list[str]) -> dict[str, Any]:
        found = Review.objects.filter(run_id__in=runs, status="open")
        return {"reviews": {str(one.run_id): {"id": str(one.pk), "digest": one.digest} for one in found}}


def serve(cast: Cast) -> None:
    verbs: dict[str, Callable[..., dict[str, Any]]] = {
        "prepare": cast.prepare,
        "start": cast.start,
        "decide": cast.decide,
        "reviews": cast.reviews,
    }
    print("answer {}", flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        done = verbs[told.pop("do")](**told)
        print(f"answer {json.dumps(done)}", flush=True)


if __name__ == "__main__":
    try:
        cast = Cast()
        with scope(organization=cast.organization):
            serve(cast)
    except Exception:
        traceback.print_exc()
        raise
