"""Who may decide, in which order it is refused, and what a decision leaves behind."""

from __future__ import annotations

import pytest

from seconder.core.refusals import (
    AlreadyDecided,
    AlreadyVoted,
    DigestChanged,
    Expired,
    Invalid,
    NotAllowed,
    NotFound,
)
from seconder.verification.models import Decision, Review
from seconder.verification.tests.conftest import ORDER, Desk

pytestmark = pytest.mark.django_db


def test_an_approval_closes_it_records_it_and_wakes_whoever_asked(desk: Desk) -> None:
    review = desk.ask("bob")
    decision = desk.decide(review, "bob", note=" Fine. ")
    row = desk.look(review)
    assert (row.status, row.outcome, row.next_at) == ("decided", "approved", None)
    assert (decision.note, decision.channel, decision.strength) == ("Fine.", "api", "session")
    assert desk.woken == ["1"]
    assert desk.events(review) == ["review.opened", "review.decided"]


def test_refusals_come_in_the_order_of_the_contract(desk: Desk) -> None:
    review = desk.ask("bob", "finance")
    with pytest.raises(NotFound):
        desk.decide(review, "charlie", "nonsense", digest="old")
    with pytest.raises(NotFound):
        desk.decide(review, "cfo", "nonsense", digest="old")
    with pytest.raises(NotAllowed, match="You asked for this"):
        desk.decide(review, "dana", "nonsense", digest="old")
    with pytest.raises(NotAllowed, match="assigned to other people"):
        desk.decide(review, "alice", "nonsense", digest="old")
    with pytest.raises(DigestChanged):
        desk.decide(review, "bob", "nonsense", digest="old")
    with pytest.raises(Invalid, match="takes approve, edit, reject"):
        desk.decide(review, "bob", "nonsense")
    desk.decide(review, "finance")
    with pytest.raises(AlreadyDecided) as refusal:
        desk.decide(review, "bob", "nonsense", digest="old")
    assert refusal.value.facts["decision"]["verdict"] == "approve"  # type: ignore[index,call-overload]  # JSON
    assert Decision.objects.filter(review=review).count() == 1


def test_the_requester_does_not_decide_even_when_assigned(desk: Desk) -> None:
    review = desk.ask("dana", "bob")
    assert desk.people(review) == {"bob"}


def test_forbid_nothing_permits_it_and_marks_it(desk: Desk) -> None:
    review = desk.ask("dana", forbid=[])
    assert desk.decide(review, "dana").is_own_request


def test_forbid_owner_keeps_out_the_agents_owner(desk: Desk) -> None:
    review = desk.ask("alice", "bob", owner_id=desk.cast.people["alice"].pk, forbid=["requester", "owner"])
    assert desk.people(review) == {"bob"}
    with pytest.raises(NotAllowed, match="You own this agent"):
        desk.decide(review, "alice")


def test_a_rule_out_of_reach_goes_to_the_default_reviewers(desk: Desk) -> None:
    review = desk.ask("bob", approve={"count": 2}, otherwise=["cfo@example.com", "finance@example.com"])
    assert desk.people(review) == {"cfo", "finance"}
    assert review.rule == {"approve": "any", "reject": "any"}
    assert desk.people(desk.ask("nobody")) == {"alice"}


def test_a_team_is_written_out_when_it_opens(desk: Desk) -> None:
    review = desk.ask(teams=["finance"])
    desk.cast.add("newcomer", "reviewer", ["finance"])
    assert desk.people(review) == {"bob", "finance"}


def test_all_means_all_and_one_no_ends_it(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    desk.decide(review, "bob")
    assert desk.look(review).status == "open"
    assert desk.woken == []
    with pytest.raises(AlreadyVoted) as refusal:
        desk.decide(review, "bob")
    assert refusal.value.facts["decision"]["verdict"] == "approve"  # type: ignore[index,call-overload]  # JSON
    desk.decide(review, "finance", "reject")
    assert desk.look(review).outcome == "rejected"
    assert desk.events(review) == ["review.opened", "review.voted", "review.decided"]


def test_counting_votes(desk: Desk) -> None:
    review = desk.ask("bob", "finance", "cfo", approve={"count": 2}, reject={"count": 2})
    desk.decide(review, "cfo", "reject")
    desk.decide(review, "bob")
    assert desk.look(review).status == "open"
    desk.decide(review, "finance")
    assert desk.look(review).outcome == "approved"


def test_percent_of_those_who_are_asked(desk: Desk) -> None:
    review = desk.ask("bob", "finance", "cfo", approve={"percent": 60})
    desk.decide(review, "bob")
    assert desk.look(review).status == "open"
    desk.decide(review, "cfo")
    assert desk.look(review).outcome == "approved"


def test_each_team_has_its_own_number_and_nobody_counts_for_two(desk: Desk) -> None:
    desk.cast.add("erin", "reviewer", ["finance", "legal"])
    per_team = {"per_team": {"finance": 1, "legal": 1}}
    review = desk.ask("erin", teams=["finance", "legal"], approve=per_team)
    desk.decide(review, "erin")
    assert desk.look(review).status == "open"
    desk.decide(review, "bob")
    assert desk.look(review).outcome == "approved"
    same_team = desk.ask(teams=["finance", "legal"], approve=per_team)
    desk.decide(same_team, "bob")
    desk.decide(same_team, "finance")
    assert desk.look(same_team).status == "open"
    desk.decide(same_team, "cfo")
    assert desk.look(same_team).outcome == "approved"


def test_a_rule_per_team_that_cannot_be_met_goes_to_the_default_reviewers(desk: Desk) -> None:
    review = desk.ask(teams=["finance"], approve={"per_team": {"legal": 1}}, otherwise=["cfo@example.com"])
    assert desk.people(review) == {"cfo"}
    own = desk.ask(
        teams=["finance", "legal"],
        approve={"per_team": {"finance": 2}},
        requester_id=desk.cast.people["bob"].pk,
        otherwise=["cfo@example.com"],
    )
    assert desk.people(own) == {"cfo"}  # one of finance asked for it


def test_an_edit_is_an_approval_with_other_values_and_the_difference_is_kept(desk: Desk) -> None:
    review = desk.ask("bob")
    path = "steps.read.output"
    decision = desk.decide(
        review, "bob", "edit", edits={f"{path}.total": 9000, f"{path}.lines[0].quantity": 3}
    )
    [item] = desk.look(review).items
    assert item["value"] == {**ORDER, "total": 9000, "lines": [{"sku": "A", "quantity": 3}]}
    assert decision.edits == {f"{path}.total": 9000, f"{path}.lines[0].quantity": 3}
    assert decision.changes[f"{path}.total"] == {"before": 12000.5, "after": 9000}


def test_an_edit_in_a_quorum_starts_the_vote_again(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    desk.decide(review, "bob")
    before = desk.look(review).digest
    desk.decide(review, "finance", "edit", edits={"steps.read.output.total": 1})
    assert desk.look(review).digest != before
    assert desk.look(review).status == "open"
    with pytest.raises(DigestChanged):
        desk.decide(review, "bob", digest=before)
    desk.decide(review, "bob")
    assert desk.look(review).outcome == "approved"


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ({"steps.read.output.total": "much"}, "is not of type 'number'"),
        ({"steps.read.output.total": -1}, "less than the minimum"),
        ({"steps.read.output.discount": 3}, "Additional properties"),
        ({"steps.other.output.total": 1}, "is not shown here"),
        ({"steps.read.outputs": 1}, "is not shown here"),
        ({"steps.read.output.lines.7.sku": "B"}, "leads to nothing"),
        ({}, "changes at least one value"),
    ],
)
def test_an_edit_that_is_not_sound_changes_nothing(desk: Desk, edits: dict[str, object], why: str) -> None:
    review = desk.ask("bob")
    with pytest.raises(Invalid, match=why):
        desk.decide(review, "bob", "edit", edits=edits)
    assert desk.look(review).digest == review.digest
    assert not Decision.objects.exists()


def test_a_rejection_says_why(desk: Desk) -> None:
    with pytest.raises(Invalid, match="a rejection needs a note"):
        desk.decide(desk.ask("bob"), "bob", "reject", note="  ")


def test_a_question_is_answered_with_one_of_its_choices(desk: Desk) -> None:
    review = desk.ask("bob", kind="question", answers=["answer"], answer={"enum": ["Yes", "No"]})
    with pytest.raises(Invalid, match="Answer one of Yes, No"):
        desk.decide(review, "bob", "answer", answer="Perhaps")
    desk.decide(review, "bob", "answer", answer="No")
    assert desk.look(review).outcome == "answered"


def test_a_service_key_never_decides(desk: Desk) -> None:
    from django_scopes import scope

    from seconder.accounts.actor import Actor
    from seconder.accounts.models import ApiKey

    key, _ = ApiKey.create(desk.cast.people["bob"], desk.cast.demo, is_service=True)
    actor = Actor.of_key(key)
    assert actor
    review = desk.ask("bob")
    with (
        scope(organization=desk.cast.demo.pk),
        pytest.raises(NotAllowed, match="a service key never decides"),
    ):
        review.decide(actor, "approve", digest=review.digest)


def test_who_left_cannot_decide_any_more(desk: Desk) -> None:
    from django_scopes import scope

    from seconder.accounts.actor import Actor
    from seconder.accounts.models import Membership

    review = desk.ask("bob")
    with scope(organization=desk.cast.demo.pk):
        Membership.objects.filter(person=desk.cast.people["bob"]).update(is_active=False)
    assert Actor.of_person(desk.cast.people["bob"], desk.cast.demo) is None
    assert desk.look(review).status == "open"


def test_a_decision_never_changes(desk: Desk) -> None:
    from django.db import IntegrityError, transaction

    decision = desk.decide(desk.ask("bob"), "bob")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(verdict="reject")


def test_changed_rows_are_noticed(desk: Desk) -> None:
    review = desk.ask("bob")
    assert review.is_intact
    tampered = desk.look(review)
    tampered.card = {**tampered.card, "items": [{**tampered.items[0], "value": {"total": 1}}]}
    assert not tampered.is_intact


def test_the_time_is_over(desk: Desk) -> None:
    review = desk.ask("bob")
    desk.pass_time(review, days=8)
    with pytest.raises(Expired):
        desk.decide(review, "bob")


def test_mine_are_those_that_i_may_decide_and_have_not_voted_on(desk: Desk) -> None:
    from django_scopes import scope

    first, second = (
        desk.ask("bob", "finance", approve="all"),
        desk.ask("bob", requester_id=desk.cast.people["bob"].pk),
    )
    with scope(organization=desk.cast.demo.pk):
        mine = Review.objects.decidable_by(desk.cast.actor("bob"))
        assert set(mine) == {first}
        desk.decide(first, "bob")
        assert not Review.objects.decidable_by(desk.cast.actor("bob")).exists()
    assert desk.people(second) == {"alice"}
