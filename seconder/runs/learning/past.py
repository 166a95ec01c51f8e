"""What people decided about one agent: the values that they were shown, and what they made of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from seconder.accounts.actor import Actor
from seconder.agents.models import Agent
from seconder.core import paths
from seconder.core.clock import now
from seconder.core.json import JSON, Object
from seconder.core.paths import Path
from seconder.verification import edits
from seconder.verification.models import Decision, Review

WINDOW = timedelta(days=90)
LATEST = 500  # reviews of one agent that are looked at
LONGEST = 200  # characters; what is longer is told apart by nobody at a glance
_READ = (
    "id",
    "kind",
    "step_id",
    "run_id",
    "outcome",
    "closed_at",
    "card",
    "organization_id",
    "agent",
    "owner_id",
)
Values = dict[str, JSON]  # by path; texts, numbers, yes or no, and None where there is none


@dataclass(frozen=True, eq=False)
class Case:
    """One review that people decided. `place`: the tool of an action, the step of a review. `asked`: the values as the
    agent gave them, `stands`: as they were when the review closed. `arguments`: of an action, whole, as asked."""

    review: uuid.UUID
    run: uuid.UUID
    at: datetime
    kind: str
    place: str
    outcome: str
    asked: Values
    stands: Values
    deciders: frozenset[uuid.UUID]
    owner: uuid.UUID  # of the agent, when it was asked
    arguments: Object = field(default_factory=dict)

    @property
    def order(self) -> tuple[datetime, uuid.UUID]:
        return self.at, self.review


def of_agent(agent: Agent, actor: Actor | None = None) -> list[Case]:
    """The latest of them within the WINDOW; with `actor`, of those that this actor may see. Two queries. Who owns the
    agent sees all of its runs, and so what was decided in them also before it was handed over."""
    rows = Review.objects.filter(
        organization=agent.organization_id,
        agent=agent.slug,
        kind__in=["action", "review"],
        status="decided",
        outcome__in=["approved", "rejected"],
        closed_at__gte=now() - WINDOW,
    )
    seen = rows if actor is None or actor.person.pk == agent.owner_id else rows.visible_to(actor)
    return read(seen.order_by("-closed_at", "-id")[:LATEST])


def read(rows: QuerySet[Review]) -> list[Case]:
    """Those of them whose values can still be read: what was erased teaches nothing."""
    reviews = list(rows.only(*_READ))
    votes: dict[uuid.UUID, list[Decision]] = defaultdict(list)
    for vote in Decision.objects.filter(review__in=[review.pk for review in reviews]).order_by("at", "id"):
        votes[vote.review_id].append(vote)
    made = (_case(review, votes[review.pk]) for review in reviews)
    return [case for case in made if case]


def _case(review: Review, votes: list[Decision]) -> Case | None:
    before = _before(review, votes)
    if before is None or not votes or review.closed_at is None:
        return None
    card: Any = review.card  # Any: an encrypted column holds any JSON
    arguments: Any = before[0]["value"] if review.kind == "action" and before else {}  # Any: as above
    return Case(
        review=review.pk,
        run=review.run_id,
        at=review.closed_at,
        kind=review.kind,
        place=str(card["content"]["tool"]) if review.kind == "action" else review.step_id,
        outcome=str(review.outcome),
        asked=_values(before, review.schemas),
        stands=_values(review.items, review.schemas),
        deciders=frozenset(vote.person_id for vote in votes),
        owner=review.owner_id,
        arguments=arguments,
    )


def _before(review: Review, votes: list[Decision]) -> list[Object] | None:
    """The items as they were before anybody edited them; None where that cannot be read any more."""
    if not isinstance(review.card, dict):
        return None
    asked = Review(card=review.card)
    for vote in reversed(votes):
        changes: Any = vote.changes  # Any: as above
        if vote.verdict != "edit":
            continue
        if not isinstance(changes, dict):
            return None
        for path, change in reversed(changes.items()):
            _, items = edits.apply(asked, {path: change["before"]})
            asked = Review(card={**review.card, "items": items})
    return asked.items


def _values(items: Iterable[Object], schemas: dict[str, Object]) -> Values:
    """What has a name of the author's (or of the tool's) and is no longer than LONGEST."""
    found: Values = {}
    for item in items:
        path = paths.parse(str(item["path"]))
        leaves = _leaves(path, item["value"], schemas.get(str(item["path"])) or {})
        found |= {paths.text(place): value for place, value in leaves if not _is_long(value)}
    return found


def _leaves(path: Path, value: JSON, schema: Object) -> Iterator[tuple[Path, JSON]]:
    properties = schema.get("properties")
    if isinstance(properties, dict):
        for name, part in properties.items():
            inner = value.get(name) if isinstance(value, dict) else None
            yield from _leaves((*path, name), inner, part if isinstance(part, dict) else {})
    elif not isinstance(value, dict | list):
        yield path, value


def _is_long(value: JSON) -> bool:
    return isinstance(value, str) and (len(value) > LONGEST or "\n" in value)
