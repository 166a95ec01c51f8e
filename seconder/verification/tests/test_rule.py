"""When enough people have said so: properties of the pure rule."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seconder.core.json import JSON, Object
from seconder.verification.rule import (
    APPROVING,
    in_words,
    met,
    needed,
    outcome,
    per_team,
    reachable,
    settled,
    still_reachable,
)

TEAMS = ["finance", "legal", "works"]
sides: st.SearchStrategy[JSON] = st.one_of(
    st.just("any"),
    st.just("all"),
    st.integers(1, 6).map(lambda n: {"count": n}),
    st.integers(1, 100).map(lambda p: {"percent": p}),
    st.dictionaries(st.sampled_from(TEAMS), st.integers(1, 2), min_size=1).map(lambda of: {"per_team": of}),
)
rules = st.fixed_dictionaries({"approve": sides, "reject": sides})
# Six people at most, each in some of the teams.
rooms = st.lists(st.lists(st.sampled_from(TEAMS), unique=True), min_size=1, max_size=6).map(
    lambda of: dict(enumerate(of))
)
Room = dict[Any, list[str]]


@st.composite
def ballots(draw: st.DrawFn) -> tuple[Room, dict[Any, str]]:
    room = draw(rooms)
    votes = {one: draw(st.sampled_from(["approve", "edit", "reject", None])) for one in room}
    return room, {one: verdict for one, verdict in votes.items() if verdict}


def enough(side: JSON, room: Room, voters: list[Any]) -> bool:
    """Said once more, by trying: each place of each team is given to another person."""
    if wanted := per_team(side):
        places = [team for team, count in wanted.items() for _ in range(count)]
        return any(
            all(team in room[one] for team, one in zip(places, some, strict=True))
            for some in permutations(voters, len(places))
        )
    if isinstance(side, dict) and "percent" in side:
        return len(voters) > 0 and len(voters) / len(room) * 100 >= side["percent"] - 1e-9  # type: ignore[operator]  # a number
    return len(voters) >= needed(side, len(room))


@given(rules, ballots())
def test_an_outcome_says_that_its_side_is_met_or_that_the_other_cannot_be(
    rule: Object, ballot: tuple[Room, dict[Any, str]]
) -> None:
    room, votes = ballot
    found = outcome(rule, room, votes)
    approving = [one for one, verdict in votes.items() if verdict in APPROVING]
    rejecting = [one for one, verdict in votes.items() if verdict == "reject"]
    vetoed = bool(rejecting) and enough(rule["reject"], room, rejecting)
    lost = not enough(rule["approve"], room, [one for one in room if one not in rejecting])
    if found == "approved":
        assert enough(rule["approve"], room, approving)
        assert not vetoed
    elif found == "rejected":
        assert vetoed or lost
    else:
        assert not enough(rule["approve"], room, approving)
        assert not vetoed
        assert not lost


@given(rules, ballots())
def test_a_review_ends_when_everybody_has_voted(rule: Object, ballot: tuple[Room, dict[Any, str]]) -> None:
    room, votes = ballot
    if reachable(rule, room) and len(votes) == len(room):
        assert outcome(rule, room, votes) is not None


@given(rules, ballots(), st.randoms())
def test_the_order_of_the_votes_does_not_matter(
    rule: Object,
    ballot: tuple[Room, dict[Any, str]],
    chance: Any,  # Any: hypothesis' own kind of random
) -> None:
    room, votes = ballot
    mixed = list(votes.items())
    chance.shuffle(mixed)
    assert outcome(rule, room, votes) == outcome(rule, room, dict(mixed))


@given(rules, ballots())
def test_one_more_approval_never_turns_an_approval_into_something_else(
    rule: Object, ballot: tuple[Room, dict[Any, str]]
) -> None:
    room, votes = ballot
    if outcome(rule, room, votes) == "approved":
        silent = [one for one in room if one not in votes]
        assert outcome(rule, room, {**votes, **dict.fromkeys(silent, "approve")}) == "approved"


@given(rules, ballots())
def test_who_leaves_never_approves_it_and_never_makes_it_easier(
    rule: Object, ballot: tuple[Room, dict[Any, str]]
) -> None:
    """`settled` is the rule once somebody has left; what it cannot reach any more goes to the default reviewers."""
    room, votes = ballot
    silent = [one for one in room if one not in votes]
    if outcome(rule, room, votes) is not None or not silent:
        return
    left = {one: of for one, of in room.items() if one != silent[0]}
    after = settled(rule, len(room))
    if still_reachable(after, left, votes):
        assert outcome(after, left, votes) in (None, "rejected")
        assert needed(after["approve"], len(left)) == needed(rule["approve"], len(room))


@given(rules)
def test_nobody_can_meet_no_rule(rule: Object) -> None:
    assert not reachable(rule, {})


def test_percent_is_of_those_who_are_asked_and_rounded_up() -> None:
    assert [needed({"percent": 60}, people) for people in (1, 2, 3, 5, 10)] == [1, 2, 2, 3, 6]
    assert [needed({"percent": 1}, 5), needed({"percent": 100}, 5)] == [1, 5]


def test_who_is_in_two_teams_fills_a_place_of_one() -> None:
    side: JSON = {"per_team": {"legal": 1, "finance": 1}}
    room = {"both": ["legal", "finance"], "money": ["finance"], "law": ["legal"], "guest": []}
    assert not met(side, room, ["both"])
    assert not met(side, room, ["both", "guest"])
    assert met(side, room, ["both", "money"])
    assert met(side, room, ["both", "law"])


def test_the_vote_of_somebody_who_is_not_asked_any_more_counts_for_nothing() -> None:
    room: Room = {"money": ["finance"], "law": ["legal"]}
    votes = {"gone": "approve", "money": "approve"}
    sides: list[JSON] = ["all", {"count": 2}, {"per_team": {"finance": 1, "legal": 1}}]
    for side in sides:
        assert outcome({"approve": side, "reject": "any"}, room, votes) is None
        assert (
            outcome({"approve": side, "reject": side}, room, {"gone": "reject", "money": "approve"}) is None
        )


def test_in_words() -> None:
    assert in_words({"approve": "any", "reject": "any"}, 1) == "one person decides"
    assert (
        in_words({"approve": "all", "reject": "any"}, 3)
        == "all 3 people must approve; one rejection stops it"
    )
    assert (
        in_words({"approve": {"count": 2}, "reject": {"count": 2}}, 3)
        == "2 of 3 people must approve; 2 rejections stop it"
    )
    assert in_words({"approve": {"percent": 60}, "reject": "any"}, 5).startswith("3 of 5 people must approve")
    assert (
        in_words(
            {"approve": {"per_team": {"legal": 1, "finance": 2}}, "reject": {"per_team": {"legal": 1}}}, 4
        )
        == "2 of finance and 1 of legal must approve; rejections by 1 of legal stop it"
    )
