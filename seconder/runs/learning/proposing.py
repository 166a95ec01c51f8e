"""From a finding to what could follow from it: the agent's file as it would then be, and the cases that would have gone
another way, found by really asking the policy of both files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from seconder.agents import tools
from seconder.agents.file import AgentFile
from seconder.agents.file.people import Part
from seconder.core.json import Object
from seconder.core.visible import holds_hidden
from seconder.runs.acts.policy import ruling
from seconder.runs.learning import wording
from seconder.runs.learning.finding import Finding, findings, is_clear
from seconder.runs.learning.past import Case


@dataclass(frozen=True)
class Proposed:
    """`file`: what would be published, None where the file stays as it is. `does`: policy, instructions, or case, where
    an evaluation case alone is kept. `changed`: of the `among` cases looked at, those that would have gone another way
    (of a case alone: those that it stands for)."""

    finding: Finding
    does: str
    added: str
    file: Part | None
    keeps_case: bool
    changed: tuple[Case, ...]
    among: int
    decides: str = ""  # of a rule of the policy: deny, or ask

    @cached_property
    def against(self) -> list[Case]:
        """Those that people let pass as they were."""
        supports = set(self.finding.supports)
        return [case for case in self.changed if case not in supports and case.outcome == "approved"]

    @property
    def example(self) -> Case:
        """The latest that speaks for it."""
        return self.finding.supports[-1]


def proposed(file: AgentFile, cases: list[Case]) -> dict[str, Proposed]:
    """By the key of its finding, each that would change something and that few approvals contradict."""
    made = ((finding.key, _of(file, finding, cases)) for finding in findings(cases))
    return {
        key: one
        for key, one in made
        if one and is_clear(len(one.changed) - len(one.against), len(one.against))
    }


def _of(file: AgentFile, finding: Finding, cases: list[Case]) -> Proposed | None:
    if finding.kind == "action" and finding.place not in file.tools:
        return None
    if finding.verdict == "rejected":
        return _policy(file, finding, cases) if finding.kind == "action" else _case(file, finding, cases)
    return _instructions(file, finding, cases)


def _policy(file: AgentFile, finding: Finding, cases: list[Case]) -> Proposed | None:
    """Deny what people were asked for and rejected; where the policy lets it pass by now, ask, without taking the place
    of what is denied."""
    tool = tools.find(finding.place)
    if tool is None or not _is_sayable(finding):
        return None
    now = {ruling(file, tool, case.arguments) for case in finding.supports}
    when = finding.sign.condition(
        {"type": "object", "properties": {"args": tool.arguments}, "required": ["args"]}
    )
    decides = "ask" if "allow" in now else "deny"
    rule: Object = {"tool": tool.name, "when": when, "decide": decides}
    rules: list[Part] = file.normalised["policy"]
    of_tool = [rule["decide"] if rule["tool"] == tool.name else None for rule in rules]
    place = next((n for n, said in enumerate(of_tool) if said in ("ask", "allow")), len(rules))
    if decides == "ask" and "deny" in of_tool[place:]:
        return None
    at = place if decides == "ask" else 0
    then: Part = {**file.normalised, "policy": [*rules[:at], rule, *rules[at:]]}
    with_it = AgentFile.load(then)
    alike = _alike(finding, cases)
    changed = tuple(
        case for case in alike if ruling(file, tool, case.arguments) != ruling(with_it, tool, case.arguments)
    )
    return Proposed(finding, "policy", wording.rule(rule), then, False, changed, len(alike), decides)


def _case(file: AgentFile, finding: Finding, cases: list[Case]) -> Proposed | None:
    """No condition of a file can reject; a case that is kept tells when people are no longer asked."""
    if finding.place not in file.by_id:
        return None
    changed = (*finding.supports, *finding.against)
    return Proposed(finding, "case", "", None, True, changed, len(_alike(finding, cases)))


def _instructions(file: AgentFile, finding: Finding, cases: list[Case]) -> Proposed | None:
    """A sentence for the model; the built-in one reads none, so that a case is kept and the file stays."""
    maker = finding.maker
    is_ours = finding.kind == "review" and maker in file.by_id and file.by_id[maker].kind == "ai"
    if not is_ours and finding.kind == "review":
        return None
    changed = tuple(sorted((*finding.supports, *finding.against), key=lambda case: case.order))
    alike = [case for case in _alike(finding, cases) if case.outcome == "approved"]
    if _reads_none(file) or not _is_sayable(finding):
        return Proposed(finding, "case", "", None, True, changed, len(alike)) if is_ours else None
    sentence = wording.instruction(finding, maker)
    if sentence in file.instructions:
        return None
    text = "\n".join(part for part in (file.instructions.rstrip(), sentence) if part)
    then: Part = {**file.normalised, "instructions": text}
    return Proposed(finding, "instructions", sentence, then, is_ours, changed, len(alike))


def _alike(finding: Finding, cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if (case.kind, case.place) == (finding.kind, finding.place)]


def _reads_none(file: AgentFile) -> bool:
    return (file.model or settings.MODEL) == "builtin"


def _is_sayable(finding: Finding) -> bool:
    """What cannot be seen goes into no file."""
    signs = [finding.sign, *([finding.old] if finding.old else [])]
    return not any(holds_hidden(one.literal) for one in signs)
