"""A seat goes to a colleague: who may give it, who may take it, and what stays as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.models import Membership, Role
from seconder.accounts.roles import CUSTOM
from seconder.core.refusals import AlreadyDecided, AlreadyVoted, Expired, Invalid, NotAllowed, NotFound
from seconder.events.models import Event
from seconder.testing import enter
from seconder.verification.delegating import delegate
from seconder.verification.models import Delegation, Review
from seconder.verification.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def give(desk: Desk, review: Review, by: str, to: str, note: str = "", whose: str = "") -> Delegation:
    with scope(organization=desk.cast.organization_of(by).pk):
        whose = whose and f"{whose}@example.com"
        return delegate(review, desk.cast.actor(by), f"{to}@example.com", note=note, whose=whose)


def recorded(review: Review, name: str) -> dict[str, object]:
    with scopes_disabled():
        return dict(Event.objects.get(subject_id=review.pk, name=name).facts)


def test_a_delegate_decides_in_ones_place_and_what_is_bound_stays(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    made = give(desk, review, "bob", "cfo", "I am at the dentist.")
    assert desk.people(review) == {"finance", "cfo"}
    after = desk.look(review)
    assert (after.digest, after.content_digest, after.rule) == (
        review.digest,
        review.content_digest,
        review.rule,
    )
    cfo, bob = desk.cast.cfo.pk, desk.cast.bob.pk
    facts = recorded(review, "review.delegated")
    assert facts == {"out": [str(bob)], "people": [str(cfo)], "step": "approval"}
    assert (made.from_id, made.to_id, made.by_id, made.note) == (bob, cfo, bob, "I am at the dentist.")
    with pytest.raises(NotFound):
        desk.decide(review, "bob")
    desk.decide(review, "finance", digest=review.digest)
    desk.decide(review, "cfo", digest=review.digest)
    assert desk.look(review).outcome == "approved"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("dana", "asked for this"),
        ("finance", "is asked already"),
        ("vera", "is a viewer"),
        ("charlie", "is not a member here"),
        ("nobody", "is not a member here"),
        ("bob", "is asked already"),
    ],
)
def test_a_delegate_is_judged_like_anybody(desk: Desk, to: str, why: str) -> None:
    desk.cast.add("vera", "viewer")
    review = desk.ask("bob", "finance")
    with pytest.raises(Invalid, match=why):
        give(desk, review, "bob", to)
    assert desk.people(review) == {"bob", "finance"}


def test_nobody_gets_round_forbid_owner_by_a_delegate(desk: Desk) -> None:
    review = desk.ask("bob", owner_id=desk.cast.people["alice"].pk, forbid=["requester", "owner"])
    with pytest.raises(Invalid, match="owns this agent"):
        give(desk, review, "bob", "alice")


def test_who_may_not_decide_gives_nothing_away(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    for name, refusal in (
        ("charlie", NotFound),
        ("cfo", NotFound),
        ("dana", NotAllowed),
        ("alice", NotAllowed),
    ):
        with pytest.raises(refusal):
            give(desk, review, name, "cfo")
    desk.decide(review, "bob")
    with pytest.raises(AlreadyVoted):
        give(desk, review, "bob", "cfo")
    desk.decide(review, "finance")
    with pytest.raises(AlreadyDecided):
        give(desk, review, "finance", "cfo")
    late = desk.ask("bob")
    desk.pass_time(late, days=8)
    with pytest.raises(Expired):
        give(desk, late, "bob", "cfo")


def test_owners_and_the_agents_owner_reassign_with_a_reason(desk: Desk) -> None:
    review = desk.ask("bob", owner_id=desk.cast.people["dana"].pk, requester_id=desk.cast.people["cfo"].pk)
    with pytest.raises(Invalid, match="needs a note"):
        give(desk, review, "alice", "finance", whose="bob")
    give(desk, review, "alice", "finance", "Bob is ill.", whose="bob")
    assert recorded(review, "review.given")["people"] == [str(desk.cast.finance.pk)]
    give(desk, review, "dana", "alice", "Finance is away too.", whose="finance")
    assert desk.people(review) == {"alice"}
    with pytest.raises(Invalid, match="is not asked"):
        give(desk, review, "dana", "finance", "Back again.", whose="bob")


def test_nobody_else_reassigns_and_who_asked_does_not_choose_who_decides(desk: Desk) -> None:
    review = desk.ask("bob", "finance")  # Dana asked for it, and owns the agent
    with pytest.raises(NotAllowed, match="Nor do you say who"):
        give(desk, review, "dana", "cfo", "Please.", whose="bob")
    with pytest.raises(NotAllowed):
        give(desk, review, "finance", "cfo", "Please.", whose="bob")
    desk.cast.add("erin", "builder")
    with pytest.raises(NotFound):
        give(desk, review, "erin", "cfo", "Please.", whose="bob")


def test_a_vote_that_was_given_is_not_given_away(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    desk.decide(review, "bob")
    with pytest.raises(Invalid, match="that vote stands"):
        give(desk, review, "alice", "cfo", "Why not.", whose="bob")


def test_a_delegate_counts_for_the_same_team(desk: Desk) -> None:
    review = desk.ask("bob", "cfo", approve={"per_team": {"finance": 1, "legal": 1}})
    give(desk, review, "bob", "alice")
    desk.decide(review, "alice")
    desk.decide(review, "cfo")
    assert desk.look(review).outcome == "approved"


def test_the_page_gives_it_to_a_colleague_and_says_so_on_the_card(desk: Desk) -> None:
    review = desk.ask("bob")
    here = f"/demo/reviews/{review.pk}/"
    client = enter(Client(), desk.cast.bob)
    assert f"{here}delegations/" in client.get(here).content.decode()
    form = client.get(f"{here}delegations/").content.decode()
    assert '<option value="bob@example.com" selected>Yours' in form
    refused = client.post(
        f"{here}delegations/", {"from": "bob@example.com", "to": "dana@example.com", "note": ""}
    )
    assert refused.status_code == 422
    assert "asked for this, so somebody else decides" in refused.content.decode()
    given = client.post(
        f"{here}delegations/", {"from": "bob@example.com", "to": "cfo@example.com", "note": "Yours?"}
    )
    assert (given.status_code, given["Location"]) == (303, "/demo/reviews/")
    page = enter(Client(), desk.cast.cfo).get(here).content.decode()
    assert "Bob gave this to Cfo" in page
    assert "Yours?" in page
    assert client.get(here).status_code == 404


def test_the_api_and_the_page_take_the_same_and_refuse_the_same(desk: Desk) -> None:
    review = desk.ask("bob")
    path = f"/api/v1/reviews/{review.pk}/delegations"
    bob, cfo = (Client(headers=desk.cast.bearer(name)) for name in ("bob", "cfo"))

    def post(client: Client, **body: str) -> tuple[int, dict[str, object]]:
        answer = client.post(path, body, content_type="application/json")
        return answer.status_code, answer.json()

    assert post(cfo, to="cfo@example.com")[0] == 404
    assert post(bob, to="dana@example.com")[0] == 422
    assert post(bob, note="To nobody.")[0] == 422
    status, made = post(bob, to="cfo@example.com", note="Yours?")
    assert (status, made["review"]) == (201, None)  # it is not Bob's to see any more
    listed = cfo.get(path).json()["items"]
    assert [(one["from"]["email"], one["to"]["email"], one["note"]) for one in listed] == [
        ("bob@example.com", "cfo@example.com", "Yours?")
    ]


def test_the_delegate_hears_of_it_and_the_others_do_not(desk: Desk) -> None:
    from seconder.runs.review_news import newly_asked

    review = desk.ask("bob", "finance")
    give(desk, review, "bob", "cfo")
    with scopes_disabled():
        events = list(Event.objects.filter(subject_id=review.pk, name="review.delegated"))
        assert list(newly_asked(events).values()) == [{desk.cast.cfo.pk}]


def test_giving_it_away_moves_no_due_time(desk: Desk) -> None:
    review = desk.ask("bob", due=timedelta(hours=8))
    give(desk, review, "bob", "cfo")
    assert desk.look(review).due_at == review.due_at


def test_who_may_decide_and_not_delegate_is_offered_nothing_and_gives_nothing_away(desk: Desk) -> None:
    with scopes_disabled():
        verbs = ["home.read", "reviews.read", "reviews.decide"]
        role = Role.objects.create(organization=desk.cast.demo, name="signer", title="Signer", verbs=verbs)
        Membership.objects.filter(person=desk.cast.bob).update(role=CUSTOM, custom_role=role)
    review = desk.ask("bob")
    here = f"/demo/reviews/{review.pk}/"
    client = enter(Client(), desk.cast.bob)
    page = client.get(here).content.decode()
    assert "Approve" in page
    assert f"{here}delegations/" not in page
    assert client.get(f"{here}delegations/").status_code == 403
    with pytest.raises(NotAllowed, match=r"reviews\.delegate"):
        give(desk, review, "bob", "cfo")
    assert desk.people(review) == {"bob"}


def test_where_nothing_is_left_to_give_away_nothing_is_offered(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    here = f"/demo/reviews/{review.pk}/"
    alice = enter(Client(), desk.cast.alice)
    assert f"{here}delegations/" in alice.get(here).content.decode()
    desk.pass_time(review, days=8)
    assert f"{here}delegations/" not in alice.get(here).content.decode()
    assert alice.get(f"{here}delegations/").status_code == 410


def test_what_is_malformed_is_said_after_what_stands_against_it(desk: Desk) -> None:
    review = desk.ask("bob", "finance", approve="all")
    desk.decide(review, "finance")
    path = f"/api/v1/reviews/{review.pk}/delegations"
    expected = {"charlie": 404, "dana": 403, "finance": 409, "bob": 422}
    for name, status in expected.items():
        client = Client(headers=desk.cast.bearer(name))
        assert client.post(path, {"to": 1}, content_type="application/json").status_code == status
