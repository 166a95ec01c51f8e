"""Several reviews answered at once, each decided on its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from seconder.core.refusals import Invalid
from seconder.testing import enter
from seconder.verification import batching
from seconder.verification.asking import Then
from seconder.verification.batching import Item
from seconder.verification.models import Review
from seconder.verification.tests.conftest import Desk

pytestmark = pytest.mark.django_db
PAGE, CALL = "/demo/reviews/batch/", "/api/v1/reviews/decisions"
Parts = dict[str, Any]  # Any: of a body


def item(review: Review, verdict: str = "approve", **more: str) -> Parts:
    return {"review": str(review.pk), "verdict": verdict, "digest": review.digest, **more}


def sent(desk: Desk, client: Client, *items: Parts, key: str = "", who: str = "bob") -> Any:  # Any: an answer
    headers = {**desk.cast.bearer(who), **({"Idempotency-Key": key} if key else {})}
    return client.post(CALL, {"items": list(items)}, "application/json", headers=headers)


def test_each_is_decided_on_its_own_and_answered_on_its_own(desk: Desk, client: Client) -> None:
    fine, no, unsaid, old, mine, high, taken, own = (desk.ask("bob", "finance") for _ in range(8))
    others = desk.ask("finance")
    own = desk.ask("bob", requester_id=desk.cast.bob.pk)
    high = desk.ask("bob", risk="high")
    desk.decide(taken, "finance", "reject")
    items = [
        item(fine),
        item(no, "reject", note="Not this."),
        item(unsaid, "reject"),
        item(old) | {"digest": "another"},
        item(high),
        item(others),
        item(taken),
        item(own),
        item(mine),
    ]
    answers = sent(desk, client, *items).json()["items"]
    assert [one["problem"] and one["problem"]["status"] for one in answers] == [
        None,
        None,
        422,
        409,
        403,
        404,
        409,
        403,
        None,
    ]
    assert answers[6]["problem"]["decision"]["by"]["email"] == "finance@example.com"
    assert answers[1]["decision"]["note"] == "Not this."
    assert [desk.look(one).outcome for one in (fine, no, mine)] == ["approved", "rejected", "approved"]
    assert [desk.look(one).status for one in (unsaid, old, high, others, own)] == ["open"] * 5


def test_what_is_answered_on_its_own_page_is_not_offered(desk: Desk, client: Client) -> None:
    question = desk.ask("bob", kind="question", answers=["answer", "reject"], answer={"type": "object"})
    high, others, plain = (
        desk.ask("bob", risk="high"),
        desk.ask("finance"),
        desk.ask("bob", question="Plain?"),
    )
    bob = enter(Client(), desk.cast.bob)
    shown = bob.get(
        PAGE, {"review": [str(one.pk) for one in (question, high, others, plain)]}
    ).content.decode()
    assert shown.count('name="review"') == 1
    assert "Plain?" in shown
    assert bob.get(PAGE, {"agent": "clerk", "step": "approval"}).content.decode().count('name="review"') == 1
    assert bob.get("/demo/reviews/").content.decode().count('name="review"') == 1
    assert bob.get(PAGE, {"review": "no id\x00"}).status_code == 200
    for wrong in ([], [item(plain)] * 101, [item(plain, "edit")]):
        assert sent(desk, client, *wrong).status_code == 422
    assert sent(desk, client, item(plain), who="charlie").json()["items"][0]["problem"]["status"] == 404
    service = {"Authorization": f"Bearer {desk.cast.key('bob', is_service=True)}"}
    assert client.post(CALL, {"items": [item(plain)]}, "application/json", headers=service).status_code == 403


def test_a_repeat_gives_the_same_decisions(desk: Desk, client: Client) -> None:
    first, second = desk.ask("bob"), desk.ask("bob", "finance", approve="all")
    items = [item(first), item(second)]
    once = sent(desk, client, *items, key="one").json()
    assert all(one["decision"] for one in once["items"])
    assert sent(desk, client, *items, key="one").json() == once
    assert sent(desk, client, *items).json() == once
    assert sent(desk, client, item(first), key="one").status_code == 422
    other = sent(desk, client, item(first, "reject", note="No.")).json()["items"][0]
    assert other["problem"]["type"] == "already-decided"


def test_so_many_statements_for_each(desk: Desk) -> None:
    def statements(count: int) -> int:
        items = [Item(one.pk, "approve", one.digest) for one in (desk.ask("bob") for _ in range(count))]
        with (
            scope(organization=desk.cast.demo.pk),
            CaptureQueriesContext(
                connection,
            ) as done,
        ):
            assert all(one.decision for one in batching.decide_each(desk.cast.actor("bob"), items))
        # A key that was made in this test's own transaction is read each time, and by nobody else.
        return sum("core_datakey" not in one["sql"] for one in done.captured_queries)

    statements(1)
    few, many = statements(2), statements(12)
    assert many - few == 10 * 4, "the lock, the decision, and the two ends of their transaction"
    with scope(organization=desk.cast.demo.pk), pytest.raises(Invalid):
        batching.decide_each(desk.cast.actor("bob"), [])


def test_the_page_answers_those_that_one_chose_and_says_what_stands_against_the_others(desk: Desk) -> None:
    yes, no, left, moved = (
        desk.ask("bob", "finance", question=f"{word}?") for word in ("Yes", "No", "Left", "Moved")
    )
    bob = enter(Client(), desk.cast.bob)
    shown = bob.get(PAGE, {"review": [str(one.pk) for one in (yes, no, left, moved)]}).content.decode()
    assert "Acme" in shown
    said: Parts = {"review": [str(one.pk) for one in (yes, no, left, moved)]}
    for review, verdict in ((yes, "approve"), (no, "reject"), (left, "leave"), (moved, "approve")):
        said |= {
            f"{review.pk}.verdict": verdict,
            f"{review.pk}.digest": review.digest,
            f"{review.pk}.note": "",
        }
    desk.decide(moved, "finance", "approve")
    answered = bob.post(PAGE, said)
    page = answered.content.decode()
    assert (answered.status_code, desk.look(yes).outcome) == (409, "approved")
    assert "a rejection needs a note" in page
    assert "This was already decided." in page
    assert "You answered 1 review." in page
    assert 'value="reject" checked' in page, "what was chosen is kept"
    assert bob.post(PAGE, {**said, f"{no.pk}.note": "Too much."}).status_code == 409
    assert (desk.look(no).outcome, desk.look(left).status) == ("rejected", "open")
    last = {"review": str(left.pk), f"{left.pk}.verdict": "leave"}
    assert "you left all of them" in bob.post(PAGE, last).content.decode()
    last |= {f"{left.pk}.verdict": "approve", f"{left.pk}.digest": left.digest}
    assert bob.post(PAGE, last).status_code == 303
    viewer = enter(Client(), desk.cast.add("vera", "viewer"))
    assert viewer.get(PAGE).status_code == 403


def test_in_stages_each_is_answered_by_itself(desk: Desk, client: Client) -> None:
    """Who is asked at two stages would be told of the vote at the first as if it were one at the second."""
    staged = desk.ask("bob", "finance", then=[Then("any", "any", ["bob@example.com"], [])])
    [answer] = sent(desk, client, item(staged)).json()["items"]
    assert (answer["problem"]["status"], desk.look(staged).stage) == (403, 1)
    with scope(organization=desk.cast.demo.pk):
        assert not batching.fit(desk.cast.actor("bob")).filter(pk=staged.pk).exists()
    desk.decide(staged, "bob")
    [answer] = sent(desk, client, item(staged)).json()["items"]
    assert (answer["problem"]["status"], desk.look(staged).status) == (403, "open")
