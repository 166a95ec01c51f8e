"""People whose key was destroyed: what they wrote reads as erased, and nothing breaks over it."""

from __future__ import annotations

import pytest
from django.test import Client

from seconder.core.encryption import ERASED, keyring
from seconder.core.models import DataKey
from seconder.core.refusals import Refusal
from seconder.testing import Cast
from seconder.verification.showing import serialize
from seconder.verification.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def erase(cast: Cast, name: str) -> None:
    DataKey.objects.filter(owner_id=cast.people[name].pk).delete()
    keyring.forget()


def test_the_decision_of_an_erased_reviewer_can_still_be_shown(desk: Desk, client: Client) -> None:
    review = desk.ask("bob", "alice", approve="all")
    desk.decide(review, "bob", "edit", edits={"steps.read.output.total": 7}, note="Less.")
    erase(desk.cast, "bob")
    [out] = serialize([desk.look(review)])
    [decision] = out["decisions"]
    assert (decision["note"], decision["edits"]) == (ERASED, None)
    answer = client.get(f"/api/v1/reviews/{review.pk}", headers=desk.cast.bearer("alice"))
    assert answer.status_code == 200


def test_the_review_of_an_erased_requester_can_be_shown_and_is_approved_for_nothing(
    desk: Desk, client: Client
) -> None:
    review = desk.ask("bob")
    erase(desk.cast, "dana")
    assert serialize([desk.look(review)])[0]["question"] == ERASED
    assert client.get(f"/api/v1/reviews/{review.pk}", headers=desk.cast.bearer("bob")).status_code == 200
    assert client.get(f"/demo/reviews/{review.pk}/", headers=desk.cast.bearer("bob")).status_code < 500
    assert not desk.look(review).is_intact
    with pytest.raises(Refusal):
        desk.decide(review, "bob", "edit", edits={"steps.read.output.total": 7})
    desk.decide(review, "bob", "reject")
