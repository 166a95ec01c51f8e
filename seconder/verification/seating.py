"""Whom a review asks when it opens, and by which rule.

The assigned ones who are members and may be assigned, less those whom `forbid` keeps out. Where nobody is named, or the
names lead nowhere, the default reviewers are asked by the same rule; where the rule cannot be met, any of them decides,
and the record says why. A review is never skipped for want of people.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from seconder.core.json import Object
from seconder.verification.asking import Asked
from seconder.verification.models import Assignment
from seconder.verification.roster import Roster
from seconder.verification.rule import reachable

ANY: Object = {"approve": "any", "reject": "any"}
OUT_OF_REACH = "the rule cannot be met by the people assigned"
UNKNOWN = "the expression names somebody who cannot be asked"


@dataclass(frozen=True)
class Seating:
    """`people` each with those teams of the rule that the vote may count for · `because`: why it is not those whom the
    author named who decide by the author's rule."""

    people: dict[uuid.UUID, list[str]]
    rule: Object
    how: str
    because: str = ""


def seated(asked: Asked, roster: Roster) -> Seating:
    rule: Object = {"approve": asked.approve, "reject": asked.reject}
    wanted, how, because = _wanted(asked, roster)
    out = kept_out(asked)
    people = roster.seats(asked.organization_id, [one for one in wanted if one not in out], rule)
    if reachable(rule, people):
        return Seating(people, rule, how, because)
    named = roster.find(asked.organization_id, asked.otherwise, asked.otherwise_teams)
    leaders = roster.leaders(asked.organization_id)
    allowed = ([one for one in group if one not in out] for group in (named, leaders))
    left = next((group for group in allowed if group), leaders)
    return Seating({one: [] for one in left}, dict(ANY), "default", because or OUT_OF_REACH)


def kept_out(asked: Asked) -> set[uuid.UUID]:
    seats = (("requester", asked.requester_id), ("owner", asked.owner_id))
    return {person for word, person in seats if word in asked.forbid}


def default_reviewers(asked: Asked, roster: Roster) -> list[uuid.UUID]:
    """Those whom the agent names, or else the owners and admins."""
    named = roster.find(asked.organization_id, asked.otherwise, asked.otherwise_teams)
    return named or roster.leaders(asked.organization_id)


def _wanted(asked: Asked, roster: Roster) -> tuple[list[uuid.UUID], str, str]:
    """(who is asked, how, why it is the default reviewers though others were to be chosen)."""
    home = asked.organization_id
    if asked.as_before:
        seats = Assignment.objects.filter(review=asked.follows).order_by("at")
        return roster.members(home, seats.values_list("person_id", flat=True)), "assigned", ""
    because = asked.because
    if asked.is_computed and not roster.knows(home, asked.people, asked.teams):
        because = UNKNOWN
    if because or not (asked.people or asked.teams):
        return default_reviewers(asked, roster), "default", because
    return roster.find(home, asked.people, asked.teams), "assigned", ""
