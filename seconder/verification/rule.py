"""When enough people have said so. Pure: from the votes and the people to an outcome.

A rule is `{"approve": R, "reject": R}` with R one of `"any"`, `"all"`, `{"count": n}`.
"""

from __future__ import annotations

from seconder.core.json import JSON

APPROVING = frozenset({"approve", "edit"})
OUTCOMES = {"approve": "approved", "reject": "rejected"}
# One of these is enough, whatever the rule: changes are shown to everybody anew.
ENDING = {"answer": "answered", "request_changes": "changes_requested"}


def needed(side: JSON, people: int) -> int:
    """How many votes this side of the rule asks for, of that many people."""
    if side == "any":
        return 1
    if side == "all":
        return max(people, 1)
    if isinstance(side, dict) and isinstance(count := side.get("count"), int):
        return count
    raise ValueError(f"not a rule: {side!r}")


def reachable(rule: dict[str, JSON], people: int) -> bool:
    return people >= 1 and needed(rule["approve"], people) <= people


def outcome(rule: dict[str, JSON], people: int, verdicts: list[str]) -> str | None:
    """`approved`, `rejected`, or None while neither side is met. A reject rule that is met comes first. When
    so many rejected that approval cannot be reached any more, the review is rejected too: it must not wait
    for nothing."""
    approvals = sum(verdict in APPROVING for verdict in verdicts)
    rejections = verdicts.count("reject")
    if rejections and rejections >= needed(rule["reject"], people):
        return "rejected"
    if approvals >= needed(rule["approve"], people):
        return "approved"
    undecided = people - approvals - rejections
    return "rejected" if approvals + undecided < needed(rule["approve"], people) else None


def in_words(rule: dict[str, JSON], people: int) -> str:
    """`any one of 3 people approves`, for the card."""
    count = needed(rule["approve"], people)
    if people <= 1:
        return "one person decides"
    approve = (
        f"any one of {people} people"
        if count == 1
        else f"all {people} people"
        if count == people
        else f"{count} of {people} people"
    )
    stop = needed(rule["reject"], people)
    return f"{approve} must approve; {'one rejection stops' if stop == 1 else f'{stop} rejections stop'} it"
