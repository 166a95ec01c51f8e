"""The Python face of Seconder, driven line by line: one JSON object on standard input per thing to do, one
line `answer {…}` on standard output when it is done. Runs are started and decided from several threads at once,
as a web process does it for many people.

    {"do": "prepare", "agent": YAML, "reviewers": 2}        → {"keys": {e-mail: API key}}
    {"do": "start", "orders": [{"run_id": "po-1", …}]}      → {"runs": {"po-1": run id}}
    {"do": "reviews", "runs": [run id]}                     → {"reviews": {run id: {"id", "digest", "kind"}}}
    {"do": "decide", "runs": [run id], "verdict": "approve"} → {"refused": [run id]}; what `reviews` showed last
    {"do": "decide_open", "run": run id}                    → {"decided": 2}
"""

# ruff: noqa: E402  Django is set up before any of our models can be imported

import json
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
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
REVIEWER = "reviewer-0@example.com"
TEAM = "reviewers"
AT_ONCE = 8  # people who start or decide in the same moment


class Cast:
    """One organization: a builder who publishes and starts, and reviewers who decide."""

    def __init__(self) -> None:
        self.organization = Organization.objects.get_or_create(slug="bench", defaults={"name": "Bench"})[0]
        self.actors: dict[str, Actor] = {}
        self.agent: Agent | None = None
        self.cards: dict[str, Review] = {}  # by run
        self.threads = ThreadPoolExecutor(AT_ONCE)

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

    def at_once(self, work: Callable[[Any], Any], given: Iterable[Any]) -> list[Any]:
        def scoped(one: Any) -> Any:
            with scope(organization=self.organization.pk):
                return work(one)

        return list(self.threads.map(scoped, given))

    def start(self, orders: list[dict[str, Any]]) -> dict[str, Any]:
        assert self.agent is not None
        agent, actor = self.agent, self.actors[BUILDER]
        ids = self.at_once(lambda order: str(Run.start(agent, actor, order).pk), orders)
        return {"runs": {order["run_id"]: run for order, run in zip(orders, ids, strict=True)}}

    def reviews(self, runs: list[str]) -> dict[str, Any]:
        """The open ones; deciding decides on what was shown here."""
        found = {str(one.run_id): one for one in Review.objects.filter(run_id__in=runs, status="open")}
        self.cards |= found
        return {
            "reviews": {
                run: {"id": str(one.pk), "digest": one.digest, "kind": one.kind} for run, one in found.items()
            }
        }

    def decide(
        self, runs: list[str], verdict: str = "approve", note: str = "", answer: str | None = None
    ) -> Any:
        actor = self.actors[REVIEWER]

        def one(run: str) -> bool:
            card = self.cards[run]
            try:
                card.decide(actor, verdict, digest=card.digest, note=note, answer=answer)
            except Refusal:
                return False
            return True

        return {"refused": [run for run, ok in zip(runs, self.at_once(one, runs), strict=True) if not ok]}

    def decide_open(self, run: str) -> dict[str, Any]:
        """Each open review of the run, all in the same instant, each by another person."""
        cards = list(Review.objects.filter(run_id=run, status="open").order_by("id"))
        people = [actor for email, actor in self.actors.items() if email != BUILDER]
        self.at_once(
            lambda pair: pair[0].decide(pair[1], "approve", digest=pair[0].digest),
            zip(cards, people, strict=False),
        )
        return {"decided": len(cards)}


def serve(cast: Cast) -> None:
    verbs: dict[str, Callable[..., dict[str, Any]]] = {
        "prepare": cast.prepare,
        "start": cast.start,
        "decide": cast.decide,
        "reviews": cast.reviews,
        "decide_open": cast.decide_open,
    }
    print("answer {}", flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        done = verbs[told.pop("do")](**told)
        print(f"answer {json.dumps(done)}", flush=True)


if __name__ == "__main__":
    cast = Cast()
    with scope(organization=cast.organization):
        serve(cast)
