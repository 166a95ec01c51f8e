"""Who is meant, in the canonical form and as the interpreter reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Part = dict[str, Any]  # Any: a part of the normalised document; its shape was checked at apply


class Written(Protocol):
    people: list[str]
    teams: list[str]


@dataclass(frozen=True, slots=True)
class People:
    """E-mail addresses and names of teams; both empty means the default reviewers."""

    people: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    @classmethod
    def load(cls, part: Part) -> People:
        return cls(tuple(part["people"]), tuple(part["teams"]))

    @classmethod
    def named(cls, names: Sequence[str]) -> People:
        """`@name` among them is a team."""
        return cls(
            tuple(dict.fromkeys(name for name in names if name[:1] != "@")),
            tuple(dict.fromkeys(name[1:].strip() for name in names if name[:1] == "@")),
        )

    def __bool__(self) -> bool:
        return bool(self.people or self.teams)


def people(part: Written) -> Part:
    """Sorted, each once; `@name` among the people is a team."""
    teams = {name.strip() for name in part.teams} | {
        name[1:].strip() for name in part.people if name[0] == "@"
    }
    return {
        "people": sorted({name for name in part.people if name[0] != "@"}),
        "teams": sorted(name.removeprefix("@") for name in teams),
    }
