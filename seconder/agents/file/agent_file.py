"""The whole of a published agent, read from its normalised document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from seconder.agents.file.again import done_again
from seconder.agents.file.expression import Expression
from seconder.agents.file.grammar import ExpressionError
from seconder.agents.file.kinds import Schema
from seconder.agents.file.people import Part, People
from seconder.agents.file.steps import Step, scope_schema
from seconder.agents.file.sums import Sum
from seconder.core.json import JSON, Object, digest
from seconder.core.paths import MissingValue

SECOND_LOOKS = 5  # percent, where the file names none


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """`when` reads `args.…` of the call, and `sum.…` where the rule has one; None applies always. `decide` is allow,
    ask or deny."""

    tool: str
    when: str | None
    decide: str
    sum: Sum | None = None

    @classmethod
    def load(cls, part: Part) -> PolicyRule:
        added_up = part.get("sum")
        return cls(part["tool"], part["when"], part["decide"], added_up and Sum.load(part["tool"], added_up))


# What a sum is with the act in question, `{"total", "count"}`; None where nobody can tell.
Running = Callable[[Sum], Object | None]


def _unknown(_sum: Sum) -> Object | None:
    return None


@dataclass(frozen=True)
class AgentFile:
    """`normalised` is the canonical document: two files that mean the same have the same one.

    `warnings` are sentences for the author; a loaded file has none. `model` is None where the file leaves
    it to the installation.
    """

    normalised: Part
    warnings: tuple[str, ...] = ()

    @classmethod
    def load(cls, normalised: Object) -> AgentFile:
        """From the JSON that was stored when the file was published."""
        return cls(normalised)

    @property
    def id(self) -> str:
        return str(self.normalised["id"])

    @property
    def name(self) -> str:
        return str(self.normalised["name"])

    @property
    def description(self) -> str:
        return str(self.normalised["description"])

    @property
    def instructions(self) -> str:
        return str(self.normalised["instructions"])

    @property
    def model(self) -> str | None:
        model: str | None = self.normalised["model"]
        return model

    @property
    def tools(self) -> tuple[str, ...]:
        return tuple(self.normalised["tools"])

    @property
    def input(self) -> Schema:
        schema: Schema = self.normalised["input"]
        return schema

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical document, 64 hexadecimal digits."""
        return digest(self.normalised)

    @cached_property
    def reviewers(self) -> People:
        """Of actions that a model chose, unrouted reviews and unknown outcomes; empty: owners and admins."""
        return People.load(self.normalised["reviewers"])

    @property
    def second_looks(self) -> int:
        """Of a hundred actions that no person is asked for, so many are looked at afterwards."""
        return int(self.normalised.get("second_looks", SECOND_LOOKS))

    @cached_property
    def policy(self) -> tuple[PolicyRule, ...]:
        return tuple(PolicyRule.load(rule) for rule in self.normalised["policy"])

    @cached_property
    def scope_schema(self) -> Schema:
        """Of `{"input": …, "steps": {"<id>": {"output": …}}}`."""
        return scope_schema(self.normalised)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """In order; those in branches are inside their step."""
        return tuple(Step.load(part, self.scope_schema) for part in self.normalised["steps"])

    @cached_property
    def by_id(self) -> dict[str, Step]:
        """Every step by its id, those in branches too."""
        return {found.id: found for step in self.steps for found in step.walk()}

    def done_again(self, review: str) -> list[str]:
        """The AI steps that run anew when changes are asked for in this review step."""
        return done_again(self.normalised["steps"], review)

    def sums(self, tool: str) -> list[Sum]:
        """Those that the policy reads of a use of this tool, each once."""
        return list(dict.fromkeys(rule.sum for rule in self.policy if rule.tool == tool and rule.sum))

    @cached_property
    def _conditions(self) -> dict[PolicyRule, Expression]:
        return {}

    def decide(
        self,
        tool: str,
        args: Object,
        *,
        effect: bool,
        args_schema: Schema | None = None,
        running: Running = _unknown,
    ) -> str:
        """allow, ask or deny for a call that a model chose: the first rule of the policy that applies.

        A rule whose condition cannot be evaluated asks, as where a sum is not known. Without a rule an effect asks,
        the rest is allowed.
        """
        for rule in self.policy:
            if rule.tool != tool:
                continue
            applies = self._applies(rule, args, args_schema, running)
            if applies is None:
                return "ask"
            if applies:
                return rule.decide
        return "ask" if effect else "allow"

    def _applies(self, rule: PolicyRule, args: JSON, schema: Schema | None, running: Running) -> bool | None:
        if rule.when is None:
            return True
        scope: Object = {"args": args}
        if rule.sum:
            if (known := running(rule.sum)) is None:
                return None
            scope["sum"] = known
        if rule not in self._conditions:
            self._conditions[rule] = Expression(rule.when, policy_scope(schema or {}, rule.sum))
        try:
            return self._conditions[rule].evaluate(scope)
        except (ExpressionError, MissingValue):
            return None


def policy_scope(args: Schema, added_up: Sum | None) -> Schema:
    """Of what a policy's condition reads."""
    return {"type": "object", "properties": {"args": args, **({"sum": added_up.schema} if added_up else {})}}
