"""A published agent as the interpreter reads it: frozen views of the normalised document.

Made from stored JSON without pydantic, so that a worker that only waits never imports it. The document
was checked when it was published; here nothing is checked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeAlias

from seconder.agents.file.expression import Expression
from seconder.agents.file.kinds import Schema
from seconder.agents.file.people import Part, People
from seconder.agents.file.routing import Choice, Routing
from seconder.core import durations, paths, spans
from seconder.core.json import JSON, Object
from seconder.core.paths import Path
from seconder.core.spans import Span

Kind: TypeAlias = Literal["ai", "review", "ask", "tool", "branches"]
Quorum: TypeAlias = JSON  # as `verification.rule` reads it

REVIEW_OUTPUT: Schema = {
    "type": "object",
    "required": ["outcome"],
    "properties": {
        "outcome": {"type": "string", "enum": ["approved", "rejected", "continued"]},
        "note": {"type": "string"},
    },
}


@dataclass(frozen=True, slots=True)
class Retry:
    """`attempts` counts the first one too; before attempt n + 1 the step waits `backoff` × 2^(n-1)."""

    attempts: int
    backoff: timedelta


@dataclass(frozen=True, slots=True)
class Escalation:
    """`after` is counted from the opening of the review; `to` joins the reviewers."""

    after: Span
    to: People


@dataclass(frozen=True, slots=True)
class Stage:
    """Asked once the one before has said yes."""

    approve: Quorum
    reject: Quorum
    assign: People

    @classmethod
    def load(cls, part: Part) -> Stage:
        return cls(part["approve"], part["reject"], People.load(part["assign"]))


@dataclass(frozen=True, slots=True)
class ReviewSpec:
    """`approve` and `reject` are "any", "all", {"count": n}, {"percent": p} or {"per_team": {team: n}}. `due`, `remind`
    and `escalate` count from the opening. `show` holds paths like `steps.extract.output`. `routing`
    chooses the people in place of `assign`, where the file does."""

    when: Expression | None
    question: str
    show: tuple[Path, ...]
    assign: People
    approve: Quorum
    reject: Quorum
    forbid: tuple[str, ...]
    answers: tuple[str, ...]
    risk: str
    due: Span
    remind: tuple[Span, ...]
    escalate: tuple[Escalation, ...]
    on_timeout: str
    answer: Schema | None = None  # of a question
    routing: Routing | None = None
    stages: tuple[Stage, ...] = ()  # in place of `assign`, `approve` and `reject`

    @classmethod
    def load(cls, part: Part, scope: Schema) -> ReviewSpec:
        return cls(
            when=_expression(part["when"], scope),
            question=part["question"],
            show=tuple(paths.parse(text) for text in part["show"]),
            assign=People.load(part["assign"]),
            approve=part["rule"]["approve"],
            reject=part["rule"]["reject"],
            forbid=tuple(part["forbid"]),
            answers=tuple(part["answers"]),
            risk=part["risk"],
            due=spans.load(part["due"]),
            remind=tuple(spans.load(one) for one in part["remind"]),
            escalate=tuple(
                Escalation(spans.load(one["after"]), People.load(one["to"])) for one in part["escalate"]
            ),
            on_timeout=part["on_timeout"],
            answer=part.get("answer"),
            routing=Routing.load(part["assign"], scope),
            stages=tuple(Stage.load(one) for one in part["rule"].get("stages", ())),
        )

    def choose(self, scope: Object) -> list[Choice]:
        """Whom each of the reviews to open asks; at least one."""
        return self.routing.choose(scope) if self.routing else [Choice(self.assign)]

    @property
    def reads(self) -> list[Path]:
        """On what it rests whether people are asked, who they are, and what they see."""
        return [
            *self.show,
            *(self.when.paths if self.when else ()),
            *(self.routing.paths if self.routing else ()),
        ]


@dataclass(frozen=True, slots=True)
class Step:
    """What is not of this step's kind is None or empty.

    ai: prompt (with templates), output. review: review, on_reject. ask: review, with its `answer`. tool: tool,
    with_ (with templates).
    branches: each a tuple of steps; the branches run side by side and are joined. `timeout` is of one
    attempt; None leaves it to the engine.
    """

    id: str
    kind: Kind
    if_: Expression | None
    retry: Retry
    timeout: timedelta | None
    prompt: str = ""
    output: Schema = field(default_factory=dict)
    review: ReviewSpec | None = None
    on_reject: str = "stop"
    tool: str = ""
    with_: Object = field(default_factory=dict)
    branches: tuple[tuple[Step, ...], ...] = ()

    @classmethod
    def load(cls, part: Part, scope: Schema) -> Step:
        retry = part.get("retry") or {"attempts": 1, "backoff": "10s"}
        timeout = part.get("timeout")
        review = part.get("review")
        return cls(
            id=part["id"],
            kind=part["kind"],
            if_=_expression(part["if"], scope),
            retry=Retry(retry["attempts"], durations.parse(retry["backoff"])),
            timeout=durations.parse(timeout) if timeout else None,
            prompt=part.get("prompt", ""),
            output=part.get("output", {}),
            review=ReviewSpec.load(review, scope) if review else None,
            on_reject=part.get("on_reject", "stop"),
            tool=part.get("tool", ""),
            with_=part.get("with", {}),
            branches=tuple(
                tuple(cls.load(step, scope) for step in branch["steps"])
                for branch in part.get("branches", ())
            ),
        )

    def walk(self) -> Iterator[Step]:
        """This step, then every step in its branches, in the order of the file."""
        yield self
        for branch in self.branches:
            for step in branch:
                yield from step.walk()


def walk(parts: list[Part]) -> Iterator[Part]:
    """Every step of a normalised document, those in branches too, in the order of the file."""
    for part in parts:
        yield part
        for branch in part.get("branches", ()):
            yield from walk(branch["steps"])


def scope_schema(document: Part) -> Schema:
    """The schema of what expressions and templates read: input, and the output of every step."""
    outputs = {part["id"]: output_schema(part) for part in walk(document["steps"])}
    steps = {name: {"type": "object", "properties": {"output": schema}} for name, schema in outputs.items()}
    return {
        "type": "object",
        "properties": {"input": document["input"], "steps": {"type": "object", "properties": steps}},
    }


def output_schema(part: Part) -> Schema:
    """What a step's output looks like; a tool's is open."""
    if part["kind"] == "review":
        return REVIEW_OUTPUT
    if part["kind"] == "ask":
        answer: Schema = part["review"]["answer"]
        return answer
    schema: Schema = part.get("output", {})
    return schema


def _expression(text: JSON, scope: Schema) -> Expression | None:
    return Expression(text, scope) if isinstance(text, str) else None
