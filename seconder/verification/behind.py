"""What lies behind a review, on floors above this one: its agent, its run, what an answer leads to.

A review knows no run. Whoever knows is bound in `wiring.py`; a page asks here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seconder.accounts.actor import Actor
from seconder.core.json import Object
from seconder.verification.models import Review


@dataclass(frozen=True)
class Behind:
    """In words, for people. `run_path` is below the organization's address, "" where the actor may not see the run;
    `approving` completes the button's "Approve and …", "" where nothing more is to be said; `doing` is the same
    without the values, which somebody may be editing."""

    agent: str
    step: str
    run_path: str = ""
    newer_version: bool = False
    approving: str = ""
    doing: str = ""
    if_approved: str = ""
    if_rejected: str = ""
    if_changed: str = ""


# The addresses and teams that the agent names for what nobody else is named for.
Defaults = Callable[[Review], tuple[list[str], list[str]]]
Items = list[Object]
Names = Callable[[Sequence[Review]], dict[uuid.UUID, str]]
Knows = Callable[[Actor, Review], Behind]
Agents = Callable[[Sequence[Actor]], dict[uuid.UUID, dict[str, str]]]
# Why what a reviewer made of it may not be done, whoever approves it; "" where nothing stands against it.
Objects = Callable[[Review, Items], str]


def _unnamed(reviews: Sequence[Review]) -> dict[uuid.UUID, str]:
    return {review.pk: review.agent for review in reviews}


def _unknown(_actor: Actor, review: Review) -> Behind:
    return Behind(agent=review.agent, step=review.step_id)


def _nobody(_review: Review) -> tuple[list[str], list[str]]:
    return [], []


def _none(_actors: Sequence[Actor]) -> dict[uuid.UUID, dict[str, str]]:
    return {}


def _nothing(_review: Review, _items: Items) -> str:
    return ""


_bound: list[tuple[Names, Knows, Defaults, Agents, Objects]] = [
    (_unnamed, _unknown, _nobody, _none, _nothing)
]


def bind(names: Names, knows: Knows, defaults: Defaults, agents: Agents, objects: Objects) -> None:
    _bound[:] = [(names, knows, defaults, agents, objects)]


def agent_names(reviews: Sequence[Review]) -> dict[uuid.UUID, str]:
    """The name of the agent of each, by the review's id; one query however many there are."""
    return _bound[0][0](reviews)


def behind(actor: Actor, review: Review) -> Behind:
    return _bound[0][1](actor, review)


def default_reviewers(review: Review) -> tuple[list[str], list[str]]:
    return _bound[0][2](review)


def agents(actor: Actor) -> dict[str, str]:
    """The agents that this actor may see, by id, with their names in order."""
    return agents_of([actor]).get(actor.organization.pk, {})


def agents_of(actors: Sequence[Actor]) -> dict[uuid.UUID, dict[str, str]]:
    """The same in many organizations, by the organization's id; one query however many there are."""
    return _bound[0][3](actors)


def objection(review: Review, edited: Items) -> str:
    """To these items in place of those that the review shows."""
    return _bound[0][4](review, edited)
