"""What colleagues do to members is noted with their accounts, and not on what device the colleague did it."""

from __future__ import annotations

import pytest
from django.test import Client
from django_scopes import scope

from seconder.accounts.models import ApiKey, Membership, Person, SecurityEvent
from seconder.accounts.people import changing, leaving
from seconder.accounts.security.kinds import sentence
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db


def _noted(person: Person) -> list[str]:
    found = SecurityEvent.objects.filter(person=person).order_by("id")
    return [sentence(event.kind, event.facts) for event in found]


def test_what_is_done_to_a_member_is_noted(cast: Cast) -> None:
    alice = cast.actor("alice", "web")
    with scope(organization=cast.demo.pk):
        seat = Membership.objects.get(person=cast.bob)
        changing.change_role(alice, seat, "member")
        changing.suspend(alice, seat)
        changing.reactivate(alice, seat)
        leaving.remove(alice, seat)
    said = ["Was given the role member", "Was suspended", "Was let in again", "Left, or was removed"]
    assert _noted(cast.bob) == said
    assert {event.organization_id for event in SecurityEvent.objects.all()} == {cast.demo.pk}


@pytest.mark.parametrize("by_api", [False, True])
def test_of_what_a_colleague_did_the_colleagues_device_is_not_kept(cast: Cast, by_api: bool) -> None:
    key, _ = ApiKey.create(cast.bob, cast.demo)
    client = Client(headers={"User-Agent": "Firefox/132.0"}, REMOTE_ADDR="203.0.113.77")
    if by_api:
        client.post(f"/api/v1/keys/{key.pk}/revocation", headers=cast.bearer("alice"))
    else:
        enter(client, cast.alice).post(f"/demo/keys/{key.pk}/revocation/")
    event = SecurityEvent.objects.get(person=cast.bob)
    assert (event.kind, event.network, event.browser) == ("key.revoked", "", "")
