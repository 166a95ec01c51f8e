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


def _none(_actor: Actor, _agents: Sequence[Agent]) -> dict[uuid.UUID, Activity]:
    return {}


def _no_runs(_actor: Actor, _agent: Agent, _count: int) -> list[RunLine]:
    return []


_bound: list[tuple[Counts, Latest]] = [(_none, _no_runs)]


def bind(counts: Counts, latest: Latest) -> None:
    _bound[:] = [(counts, latest)]


def counts(actor: Actor, agents: Sequence[Agent]) -> dict[uuid.UUID, Activity]:
    return _bound[0][0](actor, agents)


def latest_runs(actor: Actor, agent: Agent, count: int) -> list[RunLine]:
    return _bound[0][1](actor, agent, count)
