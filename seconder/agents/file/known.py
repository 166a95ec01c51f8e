"""What the organization knows, as `check` asks for it: people, teams, tools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from seconder.agents.file.kinds import Schema


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """`kind` is read, idempotent or effect; `args` is the JSON Schema of its arguments, an object."""

    name: str
    kind: str
    args: Schema


class Known(Protocol):
    def person(self, email: str) -> str | None:
        """The role of an active member, by address in lower case; None for anybody else."""

    def team(self, name: str) -> list[str] | None:
        """The addresses of a team's members; None when there is no such team."""

    def tool(self, name: str) -> ToolSpec | None: ...

    def leaders(self) -> list[str]:
        """The addresses of the owners and admins."""
