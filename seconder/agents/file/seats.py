"""Who is meant by an assignment, and whether so many of them can be found."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from seconder.agents.file.faults import Fault, shown
from seconder.agents.file.known import Colleague, Known
from seconder.agents.file.people import Part
from seconder.core.json import JSON
from seconder.verification.rule import Seats, met, needed, of_teams, per_team, reachable, teams


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


def nobody_faults(part: Part, path: str) -> Iterator[Fault]:
    if not part["people"] and not part["teams"]:
        yield Fault(path, "names nobody")


def assigned(assign: Part, path: str) -> list[tuple[Part, str]]:
    """The people of every review that the step may open, as far as the file names them, each with its place."""
    if "expression" in assign:
        return []
    if "routes" not in assign:
        return [(assign, path)]
    return [(route["to"], f"{path}.routes[{place}].to") for place, route in enumerate(assign["routes"])]


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
    review: Part, path: str, sitting: dict[str, Colleague], owner: str | None, known: Known, at: str = ""
) -> Iterator[Fault]:
    """A rule that these people can never meet. `at`: the place of the route or stage that they are of, if any."""
    people = _without_owner(review, sitting, owner)
    if not people:
        named = "" if at else shown(review["assign"])
        yield Fault(at or f"{path}.assign", "leaves nobody who could decide", named)
        return
    places = _seats(review, people, known)
    for side in ("approve", "reject"):
        wanted = review["rule"][side]
        if unknown := [team for team in per_team(wanted) if known.team(team) is None]:
            yield Fault(f"{path}.rule.{side}", "names a team that does not exist", shown(unknown[0]))
        elif not met(wanted, places, places):
            where, what = (at, f"({side}) ") if at else (f"{path}.rule.{side}", "")
            yield Fault(where, f"{what}{_out_of_reach(wanted, places)}", shown(wanted))


def _out_of_reach(wanted: JSON, places: Seats) -> str:
    if of := per_team(wanted):
        asked = f"{of_teams(of)}, each person counted once"
        return f"asks for {asked}; too few of them are under assign, so it can never be met"
    return f"asks for {needed(wanted, len(places))} of {len(places)} people, which can never be met"


def reach_warning(
    review: Part, path: str, sitting: dict[str, Colleague], owner: str | None, known: Known
) -> str | None:
    """A rule that is out of reach when one of these people is the requester."""
    if "requester" not in review["forbid"]:
        return None
    people = _without_owner(review, sitting, owner)
    places = _seats(review, people, known)
    # Of those who are in the same teams it makes no difference who asks: one of each kind is tried.
    alike = {tuple(places[email]): email for email in sorted(people, reverse=True) if people[email].may_ask}
    asking = next((email for email in sorted(alike.values()) if _needs(email, review, places)), None)
    if asking is None:
        return None
    return (
        f"{path}.rule.approve: a run that {asking} asks for leaves {len(people) - 1} of {len(people)} people, "
        "too few for this rule; such a review goes to the default reviewers."
    )


def _needs(email: str, review: Part, places: Seats) -> bool:
    """Whether the rule is out of reach without this one."""
    return not reachable(review["rule"], {one: of for one, of in places.items() if one != email})


def _seats(review: Part, people: Collection[str], known: Known) -> dict[str, list[str]]:
    """Each with the teams of the rule that the vote may count for."""
    of = {team: {email.lower() for email in known.team(team) or ()} for team in teams(review["rule"])}
    return {email: [team for team, members in of.items() if email in members] for email in people}


def _without_owner(review: Part, sitting: dict[str, Colleague], owner: str | None) -> dict[str, Colleague]:
    barred = owner.lower() if owner and "owner" in review["forbid"] else None
    return {email: one for email, one in sitting.items() if email != barred}
