"""One chooses what comes by mail, and when; on the page and by the API, and it counts at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.models import ApiKey
from seconder.core.clock import now
from seconder.notifications.kinds import KINDS
from seconder.notifications.models import Notification, Preferences
from seconder.notifications.tests.conftest import NO_ADDRESS, ORDER, Office, text
from seconder.testing import Cast, enter

Asking = Callable[..., dict[str, Any]]  # Any: a step of an agent's file
PAGE, CALL = "/account/notifications/", "/api/v1/notification-preferences"
EVERY_DAY = ["0", "1", "2", "3", "4", "5", "6"]
USUAL = {kind.name: kind.usual for kind in KINDS.values()}


def choose(office: Office, who: str, **changed: object) -> None:
    said = {**USUAL, "digest_hour": "8", "digest_days": EVERY_DAY, **changed}
    client = enter(Client(), office.cast.people[who])
    assert client.post(PAGE, said).status_code == 302
    page = client.get(PAGE).content.decode()
    for kind, way in USUAL.items():
        assert f'<option value="{said.get(kind, way)}" selected>' in page


def pending(office: Office, who: str) -> list[Notification]:
    with scopes_disabled():
        found = Notification.objects.filter(person=office.cast.people[who], mail_due_at__isnull=False)
        return list(found.order_by("event_id"))


def quiet_now() -> dict[str, str]:
    """Quiet hours, of somebody in UTC, that began within the last hour or two and last."""
    hour = now().astimezone(UTC).hour
    return {"quiet_from": str((hour - 1) % 24), "quiet_until": str((hour + 6) % 24)}


@pytest.mark.clause("V-06")
def test_what_is_gathered_comes_in_one_digest_and_only_what_still_matters(
    office: Office, asking: Asking
) -> None:
    choose(office, "bob", waiting="digest")
    choose(office, "dana", **{"run-failed": "digest", "run-ended": "digest"})
    first, second = (
        office.start(asking("bob", "cfo"), ORDER),
        office.start(asking("bob"), ORDER, name="Buyer"),
    )
    office.start(NO_ADDRESS, name="Typist")
    office.decide(first, "cfo", "reject")
    office.later()
    assert office.letters("bob") == office.letters("dana") == []

    office.fall_due()
    (letter,) = office.letters("bob")
    assert letter["Subject"] == "Digest: 1 review waits for you"
    assert f"/demo/reviews/{office.review(second).pk}/" in text(letter)
    (news,) = office.letters("dana")
    assert news["Subject"] == "Digest: 1 run failed, 1 run ended"


def test_quiet_hours_hold_mail_back_but_not_what_is_of_high_risk_and_due_before_they_end(
    office: Office, asking: Asking
) -> None:
    choose(office, "bob", **quiet_now())
    office.start(asking("bob"), ORDER)
    office.start(asking("bob", risk="high", due="3d"), ORDER, name="Patient")
    office.start(asking("bob", risk="high", due="2h"), ORDER, name="Pressing")
    office.later()
    (letter,) = office.letters("bob")
    assert letter["Subject"] == "1 review waits for you"
    assert "Pressing asks" in text(letter)
    held = pending(office, "bob")
    assert len(held) == 2
    assert all(one.mail_due_at and one.mail_due_at > now() + timedelta(hours=4) for one in held)


def test_what_is_chosen_counts_for_what_waits_to_be_mailed_already(office: Office, asking: Asking) -> None:
    office.start(asking("bob"), ORDER)
    choose(office, "bob", waiting="digest")
    (held,) = pending(office, "bob")
    assert held.letter == "digest"
    choose(office, "bob", waiting="product")
    assert pending(office, "bob") == []
    office.later()
    assert office.letters("bob") == []
    assert office.heard("bob") == ["review.opened"]  # in Seconder all the same


def test_a_letter_of_what_is_asked_and_one_of_news_are_two(office: Office, asking: Asking) -> None:
    office.start(asking("dana"), ORDER, by="alice")
    office.start(NO_ADDRESS, name="Typist")
    office.later()
    assert sorted(letter["Subject"] for letter in office.letters("dana")) == [
        "1 review waits for you",
        "1 run failed",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quiet_from": "8"}, "a beginning and an end"),
        ({"quiet_from": "8", "quiet_until": "8"}, "end at another hour"),
        ({"digest_days": []}, "This field is required"),
        ({"waiting": "by owl"}, "Select a valid choice"),
        ({"account": "product"}, "There is no field"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(wrong: dict[str, Any], said: str, cast: Cast) -> None:
    client = enter(Client(), cast.bob)
    answer = client.post(PAGE, {**USUAL, "digest_hour": "8", "digest_days": EVERY_DAY, **wrong})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Preferences.objects.exists()


@pytest.mark.django_db
def test_the_api_says_and_changes_the_same(cast: Cast, client: Client) -> None:
    bob = Client(headers=cast.bearer("bob"))
    found = bob.get(CALL).json()
    assert {each["kind"]: each["way"] for each in found["kinds"]} == USUAL
    assert (found["digest_hour"], found["quiet_from"]) == (8, None)

    change = {"ways": {"reminder": "digest"}, "quiet_from": 22, "quiet_until": 7}
    changed = bob.patch(CALL, change, "application/json").json()
    assert (changed["quiet_from"], changed["quiet_until"]) == (22, 7)
    assert (
        bob.patch(CALL, {"digest_hour": 17, "digest_days": ["friday"]}, "application/json").status_code == 200
    )
    kept = bob.get(CALL).json()
    assert {each["kind"]: each["way"] for each in kept["kinds"]} == {**USUAL, "reminder": "digest"}
    assert (kept["digest_hour"], kept["digest_days"]) == (17, ["friday"])
    assert (kept["quiet_from"], kept["quiet_until"]) == (22, 7)
    assert (
        bob.patch(CALL, {"quiet_from": None, "quiet_until": None}, "application/json").json()["quiet_from"]
        is None
    )

    refused: list[dict[str, object]] = [
        {"ways": {"account": "product"}},
        {"quiet_from": 3},
        {"quiet_from": 3, "quiet_until": 3},
        {"digest_days": []},
    ]
    for wrong in refused:
        assert bob.patch(CALL, wrong, "application/json").status_code == 422
    service, secret = ApiKey.create(cast.bob, cast.demo, is_service=True)
    assert Actor.of_key(service)
    assert client.get(CALL, headers={"Authorization": f"Bearer {secret}"}).status_code == 403
    assert Client(headers=cast.bearer("cfo")).get(CALL).json()["digest_hour"] == 8
