"""Roles that an organization makes for itself: of what their maker may, judged at once, and deleted when unused."""

from __future__ import annotations

from html import escape

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.models import Membership, Role
from seconder.accounts.roles import MATRIX, MEANS, OWNERS_ONLY
from seconder.events.models import Event
from seconder.testing import Cast, enter
from seconder.verification.tests.conftest import Desk, desk  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
NEW = "/demo/roles/new/"
AUDITOR = {"name": "auditor", "title": "Auditor", "verbs": ["audit.read", "runs.read"]}


@pytest.fixture
def alice(cast: Cast, client: Client) -> Client:
    return enter(client, cast.alice)


def _role(cast: Cast, name: str = "auditor") -> Role:
    with scope(organization=cast.demo.pk):
        return Role.objects.get(name=name)


def _give(client: Client, cast: Cast, name: str, role: str) -> int:
    return client.post(f"/demo/people/{cast.people[name].pk}/role/", {"role": role}).status_code


def test_a_role_is_made_given_and_judged(cast: Cast, alice: Client) -> None:
    assert alice.post(NEW, AUDITOR).status_code == 303
    assert _role(cast).verbs == ["audit.read", "home.read", "notifications.read", "runs.read"]
    assert "Auditor" in alice.get(f"/demo/people/{cast.bob.pk}/").content.decode()
    bob = enter(Client(), cast.bob)
    assert _give(alice, cast, "bob", "auditor") == 303
    assert (bob.get("/demo/").status_code, bob.get("/demo/runs/").status_code) == (200, 200)
    assert (bob.get("/demo/reviews/").status_code, bob.get("/demo/people/").status_code) == (403, 403)
    actor = Actor.of_person(cast.bob, cast.demo)
    assert actor
    assert actor.role == "auditor"


def test_what_a_role_may_is_changed_for_all_who_have_it_at_once(cast: Cast, alice: Client) -> None:
    alice.post(NEW, AUDITOR)
    _give(alice, cast, "bob", "auditor")
    bob = enter(Client(), cast.bob)
    assert bob.get("/demo/agents/").status_code == 403
    there = f"/demo/roles/{_role(cast).pk}/"
    assert alice.post(there, {"title": "Inspector", "verbs": ["agents.read"]}).status_code == 303
    assert bob.get("/demo/agents/").status_code == 200
    assert bob.get("/demo/runs/").status_code == 403
    with scope(organization=cast.demo.pk):
        changed = Event.objects.get(name="role.changed")
    assert changed.facts["verbs"] == ["agents.read", "home.read", "notifications.read"]


def test_one_cannot_put_into_a_role_what_one_lacks(cast: Cast, alice: Client) -> None:
    for verb in OWNERS_ONLY:
        refused = alice.post(NEW, {**AUDITOR, "verbs": [verb]})
        assert (refused.status_code, "not one of the available choices" in refused.content.decode()) == (
            422,
            True,
        )
    alice.post(
        NEW,
        {"name": "smith", "title": "Role smith", "verbs": ["roles.manage", "people.read", "people.manage"]},
    )
    alice.post(NEW, AUDITOR)
    _give(alice, cast, "bob", "smith")
    bob = enter(Client(), cast.bob)
    refused = bob.post(NEW, {"name": "mine", "title": "Mine", "verbs": ["audit.read"]})
    assert (refused.status_code, "not one of the available choices" in refused.content.decode()) == (
        422,
        True,
    )
    assert bob.post(NEW, {"name": "less", "title": "Less", "verbs": ["people.read"]}).status_code == 303
    there = f"/demo/roles/{_role(cast).pk}/"
    assert "may do what you may not" in bob.get(there).content.decode()
    assert bob.post(there, {"title": "Tame", "verbs": []}).status_code == 403
    assert bob.post(f"{there}removal/").status_code == 403
    assert _give(bob, cast, "dana", "viewer") == 403  # a builder may more than Bob can give
    assert _role(cast).title == "Auditor"


@pytest.mark.parametrize(
    ("name", "title", "why"),
    [
        ("owner", "Owner", "is a built-in role"),
        ("custom", "Custom", "is a built-in role"),
        ("a b", "A B", "made of the letters"),
        ("ok", "Αdmin", "mixes Greek and Latin"),  # its first letter is Greek
        ("auditor", "Other", "There is a role auditor already"),
    ],
)
def test_a_name_that_cannot_be_had_says_why(
    cast: Cast, alice: Client, name: str, title: str, why: str
) -> None:
    alice.post(NEW, AUDITOR)
    refused = alice.post(NEW, {"name": name, "title": title, "verbs": []})
    assert (refused.status_code, why in refused.content.decode()) == (422, True)


def test_a_role_that_somebody_has_stays(cast: Cast, alice: Client) -> None:
    alice.post(NEW, AUDITOR)
    _give(alice, cast, "bob", "auditor")
    there = f"/demo/roles/{_role(cast).pk}/removal/"
    assert "1 members have this role" in alice.post(there, follow=True).content.decode()
    _give(alice, cast, "bob", "viewer")
    assert alice.post(there).status_code == 303
    with scopes_disabled():
        assert not Role.objects.exists()
        assert Membership.objects.get(person=cast.bob).role == "viewer"


def test_a_role_that_decides_no_more_gives_its_seats_up(desk: Desk, alice: Client) -> None:  # noqa: F811
    cast = desk.cast
    alice.post(NEW, {"name": "desk", "title": "Desk", "verbs": ["reviews.read", "reviews.decide"]})
    _give(alice, cast, "bob", "desk")
    review = desk.ask("bob")
    assert desk.people(review) == {"bob"}
    alice.post(f"/demo/roles/{_role(cast, 'desk').pk}/", {"title": "Desk", "verbs": ["reviews.read"]})
    assert desk.people(review) == {"alice"}


def test_the_page_shows_what_each_role_may(cast: Cast, alice: Client) -> None:
    alice.post(NEW, AUDITOR)
    shown = enter(Client(), cast.bob).get("/demo/roles/").content.decode()
    for verb, means in MEANS.items():
        assert verb in shown
        assert escape(means) in shown
    assert "Auditor" in shown
    assert "Make a role" not in shown
    assert shown.count('aria-label="yes"') == sum(
        len(verbs) for verbs in [*MATRIX.values(), _role(cast).verbs]
    )
