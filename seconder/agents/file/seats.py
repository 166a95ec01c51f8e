"""Who is meant by an assignment, and whether so many of them can be found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seconder.agents.file.faults import Fault, shown
from seconder.agents.file.known import Colleague, Known
from seconder.agents.file.steps import Part


def people_faults(part: Part, path: str, known: Known) -> Iterator[Fault]:
    """Names of people and teams that nobody answers to."""
    for email in part["people"]:
        one = known.person(email)
        if one is None:
            yield Fault(f"{path}.people", "names somebody who is not a member here", shown(email))
        elif not one.may_be_assigned:
            yield Fault(f"{path}.people", f"names a {one.role}, who cannot be assigned", shown(email))
    for name in part["teams"]:
        if known.team(name) is None:
            yield Fault(f"{path}.teams", "names a team that does not exist", shown(name))


def seats(part: Part, reviewers: Part, known: Known) -> dict[str, Colleague]:
    """By address, everybody who may sit in a review, each once; nobody named means the default
    reviewers, and without those the owners and admins."""
    chosen = next((one for one in (part, reviewers) if one["people"] or one["teams"]), None)
    if chosen is None:
        named = known.leaders()
    else:
        named = [*chosen["people"], *(email for team in chosen["teams"] for email in known.team(team) or ())]
    found = {email.lower(): known.person(email.lower()) for email in named}
    return {email: one for email, one in found.items() if one and one.may_be_assigned}


def reach_faults(
    review: Part, path: str, sitting: dict[str, Colleague], owner: str | None
) -> Iterator[Fault]:
    """A rule that these people can never meet."""
    people = _without_owner(review, sitting, owner)
    if not people:
        yield Fault(f"{path}.assign", "leaves nobody who could decide", shown(review["assign"]))
        return
    for side in ("approve", "reject"):
        wanted = _needed(review["rule"][side], len(people))
        if wanted > len(people):
            message = f"asks for {wanted} of {len(people)} people, which can never be met"
            yield Fault(f"{path}.rule.{side}", message, shown(review["rule"][side]))


def reach_warning(review: Part, path: str, sitting: dict[str, Colleague], owner: str | None) -> str | None:
    """A rule that is out of reach when one of these people is the requester."""
    people = _without_owner(review, sitting, owner)
    asking = sorted(email for email, one in people.items() if one.may_ask)
    left = len(people) - 1
    if "requester" not in review["forbid"] or not asking or _needed(review["rule"]["approve"], left) <= left:
        return None
    return (
        f"{path}.rule.approve: a run that {asking[0]} asks for leaves {left} of {len(people)} people, "
        "too few for this rule; such a review goes to the default reviewers."
    )


def _without_owner(review: Part, sitting: dict[str, Colleague], owner: str | None) -> dict[str, Colleague]:
    barred = owner.lower() if owner and "owner" in review["forbid"] else None
    return {email: one for email, one in sitting.items() if email != barred}


def _needed(quorum: Any, people: int) -> int:  # Any: "any", "all" or an object
    if quorum == "all":
        return max(people, 1)
    return int(quorum["count"]) if isinstance(quorum, dict) and "count" in quorum else 1
