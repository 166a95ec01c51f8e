"""News is stopped by one click, from the mail itself; what is asked of somebody is not news."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client

from seconder.core.mail.linting import ONE_CLICK, STOP
from seconder.notifications import unsubscribing
from seconder.notifications.kinds import KINDS
from seconder.notifications.models import Preferences
from seconder.notifications.tests.conftest import NO_ADDRESS, ORDER, Office, text
from seconder.notifications.tests.test_preferences import USUAL, choose
from seconder.testing import Cast, enter

Asking = Callable[..., dict[str, Any]]  # Any: a step of an agent's file
CLICK = {"List-Unsubscribe": "One-Click"}


def way(office: Office, who: str, kind: str) -> str:
    kept = Preferences.objects.filter(person=office.cast.people[who]).first() or Preferences()
    return kept.way(KINDS[kind])


def stop(letter: EmailMessage) -> str:
    assert letter["List-Unsubscribe-Post"] == ONE_CLICK
    (url,) = re.findall(r"<(.+)>", letter["List-Unsubscribe"])
    assert f"Stop this mail: {url}\n" in text(letter)
    return str(url).partition("//")[2].partition("/")[2].join(["/", ""])


@pytest.mark.clause("V-09")
@pytest.mark.invariant("F10")
def test_one_click_stops_the_letter_without_session_or_token_and_fetching_does_not(office: Office) -> None:
    office.start(NO_ADDRESS)
    office.later()
    (letter,) = office.letters("dana")
    link, stranger = stop(letter), Client(enforce_csrf_checks=True)
    for _ in range(2):
        page = stranger.get(link).content.decode()
        assert "Stop this mail?" in page
        assert KINDS["run-failed"].label in page
        assert stranger.head(link).status_code == 200
    assert way(office, "dana", "run-failed") == "mail"

    office.start(NO_ADDRESS)  # and waits to be mailed
    for _ in range(2):
        answer = stranger.post(link, CLICK)
        assert answer.status_code == 200
        assert "This mail is stopped" in answer.content.decode()
    assert way(office, "dana", "run-failed") == "product"
    office.later()
    assert len(office.letters("dana")) == 1
    page = enter(Client(), office.cast.dana).get("/account/notifications/").content.decode()
    assert page.count('<option value="product" selected>') == 1 + list(USUAL.values()).count("product")


def test_what_is_asked_of_one_cannot_be_stopped_by_a_link_and_comes_at_once_where_a_digest_was(
    office: Office, asking: Asking
) -> None:
    office.start(asking("bob"), ORDER)
    office.later()
    (asked,) = office.letters("bob")
    assert asked["List-Unsubscribe"] is None
    assert STOP not in text(asked)

    choose(office, "bob", waiting="digest", reminder="digest", **{"run-failed": "digest"})
    office.start(asking("bob"), ORDER, name="Buyer")
    office.fall_due()
    digest = office.letters("bob")[-1]
    assert digest["Subject"].startswith("Digest: ")
    assert (
        "What is asked of you, where it is among them, comes by mail at once"
        in Client().get(stop(digest)).content.decode()
    )
    assert Client().post(stop(digest), CLICK).status_code == 200
    assert [way(office, "bob", kind) for kind in ("waiting", "reminder", "run-failed")] == [
        "mail",
        "mail",
        "product",
    ]


@pytest.mark.django_db
def test_a_changed_link_stops_nothing(cast: Cast) -> None:
    link = unsubscribing.address(cast.bob, "run-failed")
    token = link.removeprefix(STOP).rstrip("/")
    changed = [token[:at] + ("B" if token[at] != "B" else "C") + token[at + 1 :] for at in (3, 30, 60)]
    for wrong in ("x", "é", token[:-2], *changed):
        assert Client().post(f"{STOP}{wrong}/", CLICK).status_code == 404, wrong
    assert Client().post(unsubscribing.address(cast.bob, "asked"), CLICK).status_code == 404
    assert not Preferences.objects.exists()


def test_the_postal_address_stands_at_the_end_of_news(office: Office) -> None:
    alice = enter(Client(), office.cast.alice)
    assert "No address is said" in alice.get("/demo/settings/").content.decode()
    said = alice.post("/demo/settings/address/", {"address": "1 Hill Road\r\n\r\nBrightwater"})
    assert said.status_code == 303
    office.start(NO_ADDRESS)
    office.later()
    assert "\n\nDemo\n1 Hill Road, Brightwater\n\nWhat becomes" in text(office.letters("dana")[0])

    api = Client(headers=office.cast.bearer("alice"))
    assert api.get("/api/v1/organizations/demo").json()["postal_address"] == "1 Hill Road\nBrightwater"
    assert api.patch("/api/v1/organizations/demo", {"postal_address": ""}, "application/json").json() == {
        **api.get("/api/v1/organizations/demo").json(),
        "name": "Demo",
        "postal_address": "",
    }
    assert (
        api.patch("/api/v1/organizations/demo", {"postal_address": "x" * 201}, "application/json").status_code
        == 422
    )


def test_names_that_others_gave_lead_nowhere(office: Office) -> None:
    office.start(NO_ADDRESS, name="See www.evil.example or https://evil.example/x")
    office.later()
    words = text(office.letters("dana")[0])
    assert "https: //evil.example" in words
    assert "www. evil.example" in words
