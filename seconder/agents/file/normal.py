"""The canonical form of an agent's file: defaults written out, sugar undone, orders without meaning sorted.

Two files that mean the same have the same canonical form, and so the same digest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from seconder.agents.file import document as written
from seconder.agents.file import templates
from seconder.agents.file.agent_file import SECOND_LOOKS
from seconder.agents.file.document import Document
from seconder.agents.file.faults import NOT_SUPPORTED_YET, Fault, shown
from seconder.agents.file.people import Part, people
from seconder.agents.file.schemas import OPEN, usable
from seconder.core import durations, paths, spans
from seconder.core.json import JSON
from seconder.core.spans import Span, Working

TEXT_OUTPUT: Part = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
ONCE: Part = {"attempts": 1, "backoff": "10s"}
DUE = durations.parse("3d")
DUE_AT_WORK = durations.parse("24h")  # three days of an office
ANSWERS = ("approve", "edit", "reject", "request_changes")
_SUGAR = ("requiresVerification", "verificationConfig")
_REPEATED = ("for_each", "parallel")
_KEYS = {
    "ai": {"prompt", "description", "output", "retry", "timeout", "on_reject", *_SUGAR, *_REPEATED},
    "tool": {"tool", "with", "retry", "timeout", *_REPEATED},
    "review": {"review", "on_reject"},
    "ask": {"ask"},
    "agent": {"agent", "with", "output", "retry", "timeout", *_REPEATED},
    "branches": {"branches"},
}
_NAMES = {
    "ai": "an AI step",
    "tool": "a tool step",
    "review": "a review step",
    "ask": "a question",
    "branches": "a step with branches",
}


@dataclass
class Normal:
    """`document` is the canonical form. `origins` are the places in the author's file, one for each of its
    steps in the order of `steps.walk`; a review made from sugar points to its `verificationConfig`."""

    id: str
    document: Part = field(default_factory=dict)
    origins: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, file: Document) -> Normal:
        normal = cls(file.id)
        normal.names(file.steps, "steps", {})
        if file.triggers:
            normal.not_yet("triggers", "starts runs by itself")
        normal.document = {
            "version": 1,
            "kind": "agent",
            "id": file.id,
            "name": file.name or file.id,
            "description": file.description.strip(),
            "instructions": file.instructions.strip(),
            "model": file.model,
            "tools": sorted(set(file.tools)),
            "policy": [_ruled(rule) for rule in file.policy],
            "reviewers": people(file.reviewers),
            "input": usable(file.input, "input", normal.faults),
            "triggers": [],
            "steps": normal.steps(file.steps, "steps"),
        }
        if (
            file.second_looks != SECOND_LOOKS
        ):  # left out, so that files from before there were any keep their digest
            normal.document["second_looks"] = file.second_looks
        return normal

    def add(self, path: str, message: str, value: Any = "") -> None:  # Any: whatever stood in the file
        self.faults.append(Fault(path, message, shown(value)))

    def not_yet(self, path: str, what: str, value: Any = "") -> None:  # Any: whatever stood in the file
        self.faults.append(
            Fault(path, f"{what}, which is not supported yet", shown(value), NOT_SUPPORTED_YET)
        )

    def names(self, steps: list[written.Step], path: str, seen: dict[str, str]) -> None:
        """Collects the ids that the author chose; each may be used once."""
        for position, step in enumerate(steps):
            here = f"{path}[{position}]"
            if step.id in seen:
                self.add(f"{here}.id", f"is already the id of {seen[step.id]}", step.id)
            elif step.id:
                seen[step.id] = here
            for number, branch in enumerate(step.branches or ()):
                self.names(branch.steps, f"{here}.branches[{number}].steps", seen)
        self.taken |= seen.keys()

    def made_up(self, name: str) -> str:
        """An id for what has none: the same file always gives the same ones."""
        free, count = name, 1
        while free in self.taken:
            count += 1
            free = f"{name}_{count}"
        self.taken.add(free)
        return free

    def steps(self, steps: list[written.Step], path: str) -> list[Part]:
        return [part for n, step in enumerate(steps) for part in self.step(step, f"{path}[{n}]")]

    def step(self, step: written.Step, path: str) -> Iterator[Part]:
        kind = self.kind(step, path)
        self.origins.append(path)
        default = "branches" if kind == "branches" else "step"
        name = step.id or self.made_up(f"{default}_{len(self.origins)}")
        part: Part = {"id": name, "kind": kind, "if": _stripped(step.if_)}
        match kind:
            case "ai":
                part |= self.ai(step, path)
            case "tool":
                part |= {"tool": step.tool, "with": _templates(step.with_ or {}), **_patience(step)}
            case "review" if step.review:
                part |= {
                    "on_reject": step.on_reject or "stop",
                    "review": self.review(step.review, f"{path}.review"),
                }
            case "ask" if step.ask:
                part |= {"on_reject": "stop", "review": self.question(step.ask, f"{path}.ask")}
            case "branches":
                part["branches"] = [
                    {"steps": self.steps(branch.steps, f"{path}.branches[{number}].steps")}
                    for number, branch in enumerate(step.branches or ())
                ]
            case _:
                part |= {
                    "kind": "ai",
                    "prompt": "",
                    "output": self.output(step, path, OPEN),
                    **_patience(step),
                }
        yield part
        if kind == "ai" and (step.requires_verification or step.verification_config):
            yield from self.verification(step, name, path)

    def kind(self, step: written.Step, path: str) -> str | None:
        """What the step does; None, with its fault, when that is not one thing that runs today."""
        given = {name for name, value in step.model_dump(by_alias=True).items() if value is not None}
        chosen = [name for name in written.KINDS if name in given]
        if not chosen:
            self.add(path, f"does nothing; it needs one of {', '.join(written.KINDS)}")
            return None
        if len(chosen) > 1:
            self.add(path, f"has {' and '.join(chosen)}; a step does one thing", step.id or "")
            return None
        kind = {"prompt": "ai", "description": "ai"}.get(chosen[0], chosen[0])
        for name in sorted(given & set(_REPEATED)):
            self.not_yet(f"{path}.{name}", "repeats a step", getattr(step, name))
        if kind == "agent":
            if step.agent == self.id:
                self.add(f"{path}.agent", "runs this agent itself, which would never end", step.agent)
            self.not_yet(f"{path}.agent", "runs another agent", step.agent)
            return None
        if step.kind and step.kind != kind:
            self.add(f"{path}.kind", f"is not what the step does, which is {kind}", step.kind)
        for name in sorted(given - _KEYS[kind] - {"id", "if", "kind"}):
            self.add(f"{path}.{name}", f"does not belong to {_NAMES[kind]}")
        return kind

    def ai(self, step: written.Step, path: str) -> Part:
        prompt = step.prompt or step.description or ""
        if step.on_reject and not step.requires_verification:
            self.add(f"{path}.on_reject", "does not belong to an AI step without a review", step.on_reject)
        if not prompt.strip():
            self.add(f"{path}.prompt", "must not be empty")
        return {
            "prompt": _templates(prompt.strip()),
            "output": self.output(step, path, TEXT_OUTPUT),
            **_patience(step),
        }

    def output(self, step: written.Step, path: str, default: Part) -> Part:
        if step.output is None:
            return default
        return usable(step.output, f"{path}.output", self.faults)

    def verification(self, step: written.Step, name: str, path: str) -> Iterator[Part]:
        """The review that `requiresVerification` puts after a step."""
        config = step.verification_config or written.VerificationConfig()
        if not step.requires_verification:
            self.add(f"{path}.verificationConfig", "has no effect without requiresVerification: true")
            return
        if bool(config.escalation_after) != bool(config.escalate_to):
            self.add(f"{path}.verificationConfig", "needs escalationAfter and escalateTo together")
        to = written.People(people=config.escalate_to)
        review = written.Review(
            question=f"Is the result of “{name}” right?",
            show=[f"steps.{name}.output"],
            assign=written.Assign(people=config.assigned_to),
            escalate=[written.Escalation(after=config.escalation_after, to=to)]
            if config.escalation_after
            else [],
        )
        self.origins.append(f"{path}.verificationConfig")
        yield {
            "id": self.made_up(f"{name}_review"),
            "kind": "review",
            "if": None,
            "on_reject": step.on_reject or "stop",
            "review": self.review(review, f"{path}.verificationConfig"),
        }

    def review(self, review: written.Review, path: str) -> Part:
        remind = sorted({spans.load(one) for one in review.remind}, key=_rank)
        escalate = sorted(
            ({"after": one.after, "to": people(one.to)} for one in review.escalate),
            key=lambda one: _rank(spans.load(one["after"])),
        )
        return {
            "when": _stripped(review.when),
            "question": (review.question or "May this go on?").strip(),
            "show": list(dict.fromkeys(_canonical_path(text) for text in review.show)),
            "assign": self.assign(review.assign, f"{path}.assign"),
            "rule": self.rule(review, path),
            "forbid": sorted(set(review.forbid)),
            "answers": [answer for answer in ANSWERS if answer in review.answers],
            "risk": review.risk,
            "due": review.due or _due([*remind, *(spans.load(one["after"]) for one in escalate)]),
            "remind": [spans.stored(span) for span in remind],
            "escalate": escalate,
            "on_timeout": review.on_timeout,
        }

    def question(self, ask: written.Ask, path: str) -> Part:
        """A review that is answered by a form, or not at all."""
        answer = TEXT_OUTPUT if ask.answer is None else usable(ask.answer, f"{path}.answer", self.faults)
        if not answer.get("properties"):
            self.add(f"{path}.answer", "names no property, so there is nothing to fill in", ask.answer)
        asked = written.Review(**ask.model_dump(exclude={"answer"}, by_alias=True))
        if ask.assign.match == "every":
            self.add(f"{path}.assign.match", "must be first: a question has one answer", "every")
        return {**self.review(asked, path), "answers": ["answer", "reject"], "answer": answer}

    def rule(self, review: written.Review, path: str) -> Part:
        """One rule for all who are asked, or one for each stage, with its people."""
        rule, assign = review.rule, review.assign
        made: Part = {"approve": rule.approve, "reject": rule.reject}
        if not rule.stages:
            return made
        if made != {"approve": "any", "reject": "any"}:
            self.add(
                f"{path}.rule", "has stages, each with its own rule; what stands beside them has no effect"
            )
        if assign.people or assign.teams or assign.routes or assign.expression:
            self.add(f"{path}.assign", "has no effect beside stages; each names its own people under assign")
        return {
            **made,
            "stages": [
                {"approve": one.approve, "reject": one.reject, "assign": people(one.assign)}
                for one in rule.stages
            ],
        }

    def assign(self, part: written.Assign, path: str) -> Part:
        """People, routes or an expression: one of them says who is asked."""
        if sum(map(bool, (part.people or part.teams, part.routes, part.expression))) > 1:
            self.add(path, "names people, routes or an expression; only one of them says who is asked")
        if part.match == "every" and not part.routes:
            self.add(f"{path}.match", "has no effect without routes", part.match)
        made = people(part)
        if part.routes:
            routes = [{"when": _stripped(one.when), "to": people(one.to)} for one in part.routes]
            made |= {"match": part.match, "routes": routes}
        if part.expression:
            made["expression"] = part.expression.strip()
        return made


def _rank(span: Span) -> tuple[bool, timedelta]:
    return isinstance(span, Working), spans.length(span)


def _due(before: list[Span]) -> JSON:
    """Where the author names none: three days, or twice what comes before it; of work where anything counts working
    time."""
    longest = 2 * max(map(spans.length, before), default=timedelta(0))
    if any(isinstance(span, Working) for span in before):
        return spans.stored(Working(min(max(DUE_AT_WORK, longest), spans.MOST)))
    return spans.stored(max(DUE, longest))


def _ruled(rule: written.PolicyRule) -> Part:
    part: Part = {"tool": rule.tool, "when": _stripped(rule.when), "decide": rule.decide}
    if rule.sum:
        per = sorted({_canonical_path(path) for path in rule.sum.per})
        of = _canonical_path(rule.sum.of) if rule.sum.of else None
        part["sum"] = {"of": of, "per": per, "window": rule.sum.window}
    return part


def _patience(step: written.Step) -> Part:
    retry = {"attempts": step.retry.attempts, "backoff": step.retry.backoff} if step.retry else ONCE
    return {"retry": retry, "timeout": step.timeout}


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else None


def _canonical_path(text: str) -> str:
    try:
        return paths.text(paths.parse(text.strip()))
    except ValueError:
        return text


def _templates(value: JSON) -> JSON:
    """Each template as `{{ path }}` in one spelling; what is not a template stays for the check to see."""
    if isinstance(value, dict):
        return {key: _templates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_templates(item) for item in value]
    if not isinstance(value, str):
        return value
    try:
        found = templates.parts(value)
    except ValueError:
        return value
    return "".join(part if isinstance(part, str) else f"{{{{ {paths.text(part)} }}}}" for part in found)
