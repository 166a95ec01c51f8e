"""When enough people have said so. Pure: from the seats and the votes to an outcome.

A rule is `{"approve": R, "reject": R}` with R one of `"any"`, `"all"`, `{"count": n}`, `{"percent": p}` of those asked,
`{"per_team": {team: n}}`. Seats are the people who are asked, each with those teams of the rule that the
person's vote may count for. A vote counts once: who is in two teams fills a place of one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import Any, TypeAlias

from seconder.core.json import JSON, Object

APPROVING = frozenset({"approve", "edit"})
OUTCOMES = {"approve": "approved", "reject": "rejected"}
# One of these is enough, whatever the rule: changes are shown to everybody anew.
ENDING = {"answer": "answered", "request_changes": "changes_requested"}
MOST_TEAMS = 8  # in one rule: its groups of teams are gone through one by one

Seats: TypeAlias = Mapping[Any, Collection[str]]  # Any: whatever stands for a person
Votes: TypeAlias = Mapping[Any, str]  # as above


def needed(side: JSON, people: int) -> int:
    """How many votes this side of the rule asks for, of that many people."""
    if side == "any":
        return 1
    if side == "all":
        return max(people, 1)
    if isinstance(side, dict):
        if isinstance(count := side.get("count"), int):
            return count
        if isinstance(percent := side.get("percent"), int):
            return max(-(-people * percent // 100), 1)
        if wanted := per_team(side):
            return sum(wanted.values())
    raise ValueError(f"not a rule: {side!r}")


def per_team(side: JSON) -> dict[str, int]:
    """How many of each team this side asks for; empty where it counts people only."""
    wanted = side.get("per_team") if isinstance(side, dict) else None
    return {team: n for team, n in wanted.items() if isinstance(n, int)} if isinstance(wanted, dict) else {}


def teams(rule: Object) -> list[str]:
    """Those that either side of the rule names."""
    return sorted({team for side in ("approve", "reject") for team in per_team(rule[side])})


def met(side: JSON, seats: Seats, voters: Collection[Any]) -> bool:  # Any: as above
    """Whether these of the people asked are enough for this side; who is not asked any more counts for nothing."""
    voters = [voter for voter in voters if voter in seats]
    if wanted := per_team(side):
        return _filled(wanted, [seats[voter] for voter in voters])
    return len(voters) >= needed(side, len(seats))


def _filled(wanted: dict[str, int], voters: list[Collection[str]]) -> bool:
    """Whether every place of every team finds a person of its own: so it is when each group of teams has at least as
    many people in any of them as it has places (Hall's theorem)."""
    groups = [set(group) for size in range(1, len(wanted) + 1) for group in combinations(wanted, size)]
    return all(
        sum(wanted[team] for team in group) <= sum(not group.isdisjoint(voter) for voter in voters)
        for group in groups
    )


def reachable(rule: Object, seats: Seats) -> bool:
    return bool(seats) and met(rule["approve"], seats, seats)


def still_reachable(rule: Object, seats: Seats, votes: Votes) -> bool:
    """Whether it can be approved by those who approved already and those who may still."""
    return bool(seats) and met(rule["approve"], seats, _not_against(seats, votes))


def outcome(rule: Object, seats: Seats, votes: Votes) -> str | None:
    """`approved`, `rejected`, or None while neither side is met; `votes` are the verdicts of people with seats. A
    reject rule that is met comes first. When so many rejected that approval cannot be reached any more, the review
    is rejected too: it must not wait for nothing."""
    approving = [voter for voter, verdict in votes.items() if verdict in APPROVING]
    rejecting = [voter for voter, verdict in votes.items() if verdict == "reject"]
    if rejecting and met(rule["reject"], seats, rejecting):
        return "rejected"
    if met(rule["approve"], seats, approving):
        return "approved"
    return None if met(rule["approve"], seats, _not_against(seats, votes)) else "rejected"


def _not_against(seats: Seats, votes: Votes) -> list[Any]:  # Any: as above
    return [person for person in seats if votes.get(person) != "reject"]


def settled(rule: Object, people: int) -> Object:
    """The rule with the number that must approve written out, as it is of that many people: it does not sink with
    each one who leaves."""
    approve = rule["approve"]
    is_share = approve == "all" or (isinstance(approve, dict) and "percent" in approve)
    return {**rule, "approve": {"count": needed(approve, people)}} if is_share else rule


def in_words(rule: Object, people: int) -> str:
    """`any one of 3 people must approve; one rejection stops it`, for the card."""
    if people <= 1:
        return "one person decides"
    approve, stop = rule["approve"], needed(rule["reject"], people)
    ends = "one rejection stops" if stop == 1 else f"{stop} rejections stop"
    if wanted := per_team(rule["reject"]):
        ends = f"rejections by {of_teams(wanted)} stop"
    return f"{_approving(approve, people)} must approve; {ends} it"


def _approving(side: JSON, people: int) -> str:
    if wanted := per_team(side):
        return of_teams(wanted)
    count = needed(side, people)
    if count == 1:
        return f"any one of {people} people"
    return f"all {people} people" if count == people else f"{count} of {people} people"


def of_teams(wanted: Mapping[str, int]) -> str:
    """`1 of finance and 2 of legal`, each vote counting once."""
    return _joined(f"{count} of {team}" for team, count in sorted(wanted.items()))


def _joined(parts: Iterable[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
