"""Reviews through the API: who sees which, what is shown, and each refusal in its order."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.core.clock import now
from seconder.runs.models import Run
from seconder.runs.tests.orders import order, published
from seconder.testing import Cast, drain
from seconder.verification.api import Decided, ReviewList
from seconder.verification.models import Review
from seconder.verification.showing import ReviewOut

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """Dana asked for an order above the threshold; it waits for finance."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        agent = published(cast)
        with scope(organization=cast.demo.pk):
            self.run = Run.start(agent, cast.actor("dana"), order())  # type: ignore[arg-type]  # JSON
        drain()
        with scopes_disabled():
            self.review = Review.objects.get()
        self.path = f"/api/v1/reviews/{self.review.pk}"

    def client(self, name: str) -> Client:
        return Client(headers=self.cast.bearer(name))

    def decide(self, name: str, body: object = None, **headers: str) -> Any:  # Any: a test response
        approve = {"verdict": "approve", "digest": self.review.digest}
        content = body if isinstance(body, str) else json.dumps(approve if body is None else body)
        return self.client(name).post(
            f"{self.path}/decisions", content, content_type="application/json", headers=headers
        )


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)


def _kind(response: Any) -> tuple[int, str]:  # Any: a test response
    return response.status_code, response.json()["type"].rpartition("/")[2]


def test_a_review_is_seen_by_those_concerned(desk: Desk) -> None:
    for name, status in [
        ("bob", 200),
        ("finance", 200),
        ("dana", 200),
        ("alice", 200),
        ("cfo", 404),
        ("charlie", 404),
    ]:
        assert desk.client(name).get(desk.path).status_code == status, name
    assert desk.client("cfo").get("/api/v1/reviews").json()["items"] == []


def test_the_reviewer_is_shown_the_card_only(desk: Desk) -> None:
    answer = desk.client("bob").get(desk.path)
    shown = answer.json()
    ReviewOut.model_validate(shown)
    assert [(item["path"], item["value"]) for item in shown["card"]["items"]] == [("input.total", 10_001)]
    assert b"for the requester only" not in answer.content
    assert b"acme@example.com" not in answer.content
    assert [person["name"] for person in shown["assignees"]] == ["Finance", "Bob"]
    assert shown["requester"] == {"id": str(desk.cast.dana.pk), "name": "Dana", "email": "dana@example.com"}
    assert (shown["status"], shown["outcome"], shown["decisions"]) == ("open", None, [])
    assert desk.client("bob").get(f"/api/v1/runs/{desk.run.pk}").status_code == 404


def test_mine_are_those_that_i_may_decide(desk: Desk) -> None:
    for name, count in [("bob", 1), ("finance", 1), ("dana", 0), ("alice", 0), ("charlie", 0)]:
        page = desk.client(name).get("/api/v1/reviews?status=open&mine=true").json()
        ReviewList.model_validate(page)
        assert len(page["items"]) == count, name
    assert len(desk.client("dana").get("/api/v1/reviews?status=open").json()["items"]) == 1
    assert desk.client("dana").get("/api/v1/reviews?status=decided").json()["items"] == []
    assert desk.client("bob").get("/api/v1/reviews?mine=maybe").status_code == 422


def test_an_approval_is_created_and_the_run_goes_on(desk: Desk) -> None:
    decided = desk.decide("finance")
    assert decided.status_code == 201, decided.content
    Decided.model_validate(decided.json())
    decision = decided.json()["decision"]
    assert (decision["verdict"], decision["channel"]) == ("approve", "api")
    assert decision["by"] == {
        "id": str(desk.cast.finance.pk),
        "name": "Finance",
        "email": "finance@example.com",
    }
    assert (decided.json()["review"]["status"], decided.json()["review"]["outcome"]) == (
        "decided",
        "approved",
    )
    assert decided.json()["review"]["decisions"] == [decision]
    drain()
    run = desk.client("dana").get(f"/api/v1/runs/{desk.run.pk}").json()
    assert run["status"] == "succeeded"
    assert [effect["status"] for effect in run["effects"]] == ["done"]


def test_a_rejection_ends_the_run(desk: Desk) -> None:
    assert _kind(desk.decide("bob", {"verdict": "reject", "digest": desk.review.digest})) == (422, "invalid")
    body = {"verdict": "reject", "digest": desk.review.digest, "note": "Too much."}
    assert desk.decide("bob", body).json()["decision"]["note"] == "Too much."
    drain()
    assert desk.client("dana").get(f"/api/v1/runs/{desk.run.pk}").json()["status"] == "rejected"


def test_each_refusal_in_its_order(desk: Desk) -> None:
    malformed: list[object] = [
        {},
        "{",
        {"verdict": 5, "digest": "old"},
        {"verdict": "approve", "digest": "old", "more": 1},
    ]
    anonymous = Client().post(f"{desk.path}/decisions", "{", content_type="application/json")
    assert _kind(anonymous) == (401, "not-signed-in")
    assert anonymous["WWW-Authenticate"].startswith("Bearer")
    for body in malformed:
        assert _kind(desk.decide("charlie", body)) == (404, "not-found")
        assert _kind(desk.decide("cfo", body)) == (404, "not-found")
        assert _kind(desk.decide("dana", body)) == (403, "not-allowed")
        assert _kind(desk.decide("alice", body)) == (403, "not-allowed")
    old = {"verdict": "approve", "digest": "old"}
    assert _kind(desk.decide("bob", old)) == (409, "digest-changed")
    assert _kind(desk.decide("bob", malformed[2])) == (409, "digest-changed")
    for body in ({}, "{", [], {"verdict": "maybe", "digest": desk.review.digest}):
        assert _kind(desk.decide("bob", body)) == (422, "invalid"), body
    assert desk.decide("finance").status_code == 201
    for body in [None, old, *malformed]:
        late = desk.decide("bob", body)
        assert _kind(late) == (409, "already-decided")
        assert late.json()["decision"]["by"]["name"] == "Finance"
        assert late.json()["outcome"] == "approved"
    assert _kind(desk.decide("finance")) == (409, "already-decided")
    assert _kind(desk.decide("dana")) == (403, "not-allowed")


def test_after_its_time_a_review_is_gone(desk: Desk) -> None:
    with scopes_disabled():
        Review.objects.update(due_at=now() - timedelta(seconds=1))
    assert _kind(desk.decide("bob")) == (410, "expired")
    assert _kind(desk.decide("bob", "{")) == (410, "expired")
    assert _kind(desk.decide("dana")) == (403, "not-allowed")


def test_the_same_key_gives_the_same_decision(desk: Desk) -> None:
    first = desk.decide("bob", **{"Idempotency-Key": "one"})
    again = desk.decide("bob", **{"Idempotency-Key": "one"})
    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    other = {"verdict": "reject", "digest": desk.review.digest, "note": "No."}
    assert _kind(desk.decide("bob", other, **{"Idempotency-Key": "one"})) == (422, "idempotency-key-reused")


def test_a_service_key_never_decides(desk: Desk) -> None:
    service = Client(headers={"Authorization": f"Bearer {desk.cast.key('finance', is_service=True)}"})
    assert service.get(desk.path).status_code == 200
    assert service.get("/api/v1/reviews?mine=true").json()["items"] == []
    refused = service.post(
        f"{desk.path}/decisions",
        json.dumps({"verdict": "approve", "digest": desk.review.digest}),
        content_type="application/json",
    )
    assert _kind(refused) == (403, "not-allowed")


def test_a_signed_in_browser_reads_and_does_not_decide(desk: Desk) -> None:
    from seconder.accounts.models import SignInLink

    browser = Client()
    browser.post(f"/sign-in/{SignInLink.create(desk.cast.bob)}/")
    assert browser.get(desk.path).status_code == 200
    body = json.dumps({"verdict": "approve", "digest": desk.review.digest})
    assert _kind(browser.post(f"{desk.path}/decisions", body, content_type="application/json")) == (
        401,
        "not-signed-in",
    )


def test_a_list_costs_the_same_however_long(
    desk: Desk, django_assert_num_queries: Any
) -> None:  # Any: a fixture
    agent = desk.run.agent
    with scope(organization=desk.cast.demo.pk):
        for _ in range(3):
            Run.start(agent, desk.cast.actor("dana"), order())  # type: ignore[arg-type]  # JSON
    drain()
    bob = desk.client("bob")
    bob.get("/api/v1/reviews")  # warms the data keys
    # key, reviews, assignments, decisions, people
    with django_assert_num_queries(5):
        assert len(bob.get("/api/v1/reviews?status=open&mine=true").json()["items"]) == 4


def test_reading_and_deciding_cost_a_fixed_number_of_queries(
    desk: Desk,
    django_assert_max_num_queries: Any,  # Any: a fixture
) -> None:
    bob = desk.client("bob")
    bob.get(desk.path)  # warms the data keys
    # key, review, assignments, decisions, people
    with django_assert_max_num_queries(5):
        bob.get(desk.path)
    # key · BEGIN, the review locked, his seat, the decision, the outcome, the event and its wake-up,
    # the run and its wake-up, COMMIT · assignments, decisions, people
    with django_assert_max_num_queries(14):
        assert desk.decide("bob").status_code == 201
