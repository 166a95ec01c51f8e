"""The list of what one was told, and marking it as read."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from seconder.accounts.models import SignInLink
from seconder.core.clock import now
from seconder.notifications import jobs
from seconder.notifications.models import Notification
from seconder.notifications.tests.conftest import ORDER, Office

Asking = Callable[..., dict[str, Any]]  # Any: a step of an agent's file
LIST = "/demo/notifications/"


def client(office: Office, who: str) -> Client:
    signed_in = Client()
    signed_in.post(f"/sign-in/{SignInLink.create(office.cast.people[who])}/")
    return signed_in


def test_the_list_tells_how_things_stand_and_links_to_the_page(office: Office, asking: Asking) -> None:
    run = office.start(asking("bob", "cfo"), ORDER)
    bob, cfo = client(office, "bob"), client(office, "cfo")
    page = bob.get(LIST).content.decode()
    assert "Clerk asks for your decision" in page
    assert f'href="/demo/reviews/{office.review(run).pk}/"' in page

    office.decide(run, "bob")
    assert "Clerk: already approved by Bob" in cfo.get(LIST).content.decode()
    dana = client(office, "dana").get(LIST).content.decode()
    assert "Clerk: approved by Bob" in dana
    assert "Clerk: the run has finished" in dana


def test_only_ones_own_are_seen_counted_and_marked(office: Office, asking: Asking) -> None:
    office.start(asking("bob", "cfo"), ORDER)
    office.start(asking("bob"), ORDER)
    bob, cfo, charlie = (client(office, who) for who in ("bob", "cfo", "charlie"))
    assert bob.get(f"{LIST}count/").content == b"2"

    answer = bob.post(f"{LIST}readings/")
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert bob.get(f"{LIST}count/").content == b""
    assert cfo.get(f"{LIST}count/").content == b"1"
    assert charlie.get(LIST).status_code == 404
    assert charlie.post(f"{LIST}readings/").status_code == 404


def test_one_of_them_can_be_marked_and_getting_changes_nothing(office: Office, asking: Asking) -> None:
    office.start(asking("bob"), ORDER)
    office.start(asking("bob"), ORDER)
    bob = client(office, "bob")
    bob.get(LIST), bob.head(LIST), bob.get(LIST, headers={"HX-Request": "true"})
    assert bob.get(f"{LIST}readings/").status_code == 405
    with scopes_disabled():
        event = Notification.objects.values_list("event_id", flat=True)[0]
    bob.post(f"{LIST}readings/", {"event": [str(event)]})
    assert bob.get(f"{LIST}count/").content == b"1"
    assert bob.post(f"{LIST}readings/", {"event": ["x"]}).status_code == 422


def test_a_fragment_is_the_list_alone_and_pages_follow_one_another(office: Office, asking: Asking) -> None:
    office.start(asking("bob"), ORDER)
    with scopes_disabled():
        one = Notification.objects.get()
        Notification.objects.bulk_create(
            Notification(
                event_id=uuid.UUID(int=number),
                organization_id=one.organization_id,
                person_id=one.person_id,
                name=one.name,
                subject_id=one.subject_id,
            )
            for number in range(1, 61)
        )
    bob = client(office, "bob")
    fragment = bob.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert fragment.count("asks for your decision") == 50
    assert (
        bob.get(f"{LIST}?before={uuid.UUID(int=12)}").content.decode().count("asks for your decision") == 11
    )
    assert bob.get(f"{LIST}?before=x").status_code == 422


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_notifications_are_kept_for_ninety_days(days: int, left: int, office: Office, asking: Asking) -> None:
    office.start(asking("bob"), ORDER)
    with scopes_disabled():
        Notification.objects.update(at=now() - timedelta(days=days))
    jobs.forget_old()
    with scopes_disabled():
        assert Notification.objects.count() == left
