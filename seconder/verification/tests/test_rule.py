"""When enough people have said so: properties of the pure rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seconder.core.json import JSON
from seconder.verification.rule import in_words, needed, outcome, reachable

sides: st.SearchStrategy[JSON] = st.one_of(
    st.just("any"), st.just("all"), st.integers(1, 8).map(lambda n: {"count": n})
)
rules = st.fixed_dictionaries({"approve": sides, "reject": sides})
verdicts = st.lists(st.sampled_from(["approve", "edit", "reject"]), max_size=8)


@given(rules, st.integers(1, 8), verdicts)
def test_an_outcome_says_that_its_side_is_met_or_that_the_other_cannot_be(
    rule: dict[str, JSON], people: int, votes: list[str]
) -> None:
    votes = votes[:people]
    found = outcome(rule, people, votes)
    approvals, rejections = len(votes) - votes.count("reject"), votes.count("reject")
    if found == "approved":
        assert approvals >= needed(rule["approve"], people)
    if found is None:
        assert approvals < needed(rule["approve"], people)
        assert rejections == 0 or rejections < needed(rule["reject"], people)
        assert approvals + people - len(votes) >= needed(rule["approve"], people)


@given(rules, st.integers(1, 8), verdicts)
def test_a_review_whose_rule_is_reachable_ends_when_everybody_has_voted(
    rule: dict[str, JSON], people: int, votes: list[str]
) -> None:
    if reachable(rule, people) and len(votes) >= people:
        assert outcome(rule, people, votes[:people]) is not None


@given(rules, st.integers(1, 8), verdicts)
def test_the_order_of_the_votes_does_not_matter(rule: dict[str, JSON], people: int, votes: list[str]) -> None:
    votes = votes[:people]
    assert outcome(rule, people, votes) == outcome(rule, people, sorted(votes))


@given(rules, st.integers(1, 8), verdicts)
def test_one_more_approval_never_turns_an_approval_into_something_else(
    rule: dict[str, JSON], people: int, votes: list[str]
) -> None:
    votes = votes[: people - 1]
    if outcome(rule, people, votes) == "approved":
        assert outcome(rule, people, [*votes, "approve"]) == "approved"


@given(rules)
def test_nobody_can_meet_no_rule(rule: dict[str, JSON]) -> None:
    assert not reachable(rule, 0)


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
