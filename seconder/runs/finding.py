"""Finding anything that one may go to: places, agents, people, runs and reviews.

What people gave is sealed in the database, which therefore cannot look into it. Of runs and reviews the latest ones
that the person may see are opened and looked through here; the page says how many.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.accounts.people.directory import Wanted, found
from seconder.agents import pages as agent_pages
from seconder.agents.models import Agent
from seconder.runs import about, pages
from seconder.runs.models import Run
from seconder.ui import states
from seconder.ui.context import Place
from seconder.verification import pages as review_pages
from seconder.verification.models import Review

RUNS, REVIEWS = 200, 100  # the latest that are looked through
AGENTS, PEOPLE = 500, 500
EACH = 5  # of each kind that are shown
LONGEST = 100  # characters of what is looked for


class Hit(TypedDict):
    label: str
    detail: str
    url: str
    icon: str
    state: str


class Group(TypedDict):
    label: str
    hits: list[Hit]


@dataclass(frozen=True)
class Sought:
    """All of its words must be there, in any order, whatever the case and the accents."""

    words: tuple[str, ...]
    id: uuid.UUID | None = None

    @classmethod
    def of(cls, text: str) -> Sought:
        text = text[:LONGEST]
        try:
            return cls((), uuid.UUID(text.strip()))
        except ValueError:
            return cls(tuple(_plain(text).split()))

    def rank(self, *texts: str) -> int | None:
        """None where it is not meant; lower is nearer: the first text begins with it, or one of its words does."""
        plain = [_plain(text) for text in texts]
        if not self.words or not all(any(word in text for text in plain) for word in self.words):
            return None
        first = self.words[0]
        return 0 if plain[0].startswith(first) else 1 if f" {first}" in f" {plain[0]}" else 2

    def best(self, hits: Iterable[tuple[Hit, Sequence[str]]]) -> list[Hit]:
        """The nearest few; of those that are as near, the first."""
        ranked = [(rank, hit) for hit, more in hits if (rank := self.rank(hit["label"], *more)) is not None]
        return [hit for _, hit in sorted(ranked, key=lambda pair: pair[0])[:EACH]]


def find(actor: Actor, text: str, places: Sequence[Place]) -> list[Group]:
    """The kinds in which something was found. Without anything to look for: the places that there are."""
    sought = Sought.of(text)
    if not text.strip():
        return [Group(label="Places", hits=[hit for hit, _ in _places(places)])]
    groups = [Group(label="Places", hits=sought.best(_places(places)))]
    for label, verb, kind in _KINDS:
        groups.append(Group(label=label, hits=kind(actor, sought) if can(actor, verb) else []))
    return [group for group in groups if group["hits"]]


def _places(places: Sequence[Place]) -> Iterator[tuple[Hit, Sequence[str]]]:
    for place in places:
        yield _hit(place["label"], "", place["url"], place["icon"]), ()


def _agents(actor: Actor, sought: Sought) -> list[Hit]:
    rows = Agent.objects.visible_to(actor).filter(latest__isnull=False).order_by("name", "pk")
    here = actor.organization.slug
    return sought.best(
        (_hit(agent.name, agent.description, agent_pages.address(agent, here), "agent"), [agent.slug])
        for agent in rows[:AGENTS]
    )


def _people(actor: Actor, sought: Sought) -> list[Hit]:
    if not sought.words:
        return []
    rows = found(actor, Wanted(text=sought.words[0])).order_by("person__name", "pk")
    return sought.best(
        (
            _hit(
                seat.person.name, seat.person.email, _at("accounts:person", actor, seat.person_id), "people"
            ),
            [seat.person.email],
        )
        for seat in rows[:PEOPLE]
    )


def _runs(actor: Actor, sought: Sought) -> list[Hit]:
    seen = Run.objects.visible_to(actor).select_related("agent").defer("input", "output", "error")
    rows = seen.filter(pk=sought.id) if sought.id else seen.order_by("-pk")[:RUNS]
    latest = list(rows)
    lines = about.lines(latest)
    hits = [
        (
            _hit(
                lines[run.pk] or run.agent.name,
                run.agent.name,
                _at("runs:run", actor, run.pk),
                "run",
                run.status,
            ),
            [run.agent.name, states.state_of(run.status).word],
        )
        for run in latest
    ]
    return [hit for hit, _ in hits] if sought.id else sought.best(hits)


def _reviews(actor: Actor, sought: Sought) -> list[Hit]:
    seen = Review.objects.visible_to(actor)
    rows = seen.filter(pk=sought.id) if sought.id else seen.order_by("-pk")[:REVIEWS]
    hits = []
    for line in review_pages.lines(list(rows), actor.organization.slug):
        detail = pages.joined(line["gist"], line["amount"], line["agent"])
        hit = _hit(line["question"], detail, line["url"], "seal", line["status"])
        hits.append((hit, [detail, line["requester"], states.state_of(line["status"]).word]))
    return [hit for hit, _ in hits] if sought.id else sought.best(hits)


_KINDS: list[tuple[str, str, Callable[[Actor, Sought], list[Hit]]]] = [
    ("Agents", "agents.read", _agents),
    ("Reviews", "reviews.read", _reviews),
    ("Runs", "runs.read", _runs),
    ("People", "people.read", _people),
]


def _hit(label: str, detail: str, url: str, icon: str, state: str = "") -> Hit:
    return Hit(label=label, detail=detail, url=url, icon=icon, state=state)


def _at(name: str, actor: Actor, key: uuid.UUID) -> str:
    return reverse(name, args=[actor.organization.slug, key])


def _plain(text: str) -> str:
    """Without case, accents, and the commas within figures."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return re.sub(r"(?<=\d),(?=\d)", "", bare).casefold()
