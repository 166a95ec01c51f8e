"""What mail providers tell is verified, counts once, and ends mail to addresses that do not want it or do not exist."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from seconder.core.clock import rfc3339
from seconder.core.mail.suppressing import hash_of, lift
from seconder.core.models import Delivery, ProviderEvent, Suppression

PLACE = "/webhooks/mail/"
SECRET = "post:a-long-secret"
BOB, ID = "bob@example.com", "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"
Tell = Callable[..., tuple[dict[str, Any], dict[str, str]]]  # Any: JSON


def of_postmark(what: str, to: str = BOB, **more: Any) -> tuple[dict[str, Any], dict[str, str]]:  # Any: JSON
    """https://postmarkapp.com/developer/webhooks/bounce-webhook and the pages beside it."""
    moment = rfc3339(timezone.now())
    made: dict[str, dict[str, object]] = {
        "delivered": {"RecordType": "Delivery", "Recipient": to, "DeliveredAt": moment},
        "bounced": {"RecordType": "Bounce", "Type": "HardBounce", "ID": 42, "Email": to, "BouncedAt": moment},
        "full": {"RecordType": "Bounce", "Type": "SoftBounce", "ID": 43, "Email": to, "BouncedAt": moment},
        "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 44, "Email": to},
        "opened": {"RecordType": "Open", "Recipient": to, "ReceivedAt": moment},
    }  # fmt: skip
    credentials = base64.b64encode(SECRET.encode()).decode()
    return {**made[what], "MessageID": ID, **more}, {"Authorization": f"Basic {credentials}"}


def of_mailgun(
    what: str, to: str = BOB, at: float | None = None, signed_at: float | None = None, **more: Any
) -> tuple[dict[str, Any], dict[str, str]]:  # Any: JSON
    """https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks"""
    made = {
        "delivered": {"event": "delivered"},
        "bounced": {"event": "failed", "severity": "permanent", "reason": "bounce"},
        "full": {"event": "failed", "severity": "temporary", "reason": "generic"},
        "complained": {"event": "complained"},
        "opened": {"event": "opened"},
    }
    moment, signing, token = at or time.time(), int(signed_at or time.time()), f"4{secrets.token_hex(25)}"
    signed = hmac.new(SECRET.encode(), f"{signing}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        **made[what],
        "recipient": to,
        "timestamp": moment,
        "message": {"headers": {"message-id": ID}},
        **more,
    }
    return {
        "signature": {"timestamp": str(signing), "token": token, "signature": signed},
        "event-data": data,
    }, {}


PROVIDERS = [
    ("postmark://token@api.postmarkapp.com/outbound", of_postmark, ID),
    ("mailgun://key@api.mailgun.net/mg.example.com", of_mailgun, f"<{ID}>"),
]
pytestmark = pytest.mark.django_db


@pytest.fixture(params=PROVIDERS, ids=["postmark", "mailgun"])
def tell(request: pytest.FixtureRequest, settings: Settings) -> Tell:
    settings.EMAIL_URL, tells, message_id = request.param
    settings.EMAIL_WEBHOOK_SECRET = SECRET
    Delivery.objects.create(
        key="one", kind="asked", address_hash=hash_of(BOB), message_id=message_id, state="sent"
    )
    made: Tell = tells
    return made


def post(told: tuple[dict[str, Any], dict[str, str]]) -> int:  # Any: JSON
    return Client(enforce_csrf_checks=True).post(
        PLACE, json.dumps(told[0]), "application/json", headers=told[1]
    ).status_code  # fmt: skip


def state() -> tuple[str, str | None]:
    return Delivery.objects.get().state, Suppression.objects.values_list("reason", flat=True).first()


@pytest.mark.parametrize(
    ("what", "then"),
    [
        ("delivered", ("delivered", None)),
        ("bounced", ("bounced", "bounced")),
        ("complained", ("complained", "complained")),
        ("opened", ("sent", None)),
    ],
)
def test_what_is_told_stands_in_the_log_and_at_the_address(
    what: str, then: tuple[str, str | None], tell: Tell
) -> None:
    assert post(tell(what)) == 200
    assert state() == then


def test_a_mailbox_that_is_full_is_not_given_up(tell: Tell) -> None:
    assert post(tell("full")) == 200
    assert Suppression.objects.count() == 0


def test_nothing_comes_after_a_complaint(tell: Tell) -> None:
    for what in ("complained", "delivered"):
        assert post(tell(what)) == 200
    assert state() == ("complained", "complained")


def test_told_again_it_changes_nothing_also_where_it_was_lifted(tell: Tell) -> None:
    told = tell("bounced")
    assert (post(told), post(told)) == (200, 200)
    assert ProviderEvent.objects.count() == 1
    lift(hash_of(BOB), "bounced")
    assert post(told) == 200
    assert not Suppression.objects.exists()


def test_who_is_not_the_provider_is_refused(tell: Tell) -> None:
    body, headers = tell("bounced")
    wrong = {**body, "signature": {**body.get("signature", {}), "token": "another"}}
    assert post((wrong, {})) == 403
    assert post((wrong, {"Authorization": "Basic cG9zdDpndWVzcw=="})) == 403
    assert post(({}, {})) == 403
    assert Client().get(PLACE).status_code == 405
    assert state() == ("sent", None)
    assert post((body, headers)) == 200


def test_an_address_that_nothing_was_sent_to_leaves_nothing(tell: Tell) -> None:
    assert post(tell("complained", to="stranger@example.org")) == 200
    assert not Suppression.objects.exists()
    assert not ProviderEvent.objects.exists()


def test_what_is_older_than_is_remembered_does_not_count(settings: Settings) -> None:
    settings.EMAIL_URL, settings.EMAIL_WEBHOOK_SECRET = PROVIDERS[1][0], SECRET
    Delivery.objects.create(key="one", kind="asked", address_hash=hash_of(BOB), state="sent")
    assert post(of_mailgun("complained", at=time.time() - 8 * 24 * 3600)) == 200
    assert state() == ("sent", None)


def test_one_signature_of_mailgun_is_good_for_one_telling_and_a_day(settings: Settings) -> None:
    settings.EMAIL_URL, settings.EMAIL_WEBHOOK_SECRET = PROVIDERS[1][0], SECRET
    Delivery.objects.create(key="one", kind="asked", address_hash=hash_of(BOB), message_id=f"<{ID}>")
    heard = of_mailgun("delivered")
    assert post(heard) == 200
    signature, forged = heard[0]["signature"], of_mailgun("complained")[0]["event-data"]
    assert post(({"signature": signature, "event-data": forged}, {})) == 200
    moved = {**signature, "timestamp": signature["timestamp"] + "4", "token": signature["token"][1:]}
    assert post(({"signature": moved, "event-data": forged}, {})) == 403
    assert post(of_mailgun("complained", signed_at=time.time() - 25 * 3600)) == 403
    assert state() == ("delivered", None)


def test_what_cannot_be_read_is_said_and_without_a_provider_there_is_nothing(
    tell: Tell, settings: Settings
) -> None:
    if tell is of_mailgun:
        body, headers = tell("bounced")
        body.pop("event-data")
    else:
        body, headers = {"FromFull": {}}, tell("bounced")[1]
    assert post((body, headers)) == 422
    settings.EMAIL_WEBHOOK_SECRET = None
    assert post(tell("bounced")) == 404
