"""What runs of agents there are. Runs live above agents, so who knows of them is bound in `wiring.py`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seconder.accounts.actor import Actor
from seconder.agents.models import Agent

RunLine = dict[str, Any]  # Any: as `runs/list.html` names it


@dataclass(frozen=True)
class Activity:
    """How many runs the actor may see, and how many of them wait."""

    runs: int = 0
    waiting: int = 0


Counts = Callable[[Actor, Sequence[Agent]], dict[uuid.UUID, Activity]]
Latest = Callable[[Actor, Agent, int], list[RunLine]]
# How many changes are proposed; None where that is not for this actor.
Proposed = Callable[[Actor, Agent], int | None]


def _none(_actor: Actor, _agents: Sequence[Agent]) -> dict[uuid.UUID, Activity]:
    return {}


def _no_runs(_actor: Actor, _agent: Agent, _count: int) -> list[RunLine]:
    return []


def _no_proposals(_actor: Actor, _agent: Agent) -> int | None:
    return None


_bound: list[tuple[Counts, Latest, Proposed]] = [(_none, _no_runs, _no_proposals)]


def bind(counts: Counts, latest: Latest, proposed: Proposed) -> None:
    _bound[:] = [(counts, latest, proposed)]


def counts(actor: Actor, agents: Sequence[Agent]) -> dict[uuid.UUID, Activity]:
    return _bound[0][0](actor, agents)


def latest_runs(actor: Actor, agent: Agent, count: int) -> list[RunLine]:
    return _bound[0][1](actor, agent, count)


def proposed(actor: Actor, agent: Agent) -> int | None:
    return _bound[0][2](actor, agent)
