"""The people of an organization: found, changed, suspended, removed; leaving, and handing over what one owns."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.holding import holder
from seconder.accounts.models import ApiKey, Membership, Organization, Person, Team, TeamMember
from seconder.accounts.people import leaving
from seconder.accounts.people.directory import seen
from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.core.clock import now
from seconder.events.models import Event
from seconder.testing import Cast, enter, let_proof_age

pytestmark = pytest.mark.django_db
FILE = b"""
version: 1
kind: agent
id: clerk
name: Clerk
reviewers: {people: [bob@example.com]}
steps:
  - id: approval
    review: {question: May we?, assign: {people: [finance@example.com], teams: [finance]}}
"""


@pytest.fixture
def alice(cast: Cast, client: Client) -> Client:
    return enter(client, cast.alice)


def _at(cast: Cast, name: str, what: str = "") -> str:
    return f"/demo/people/{cast.people[name].pk}/{what}"


def _events(cast: Cast, prefix: str = "membership.") -> list[str]:
    with scope(organization=cast.demo.pk):
        names = Event.objects.filter(name__startswith=prefix).order_by("id").values_list("name", flat=True)
        return list(names)


def _role(cast: Cast, name: str) -> str | None:
    found = Actor.of_person(cast.people[name], cast.demo)
    return found.role if found else None


def test_the_list_is_narrowed_down(cast: Cast, alice: Client) -> None:
    with scopes_disabled():
        Membership.objects.filter(person=cast.cfo).update(is_active=False)
    for query, names in {
        "": {"Alice", "Bob", "Dana", "Finance", "Cfo"},
        "text=BO": {"Bob"},
        "text=dana@example": {"Dana"},
        "role=reviewer": {"Bob", "Finance", "Cfo"},
        "role=reviewer&team=finance": {"Bob", "Finance"},
        "state=suspended": {"Cfo"},
        "text=%00&role=%00": {"Alice", "Bob", "Dana", "Finance", "Cfo"},
        "text=nobody": set(),
    }.items():
        shown = alice.get(f"/demo/people/?{query}").content.decode()
        found = {name for name in ("Alice", "Bob", "Dana", "Finance", "Cfo") if f">{name}</a>" in shown}
        assert found == names, query
        assert "Charlie" not in shown
    assert alice.get("/demo/people/?after=nonsense").status_code == 422


def test_thousands_are_shown_page_by_page_in_a_few_statements(
    cast: Cast, alice: Client, django_assert_max_num_queries: Any
) -> None:  # Any: a fixture
    crowd = [Person(email=f"p{number}@crowd.example", name=f"Person {number:05}") for number in range(2_000)]
    Person.objects.bulk_create(crowd)
    with scopes_disabled():
        Membership.objects.bulk_create(
            [Membership(organization=cast.demo, person=person, role="member") for person in crowd]
        )
    path, names = "/demo/people/?role=member", list[str]()
    with django_assert_max_num_queries(9):
        shown = alice.get(path).content.decode()
    for _ in range(3):
        names += re.findall(r">(Person \d+)</a>", shown)
        following = re.search(r'href="(/demo/people/\?[^"]*after=[^"]*)"', shown)
        assert following
        path = following[1].replace("&amp;", "&")
        shown = alice.get(path).content.decode()
    assert names == [f"Person {number:05}" for number in range(150)]
    assert re.search(r"\b2.?00\d found", shown)


def test_when_somebody_was_here_is_said_no_finer_than_a_week() -> None:
    today = now().date()
    assert [seen(today - timedelta(days=days)) for days in (0, 1, 7, 8, 60, 93)] == [
        "Here today",
        "Here in the last week",
        "Here in the last week",
        "Here in the last month",
        "Here in the last 3 months",
        "Not here for 3 months",
    ]
    assert seen(None) == "Not seen yet"


def test_a_visit_is_noted_once_a_day(cast: Cast, alice: Client) -> None:
    alice.get("/demo/")
    with scopes_disabled():
        assert Membership.objects.get(person=cast.alice).seen_on == now().date()
        assert Membership.objects.get(person=cast.bob).seen_on is None


def test_a_role_is_changed_and_judged_at_once(cast: Cast, alice: Client) -> None:
    bob = enter(Client(), cast.bob)
    assert bob.get("/demo/settings/").status_code == 403
    assert alice.post(_at(cast, "bob", "role/"), {"role": "admin"}).status_code == 303
    assert bob.get("/demo/settings/").status_code == 200
    assert _role(cast, "bob") == "admin"
    refused = alice.post(_at(cast, "bob", "role/"), {"role": "king"})
    assert refused.status_code == 422
    assert "not one of the available choices" in refused.content.decode()


def test_an_admin_touches_no_owner_and_makes_none(cast: Cast) -> None:
    admin = enter(Client(), cast.add("ada", "admin"))
    for what, given in (
        ("role/", {"role": "viewer"}),
        ("suspension/", {}),
        ("removal/", {}),
        ("handovers/", {"to": "bob@example.com"}),
    ):
        refused = admin.post(_at(cast, "alice", what), given)
        assert refused.status_code == 403, what
        assert b"may do more here (owner) than you may give" in refused.content
    assert admin.post(_at(cast, "bob", "role/"), {"role": "owner"}).status_code == 422
    assert "Owner:" not in admin.get(_at(cast, "bob")).content.decode()
    assert _role(cast, "bob") == "reviewer"
    assert admin.post(_at(cast, "bob", "role/"), {"role": "admin"}).status_code == 303


def test_owners_are_made_by_an_owner_who_proved_lately_who_they_are(cast: Cast, alice: Client) -> None:
    let_proof_age(alice)
    sent = alice.post(_at(cast, "bob", "role/"), {"role": "owner"})
    assert sent["Location"].startswith("/account/confirm/")
    assert _role(cast, "bob") == "reviewer"
    enter(alice, cast.alice)
    assert alice.post(_at(cast, "bob", "role/"), {"role": "owner"}).status_code == 303
    assert _role(cast, "bob") == "owner"
    assert _events(cast)[-1] == "membership.role_changed"


def test_the_last_owner_stays_one(cast: Cast, alice: Client) -> None:
    refused = alice.post(_at(cast, "alice", "role/"), {"role": "viewer"})
    assert (refused.status_code, b"is the last owner" in refused.content) == (422, True)
    assert b"is the last owner" in alice.post("/demo/departure/").content
    assert _role(cast, "alice") == "owner"


def test_who_is_suspended_is_out_at_once_and_comes_back_as_they_were(cast: Cast, alice: Client) -> None:
    bob, key = enter(Client(), cast.bob), cast.key("bob")
    assert bob.get("/demo/").status_code == 200
    assert alice.post(_at(cast, "bob", "suspension/")).status_code == 303
    assert bob.get("/demo/").status_code == 404
    assert Client(headers={"Authorization": f"Bearer {key}"}).get("/api/v1/runs").status_code == 401
    assert bob.get("/account/").status_code == 200  # the account is theirs, not the organization's
    assert alice.post(_at(cast, "bob", "reactivation/")).status_code == 303
    assert bob.get("/demo/").status_code == 200
    assert holder(key)
    assert _role(cast, "bob") == "reviewer"
    assert _events(cast)[-2:] == ["membership.suspended", "membership.reactivated"]


def test_nobody_suspends_or_removes_themselves(cast: Cast, alice: Client) -> None:
    with scopes_disabled():
        Membership.objects.filter(person=cast.bob).update(role="owner")
    assert b"leave instead" in alice.post(_at(cast, "alice", "suspension/"), follow=True).content
    assert b"leave instead" in alice.post(_at(cast, "alice", "removal/")).content


def test_who_is_removed_has_nothing_left_here_and_keeps_what_is_elsewhere(cast: Cast, alice: Client) -> None:
    with scopes_disabled():
        Membership.objects.create(organization=cast.elsewhere, person=cast.bob, role="member")
    elsewhere, _ = ApiKey.create(cast.bob, cast.elsewhere)
    bob, key = enter(Client(), cast.bob), cast.key("bob")
    assert b"From then on nothing here opens" in alice.get(_at(cast, "bob", "removal/")).content
    assert alice.post(_at(cast, "bob", "removal/")).status_code == 303
    assert bob.get("/demo/").status_code == 404
    assert bob.get("/elsewhere/").status_code == 200
    assert holder(key) is None
    with scopes_disabled():
        assert ApiKey.objects.get(pk=elsewhere.pk).revoked_at is None
        assert ApiKey.objects.filter(person=cast.bob, organization=cast.demo, revoked_at=None).count() == 0
        assert not TeamMember.objects.filter(
            membership__person=cast.bob, team__organization=cast.demo
        ).exists()
    assert alice.get(_at(cast, "bob")).status_code == 404
    assert alice.post(_at(cast, "bob", "removal/")).status_code == 404


def _what_dana_owns(cast: Cast) -> None:
    publish(cast.actor("dana"), FILE)
    ApiKey.create(cast.dana, cast.demo, name="nightly", is_service=True)
    with scope(organization=cast.demo.pk):
        place = Team.objects.create(organization=cast.demo, name="night")
        TeamMember.objects.create(
            team=place, membership=Membership.objects.get(person=cast.dana), is_lead=True
        )


def test_what_somebody_owns_goes_to_a_colleague_in_the_same_moment(cast: Cast, alice: Client) -> None:
    _what_dana_owns(cast)
    asked = alice.get(_at(cast, "dana", "removal/")).content.decode()
    for thing in ("Clerk", "nightly", "night", "Who takes over?"):
        assert thing in asked
    refused = alice.post(_at(cast, "dana", "removal/"))
    assert refused.status_code == 422
    assert "Say who takes over 1 agents and 1 service keys" in refused.content.decode()
    for wrong, why in (
        ("bob@example.com", "cannot take over agents: the role reviewer does not allow it"),
        ("dana@example.com", "Name another member"),
        ("charlie@example.com", "Nobody here has this address"),
    ):
        refused = alice.post(_at(cast, "dana", "removal/"), {"to": wrong})
        assert (refused.status_code, why in refused.content.decode()) == (422, True), wrong
    assert _role(cast, "dana") == "builder"
    assert alice.post(_at(cast, "dana", "removal/"), {"to": "ALICE@example.com"}).status_code == 303
    with scope(organization=cast.demo.pk):
        assert Agent.objects.get().owner_id == cast.alice.pk
        assert ApiKey.objects.get(name="nightly").person == cast.alice
        assert ApiKey.objects.get(name="nightly").revoked_at is None
        lead = TeamMember.objects.get(team__name="night", is_lead=True)
        assert lead.membership.person == cast.alice
        handed = Event.objects.get(name="membership.handed_over")
    assert handed.facts["what"] == {"agents": 1, "service keys": 1, "teams led": 1}


def test_one_hands_over_ones_own_and_stays(cast: Cast) -> None:
    _what_dana_owns(cast)
    dana = enter(Client(), cast.dana)
    assert dana.post(_at(cast, "dana", "handovers/"), {"to": "alice@example.com"}).status_code == 303
    assert _role(cast, "dana") == "builder"
    with scope(organization=cast.demo.pk):
        assert Agent.objects.get().owner_id == cast.alice.pk
    refused = dana.post(_at(cast, "dana", "handovers/"), {"to": "alice@example.com"})
    assert b"has nothing here that could be handed over" in refused.content
    assert (
        enter(Client(), cast.bob).post(_at(cast, "dana", "handovers/"), {"to": "bob@example.com"}).status_code
        == 403
    )


def test_anybody_leaves_who_is_not_the_last_owner(cast: Cast) -> None:
    bob = enter(Client(), cast.bob)
    assert b"Leave Demo?" in bob.get("/demo/departure/").content
    assert bob.post("/demo/departure/")["Location"] == "/account/organizations/"
    assert bob.get("/demo/").status_code == 404
    assert b"You belong to no organization yet" in bob.get("/account/organizations/").content
    assert _events(cast)[-1] == "membership.left"


def test_agents_that_name_somebody_are_named(cast: Cast, alice: Client) -> None:
    publish(cast.actor("alice"), FILE)
    for name in ("bob", "finance"):
        shown = alice.get(_at(cast, name)).content.decode()
        assert "Agents whose files name them" in shown
        assert 'href="/demo/agents/clerk/"' in shown
    assert "Agents whose files name" not in alice.get(_at(cast, "cfo")).content.decode()


def test_colleagues_see_each_other_and_no_more(cast: Cast) -> None:
    _what_dana_owns(cast)
    shown = enter(Client(), cast.bob).get(_at(cast, "dana")).content.decode()
    assert "builder" in shown.lower()
    for private in ("nightly", "Change the role", "Suspend Dana", "Remove Dana"):
        assert private not in shown
    assert enter(Client(), cast.add("gil", "guest")).get(_at(cast, "dana")).status_code == 403
    assert enter(Client(), cast.charlie).get(_at(cast, "dana")).status_code == 404


def test_a_person_of_another_organization_is_not_found(cast: Cast, alice: Client) -> None:
    for what in ("", "removal/", "handovers/"):
        assert alice.get(_at(cast, "charlie", what)).status_code == 404
    for what in ("role/", "suspension/", "reactivation/", "removal/", "handovers/"):
        assert (
            alice.post(_at(cast, "charlie", what), {"role": "viewer", "to": "bob@example.com"}).status_code
            == 404
        )


def test_a_key_makes_no_owner(cast: Cast) -> None:
    from dataclasses import replace

    from seconder.accounts.freshness import NotFresh
    from seconder.accounts.people.changing import change_role

    with scope(organization=cast.demo.pk):
        bob = Membership.objects.select_related("person").get(person=cast.bob)
        with pytest.raises(NotFresh, match="in the browser"):
            change_role(replace(cast.actor("alice"), strength="key"), bob, "owner")
        change_role(replace(cast.actor("alice"), strength="key"), bob, "member")
    assert _role(cast, "bob") == "member"


def test_an_organization_that_is_left_is_not_come_back_to_by_an_old_key(cast: Cast) -> None:
    key = cast.key("bob")
    with scope(organization=cast.demo.pk):
        leaving.leave(cast.actor("bob"))
        Membership.objects.create(
            organization=Organization.objects.get(slug="demo"), person=cast.bob, role="viewer"
        )
    assert holder(key) is None
