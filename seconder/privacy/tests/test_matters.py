"""What is handed over by hand: in a matter, within its days, with a second person's yes where it tells of people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.events.models import Event
from seconder.privacy.matters import register
from seconder.privacy.models import Matter, MatterLine
from seconder.privacy.models.disclosure import today
from seconder.testing import Cast, enter

pytestmark = [pytest.mark.django_db, pytest.mark.clause("R-10", "R-11d", "R-12", "R-13")]
LIST = "/demo/privacy/matters/"
FORM = {
    "kind": "adviser",
    "party": "Doe & Partners, Jane Doe",
    "why": "Advice on an order of Acme; engagement letter of 3 March.",
    "begins_on": today().isoformat(),
    "ends_on": (today() + timedelta(days=30)).isoformat(),
}
GIVEN = {"what": "Two orders, printed.", "people": "2"}


@pytest.fixture
def pair(cast: Cast, settings: Any) -> tuple[Client, Client]:  # Any: pytest-django's
    """Alice and Rita, both of whom may."""
    settings.OPERATOR = cast.demo.slug
    return enter(Client(), cast.alice), enter(Client(), cast.add("rita", "admin"))


def opened(client: Client, **changed: object) -> str:
    answer = client.post(f"{LIST}new/", {**FORM, **changed})
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"])


def matter() -> Matter:
    with scopes_disabled():
        return Matter.objects.latest("id")


@pytest.mark.invariant("J06")
def test_what_tells_of_people_waits_for_a_second_person_and_ends_at_its_time(
    pair: tuple[Client, Client], cast: Cast
) -> None:
    alice, rita = pair
    assert b"Nothing is handed to anybody" in alice.get(LIST).content
    page = opened(alice, is_personal="on")
    assert alice.post(f"{page}handovers/", GIVEN).status_code == 422
    assert alice.post(f"{page}approvals/").status_code == 403  # who opened it
    assert rita.post(f"{page}approvals/").status_code == 303
    assert alice.post(f"{page}handovers/", GIVEN).status_code == 303
    shown = rita.get(page).content.decode()
    for words in ("Doe &amp; Partners", "Handed over: 2 people", "Two orders, printed.", "Approved", "Rita"):
        assert words in shown, words
    with scopes_disabled():
        Matter.objects.update(begins_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))
    late = alice.post(f"{page}handovers/", GIVEN)
    assert late.status_code == 422
    assert b"and not today" in late.content
    assert b"Write down what was handed over" not in alice.get(page).content
    assert rita.post(f"{page}closure/").status_code == 303
    assert alice.post(f"{page}handovers/", GIVEN).status_code == 422
    with scope(organization=cast.demo.pk):
        names = list(
            Event.objects.filter(name__startswith="matter.").order_by("id").values_list("name", flat=True)
        )
        facts = str(list(Event.objects.filter(name__startswith="matter.").values_list("facts", flat=True)))
    assert names == ["matter.opened", "matter.approved", "matter.handed_over", "matter.closed"]
    assert "Doe" not in facts
    assert "printed" not in facts


@pytest.mark.invariant("J07")
def test_the_talks_about_a_sale_hold_nothing_of_people_unless_it_is_said_and_agreed(
    pair: tuple[Client, Client],
) -> None:
    alice, _ = pair
    page = opened(alice, kind="transaction")
    assert not matter().is_personal
    refused = alice.post(f"{page}handovers/", GIVEN)
    assert refused.status_code == 422
    assert b"numbers, and texts without people" in refused.content
    assert (
        alice.post(f"{page}handovers/", {"what": "Runs a month, in all.", "people": "0"}).status_code == 303
    )


@pytest.mark.invariant("J05")
def test_an_emergency_waits_for_nobody_and_somebody_else_looks_at_it(pair: tuple[Client, Client]) -> None:
    alice, rita = pair
    page = opened(alice, kind="emergency", is_personal="on")
    assert alice.post(f"{page}handovers/", GIVEN).status_code == 303
    assert alice.post(f"{page}closure/").status_code == 409  # nobody else has looked
    with scopes_disabled():
        Matter.objects.update(opened_at=matter().opened_at - timedelta(hours=25))
    assert b"Nobody else has looked at this emergency within a day" in rita.get(page).content
    assert b"Look at it" in rita.get(LIST).content
    assert rita.post(f"{page}approvals/").status_code == 303
    assert not register.is_late(matter())
    assert alice.post(f"{page}closure/").status_code == 303


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ends_on": (today() + timedelta(days=91)).isoformat()}, "90 days later at most"),
        ({"ends_on": (today() - timedelta(days=1)).isoformat()}, "ends on or after its first day"),
        ({"kind": "friend"}, "not one of the available choices"),
        ({"party": "  "}, "required"),
    ],
)
def test_what_a_matter_cannot_be(pair: tuple[Client, Client], changed: dict[str, str], words: str) -> None:
    answer = pair[0].post(f"{LIST}new/", {**FORM, **changed})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_lines_never_change_and_nobody_else_sees_any(pair: tuple[Client, Client], cast: Cast) -> None:
    page = opened(pair[0])
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        MatterLine.objects.update(people=7)
    assert enter(Client(), cast.dana).get(page).status_code in (403, 404)
    assert enter(Client(), cast.charlie).get(page.replace("/demo/", "/elsewhere/")).status_code in (403, 404)
