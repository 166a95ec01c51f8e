"""Finding anything that one may go to: places, agents, people, runs and reviews.

What people gave is sealed in the database, which therefore cannot look into it. Of runs and reviews the latest ones
that the person may see are opened and looked through here; the page says how many.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict, TypeVar

from django.db.models import BooleanField, ExpressionWrapper
from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.accounts.people.directory import Wanted, found, named
from seconder.agents.models import Agent
from seconder.runs import about, pages
from seconder.runs.models import Run
from seconder.ui import states
from seconder.ui.context import Place
from seconder.verification import pages as review_pages
from seconder.verification.behind import agent_names
from seconder.verification.card import gist
from seconder.verification.models import Review

RUNS, REVIEWS = 200, 100  # the latest that are looked through
AGENTS, PEOPLE = 500, 500
EACH = 5  # of each kind that are shown
LONGEST = 100  # characters of what is looked for
_COMMA = re.compile(r"(?<=\d),(?=\d)")
Thing = TypeVar("Thing")


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
    first: str = ""  # of the words, as it was typed

    @classmethod
    def of(cls, text: str) -> Sought:
        text = text[:LONGEST]
        try:
            return cls((), uuid.UUID(text.strip()))
        except ValueError:
            typed = text.replace("\x00", "").split()
            return cls(tuple(_plain(text).split()), first=typed[0] if typed else "")

    def rank(self, label: str, more: str = "") -> int | None:
        """None where it is not meant; lower is nearer: the label begins with it, or one of its words does."""
        plain, further = _plain(label), _plain(more)
        if not self.words or not all(word in plain or word in further for word in self.words):
            return None
        first = self.words[0]
        return 0 if plain.startswith(first) else 1 if f" {first}" in f" {plain}" else 2

    def best(self, found: Iterable[tuple[str, str, Thing]]) -> list[Thing]:
        """Of things with their label and what else is said of them, the nearest few; of those that are as near, the
        first."""
        ranked = [
            (rank, thing) for label, more, thing in found if (rank := self.rank(label, more)) is not None
        ]
        return [thing for _, thing in sorted(ranked, key=lambda pair: pair[0])[:EACH]]


def find(actor: Actor, text: str, places: Sequence[Place]) -> list[Group]:
    """The kinds in which something was found. Without anything to look for: the places that there are."""
    sought = Sought.of(text)
    offered = [(place["label"], "", place) for place in places]
    near = sought.best(offered) if text.strip() else places
    groups = [Group(label="Places", hits=[_hit(p["label"], "", p["url"], p["icon"]) for p in near])]
    for label, verb, kind in _KINDS:
        if text.strip() and can(actor, verb):
            groups.append(Group(label=label, hits=kind(actor, sought)))
    return [group for group in groups if group["hits"]]


def _agents(actor: Actor, sought: Sought) -> list[Hit]:
    rows = Agent.objects.visible_to(actor).filter(latest__isnull=False).order_by("name", "pk")
    known = rows.values_list("name", "description", "slug")[:AGENTS]
    near = sought.best((name, slug, (name, more, slug)) for name, more, slug in known)
    return [_hit(name, more, _at("agents:agent", actor, slug), "agent") for name, more, slug in near]


def _people(actor: Actor, sought: Sought) -> list[Hit]:
    if not sought.words:
        return []
    # The database knows nothing of accents, so it leaves nobody out; where there are more people than are read, those
    # come first in whom it finds the word as it was typed.
    like = ExpressionWrapper(named(sought.first), BooleanField()).desc()
    rows = found(actor, Wanted()).order_by(like, "person__name", "pk")
    known = rows.values_list("person__name", "person__email", "person_id")[:PEOPLE]
    near = sought.best((name, email, (name, email, key)) for name, email, key in known)
    return [_hit(name, email, _at("accounts:person", actor, key), "people") for name, email, key in near]


def _runs(actor: Actor, sought: Sought) -> list[Hit]:
    seen = Run.objects.visible_to(actor)
    rows = seen.filter(pk=sought.id) if sought.id else seen.order_by("-pk")[:RUNS]
    known = list(rows.values_list("pk", "about", "agent__name", "status"))
    lines = about.lines({key: str(line or "") for key, line, _, _ in known})
    things = [
        (lines[key] or agent, f"{agent} {states.state_of(status).word}", (key, agent, status))
        for key, _, agent, status in known
    ]
    near = [thing for _, _, thing in things] if sought.id else sought.best(things)
    return [
        _hit(lines[key] or agent, agent, _at("runs:run", actor, key), "run", status)
        for key, agent, status in near
    ]


def _reviews(actor: Actor, sought: Sought) -> list[Hit]:
    seen = Review.objects.visible_to(actor).only(*_OF_A_REVIEW)
    known = list(seen.filter(pk=sought.id) if sought.id else seen.order_by("-pk")[:REVIEWS])
    agents = agent_names(known) if known else {}
    things = []
    for review in known:
        short, status = gist(review), review_pages.standing(review)
        detail = pages.joined(short["text"], short["amount"], agents.get(review.pk, review.agent))
        thing = _hit(str(review.question), detail, str(review.pk), "seal", status)
        things.append((thing["label"], f"{detail} {states.state_of(status).word}", thing))
    near = [thing for _, _, thing in things] if sought.id else sought.best(things)
    return [{**hit, "url": _at("verification:review", actor, hit["url"])} for hit in near]


_OF_A_REVIEW = ("organization", "question", "card", "status", "outcome", "agent", "run_id")
_KINDS: list[tuple[str, str, Callable[[Actor, Sought], list[Hit]]]] = [
    ("Agents", "agents.read", _agents),
    ("Reviews", "reviews.read", _reviews),
    ("Runs", "runs.read", _runs),
    ("People", "people.read", _people),
]


def _hit(label: str, detail: str, url: str, icon: str, state: str = "") -> Hit:
    return Hit(label=label, detail=detail, url=url, icon=icon, state=state)


def _at(name: str, actor: Actor, key: object) -> str:
    return reverse(name, args=[actor.organization.slug, key])


def _plain(text: str) -> str:
    """Without case, accents, and the commas within figures."""
    text = text.replace("·", " ")
    if not text.isascii():
        text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _COMMA.sub("", text).casefold()
