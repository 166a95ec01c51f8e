"""Whom a review asks where the file chooses by condition. Pure: from what the step reads to the people of each review.

Nothing falls through: where no route applies, or a condition or the expression has no answer, the default reviewers are
asked, and why is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

from seconder.agents.file.expression import Expression
from seconder.agents.file.grammar import ExpressionError
from seconder.agents.file.kinds import Schema
from seconder.agents.file.people import Part, People
from seconder.core.json import Object
from seconder.core.paths import MissingValue, Path

MOST_NAMES = 50  # that one expression may yield
NO_ROUTE = "no route applies"
NO_ANSWER = "the condition of a route has no answer"
NO_NAMES = "the expression yields nobody"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom one review asks. `route`: its place in the file, counted from 1; 0 where it is none · `because`: why the
    default reviewers are asked · `is_computed`: the names are an expression's, and may be anybody's."""

    people: People
    route: int = 0
    because: str = ""
    is_computed: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    when: Expression
    to: People


@dataclass(frozen=True, slots=True)
class Routing:
    """Routes, of which the first that applies is taken or every one; or an expression that yields names."""

    routes: tuple[Route, ...] = ()
    is_every: bool = False
    expression: Expression | None = None

    @classmethod
    def load(cls, assign: Part, scope: Schema) -> Routing | None:
        """None where the file names the people."""
        if text := assign.get("expression"):
            return cls(expression=Expression(text, scope))
        if "routes" not in assign:
            return None
        routes = (Route(Expression(one["when"], scope), People.load(one["to"])) for one in assign["routes"])
        return cls(tuple(routes), is_every=assign["match"] == "every")

    @property
    def paths(self) -> list[Path]:
        """All that the choice reads."""
        read = [route.when for route in self.routes] + ([self.expression] if self.expression else [])
        return list(chain.from_iterable(one.paths for one in read))

    def choose(self, scope: Object) -> list[Choice]:
        """At least one."""
        if self.expression:
            return [_computed(self.expression, scope)]
        applies = [_applies(route.when, scope) for route in self.routes]
        if not self.is_every:
            first = next((place for place, answer in enumerate(applies) if answer is not False), None)
            applies = [answer if place == first else False for place, answer in enumerate(applies)]
        made = [self.at(place) for place, answer in enumerate(applies, 1) if answer]
        if None in applies:
            made.append(Choice(People(), because=NO_ANSWER))
        return made or [Choice(People(), because=NO_ROUTE)]

    def at(self, route: int) -> Choice:
        return Choice(self.routes[route - 1].to, route)


def _applies(when: Expression, scope: Object) -> bool | None:
    """None where it cannot be said."""
    try:
        return when.evaluate(scope)
    except (MissingValue, ExpressionError):
        return None


def _computed(expression: Expression, scope: Object) -> Choice:
    try:
        value: Any = expression.value(scope)  # Any: whatever the expression yields
    except (MissingValue, ExpressionError):
        return Choice(People(), because=NO_NAMES)
    names = [value] if isinstance(value, str) else value
    are_names = isinstance(names, list) and all(isinstance(name, str) and name.strip() for name in names)
    if not are_names or not 0 < len(names) <= MOST_NAMES:
        return Choice(People(), because=NO_NAMES)
    return Choice(People.named([name.strip() for name in names]), is_computed=True)
