"""What the organization knows, as `check` asks for it: people, teams, tools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from seconder.agents.file.kinds import Schema


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """`kind` is read, idempotent, effect, or ask where people give the result;
    `args` is the JSON Schema of its arguments, an object."""

    name: str
    kind: str
    args: Schema


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active member: what the role is called, and what it allows (`accounts.roles`)."""

    role: str
    verbs: frozenset[str]

    @property
    def may_be_assigned(self) -> bool:
        return "reviews.decide" in self.verbs

    @property
    def may_ask(self) -> bool:
        """Can start a run, and so be the requester."""
        return "runs.start" in self.verbs


class Known(Protocol):
    def person(self, email: str) -> Colleague | None:
        """The active member with this address in lower case; None for anybody else."""

    def team(self, name: str) -> list[str] | None:
        """The addresses of a team's members; None when there is no such team."""

    def tool(self, name: str) -> ToolSpec | None: ...

    def leaders(self) -> list[str]:
        """The addresses of the owners and admins, and whoever else runs the organization."""
