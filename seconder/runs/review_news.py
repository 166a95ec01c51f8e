"""Who hears of a review, and what they are told. Up here because the agent's name, which they know, lies below."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from seconder.accounts.models import Person
from seconder.agents.models import Agent
from seconder.events.models import Event
from seconder.events.news import Mention, News
from seconder.verification import links
from seconder.verification.models import Assignment, Decision, LinkUse, Review

_OUTCOMES = {
    "approved": ("approved", "tick"),
    "rejected": ("rejected", "cross"),
    "changes_requested": ("sent back for changes", "return"),
    "answered": ("answered", "speech"),
}
_TIMED_OUT = {
    "reject": "so it counts as rejected",
    "cancel": "so the run was canceled",
    "continue": "so the run went on",
}


# Of a review; the rest of it is wide, partly encrypted, and not needed to tell people of it.
_READ = (
    "organization_id",
    "agent",
    "status",
    "outcome",
    "digest",
    "stage",
    "requester_id",
    "owner_id",
    "forbid",
    "risk",
    "opened_at",
    "due_at",
    "on_timeout",
)


def may_still_decide(events: list[Event]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The people asked who have not voted yet; nobody where the review has closed meanwhile."""
    desk = _Desk.of({event.subject_id for event in events})
    return {event.pk: desk.waiting(event.subject_id) for event in events}


def newly_asked(events: list[Event]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Those whom the event names, and who may still decide."""
    desk = _Desk.of({event.subject_id for event in events})
    return {
        event.pk: desk.waiting(event.subject_id) & {uuid.UUID(str(one)) for one in event.facts["people"]}
        for event in events
    }


def asked_for_nothing(events: list[Event]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Of a closed review: those who were asked and had not voted, and the requester, who waited for it."""
    desk = _Desk.of({event.subject_id for event in events})
    return {event.pk: desk.left_over(event.subject_id) for event in events}


def pressing(reviews: set[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Of those of high risk, until when each is to be decided."""
    rows = Review.objects.filter(pk__in=reviews, risk="high", status="open")
    return dict(rows.values_list("pk", "due_at"))


def say(mentions: Iterable[Mention]) -> dict[Mention, News]:
    asked = list(mentions)
    desk = _Desk.of({mention.subject_id for mention in asked})
    desk.learn_names(asked)
    return {mention: desk.news(mention) for mention in asked if mention.subject_id in desk.reviews}


@dataclass
class _Desk:
    """Some reviews with who was asked and how they voted, read in one go."""

    reviews: dict[uuid.UUID, Review]
    asked: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    asked_now: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    votes: dict[uuid.UUID, list[Decision]] = field(default_factory=lambda: defaultdict(list))
    agents: dict[tuple[uuid.UUID, str], str] = field(default_factory=dict)
    people: dict[uuid.UUID, Person] = field(default_factory=dict)
    used: set[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=set)

    @classmethod
    def of(cls, ids: set[uuid.UUID]) -> _Desk:
        rows = Review.objects.only(*_READ).in_bulk(ids)
        desk = cls(rows)
        seats = Assignment.objects.filter(review__in=ids)
        for review, person, stage in seats.values_list("review_id", "person_id", "stage"):
            if review in rows and stage <= rows[review].stage:
                desk.asked[review].add(person)
            if review in rows and stage == rows[review].stage:
                desk.asked_now[review].add(person)
        votes = Decision.objects.filter(review__in=ids).only("review_id", "person_id", "digest", "stage")
        for vote in votes.order_by("at", "id"):
            desk.votes[vote.review_id].append(vote)
        return desk

    def learn_names(self, mentions: list[Mention]) -> None:
        """Of agents, of who voted and of who is told; and which links were used."""
        found = {(review.organization_id, review.agent) for review in self.reviews.values()}
        agents = Agent.objects.filter(
            organization__in={key for key, _ in found}, slug__in={slug for _, slug in found}
        )
        self.agents = {
            (org, slug): name for org, slug, name in agents.values_list("organization", "slug", "name")
        }
        people = {vote.person_id for votes in self.votes.values() for vote in votes}
        people |= {mention.person_id for mention in mentions}
        self.people = Person.objects.only("name", "email").in_bulk(people)
        uses = LinkUse.objects.filter(review__in=self.reviews)
        self.used = set(uses.values_list("review_id", "person_id"))

    def link(self, review: Review, person_id: uuid.UUID) -> str:
        person = self.people.get(person_id)
        is_used = (review.pk, person_id) in self.used
        return links.address(review, person) if person and not is_used else ""

    def waiting(self, review_id: uuid.UUID) -> set[uuid.UUID]:
        review = self.reviews.get(review_id)
        if review is None or review.status != "open":
            return set()
        here = (review.digest, review.stage)
        voted = {vote.person_id for vote in self.votes[review_id] if (vote.digest, vote.stage) == here}
        return {person for person in self.asked_now[review_id] - voted if not review.forbids(person)}

    def left_over(self, review_id: uuid.UUID) -> set[uuid.UUID]:
        review = self.reviews.get(review_id)
        if review is None:
            return set()
        return self.asked[review_id] - {vote.person_id for vote in self.votes[review_id]} | {
            review.requester_id
        }

    def news(self, mention: Mention) -> News:
        review = self.reviews[mention.subject_id]
        agent = self.agents.get((review.organization_id, review.agent), review.agent)
        path = f"reviews/{review.pk}/"
        if mention.person_id in self.waiting(review.pk):
            return News(
                f"{agent} asks for your decision",
                path,
                "hourglass",
                waits=True,
                due_at=review.due_at,
                answer=self.link(review, mention.person_id),
            )
        text, icon = self._standing(review)
        already = (
            "already " if review.status == "decided" and mention.person_id != review.requester_id else ""
        )
        return News(f"{agent}: {already}{text}", path, icon)

    def _standing(self, review: Review) -> tuple[str, str]:
        if review.status == "decided":
            words, icon = _OUTCOMES[str(review.outcome)]
            return f"{words} by {self._last_voter(review)}", icon
        if review.status == "expired":
            return f"nobody decided in time, {_TIMED_OUT[review.on_timeout]}", "clock-over"
        if review.status == "withdrawn":
            return "no decision is needed any more", "bar"
        return "others decide this", "pending"

    def _last_voter(self, review: Review) -> str:
        votes = self.votes[review.pk]
        if not votes:
            return "nobody"
        last = self.people.get(votes[-1].person_id)
        return last.name if last else "somebody who has left"
