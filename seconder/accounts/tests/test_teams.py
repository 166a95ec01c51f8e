"""Teams: made, named, led, filled and deleted; and what agents' files have to say about that."""

from __future__ import annotations

import pytest
from django.test import Client
from django_scopes import scope

from seconder.accounts.models import Membership, Team, TeamMember
from seconder.agents.publishing import publish
from seconder.events.models import Event
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
FILE = b"""
version: 1
kind: agent
id: clerk
name: Clerk
steps:
  - id: approval
    review: {question: May we?, assign: {teams: [finance]}}
"""


@pytest.fixture
def alice(cast: Cast, client: Client) -> Client:
    return enter(client, cast.alice)


def _team(cast: Cast, name: str = "finance") -> Team:
    with scope(organization=cast.demo.pk):
        return Team.objects.get(name=name)


def _people(cast: Cast, name: str = "finance") -> set[str]:
    with scope(organization=cast.demo.pk):
        return set(
            TeamMember.objects.filter(team__name=name).values_list("membership__person__name", flat=True)
        )


def _at(team: Team, what: str = "") -> str:
    return f"/demo/teams/{team.pk}/{what}"


def test_a_team_is_made_and_filled(cast: Cast, alice: Client) -> None:
    made = alice.post("/demo/teams/new/", {"name": " Night-Shift ", "title": "Night shift"})
    team = _team(cast, "night-shift")
    assert made["Location"] == _at(team)
    assert alice.post(_at(team, "members/"), {"to": "bob@example.com"}).status_code == 303
    assert _people(cast, "night-shift") == {"Bob"}
    shown = alice.get(_at(team)).content.decode()
    assert "Night shift" in shown
    assert "@night-shift" in shown
    again = alice.post(_at(team, "members/"), {"to": "bob@example.com"})
    assert (again.status_code, "is in this team already" in again.content.decode()) == (422, True)
    assert alice.post(_at(team, f"members/{cast.bob.pk}/removal/")).status_code == 303
    assert _people(cast, "night-shift") == set()
    with scope(organization=cast.demo.pk):
        names = Event.objects.filter(name__startswith="team.").order_by("id").values_list("name", flat=True)
    assert list(names) == ["team.created", "team.member_added", "team.member_removed"]


@pytest.mark.parametrize(
    ("name", "title", "why"),
    [
        ("finance", "", "There is a team finance already"),
        ("Fin ance", "", "made of the letters"),
        ("fіnance", "", "look too much alike"),  # its second letter is Cyrillic
        ("ok", "Fіnance", "mixes Cyrillic and Latin"),
    ],
)
def test_a_name_that_cannot_be_had_says_why(
    cast: Cast, alice: Client, name: str, title: str, why: str
) -> None:
    refused = alice.post("/demo/teams/new/", {"name": name, "title": title})
    assert (refused.status_code, why in refused.content.decode()) == (422, True)


def test_who_leads_a_team_changes_it_and_no_other(cast: Cast, alice: Client) -> None:
    finance, legal = _team(cast), _team(cast, "legal")
    bob = enter(Client(), cast.bob)
    assert bob.post(_at(finance, "members/"), {"to": "dana@example.com"}).status_code == 403
    assert "Put them into the team" not in bob.get(_at(finance)).content.decode()
    assert alice.post(_at(finance, f"members/{cast.bob.pk}/lead/"), {"lead": "true"}).status_code == 303
    assert "Put them into the team" in bob.get(_at(finance)).content.decode()
    assert bob.post(_at(finance, "members/"), {"to": "dana@example.com"}).status_code == 303
    assert bob.post(_at(finance, "title/"), {"title": "Money"}).status_code == 303
    assert bob.post(_at(finance, f"members/{cast.finance.pk}/removal/")).status_code == 303
    assert _people(cast) == {"Bob", "Dana"}
    assert bob.post(_at(legal, "members/"), {"to": "dana@example.com"}).status_code == 403
    assert bob.post(_at(finance, "removal/")).status_code == 403
    assert alice.post(_at(finance, f"members/{cast.bob.pk}/lead/")).status_code == 303
    assert bob.post(_at(finance, "title/"), {"title": "Mine"}).status_code == 403


def test_a_lead_who_is_suspended_leads_nothing(cast: Cast) -> None:
    finance = _team(cast)
    with scope(organization=cast.demo.pk):
        seat = Membership.objects.get(person=cast.bob)
        TeamMember.objects.filter(team=finance, membership=seat).update(is_lead=True)
        assert cast.bob.pk in finance.lead_ids
        Membership.objects.filter(pk=seat.pk).update(is_active=False)
        assert cast.bob.pk not in _team(cast).lead_ids


def test_one_leaves_a_team_by_oneself(cast: Cast) -> None:
    bob = enter(Client(), cast.bob)
    assert bob.post(_at(_team(cast), f"members/{cast.bob.pk}/removal/")).status_code == 303
    assert _people(cast) == {"Finance"}


def test_a_team_that_an_agent_asks_is_not_deleted(cast: Cast, alice: Client) -> None:
    publish(cast.actor("dana"), FILE)
    finance = _team(cast)
    shown = alice.get(_at(finance)).content.decode()
    assert 'href="/demo/agents/clerk/"' in shown
    refused = alice.post(_at(finance, "removal/"), follow=True).content.decode()
    assert "Agents ask this team: Clerk. Publish them anew" in refused
    publish(cast.actor("dana"), FILE.replace(b"finance", b"legal"))
    assert alice.post(_at(finance, "removal/")).status_code == 303
    with scope(organization=cast.demo.pk):
        assert not Team.objects.filter(name="finance").exists()
        assert Membership.objects.filter(person=cast.bob).exists()


def test_a_new_name_changes_nothing_for_agents(cast: Cast, alice: Client) -> None:
    alice.post(_at(_team(cast), "title/"), {"title": "Accounts payable"})
    assert publish(cast.actor("dana"), FILE).warnings is not None
    assert str(_team(cast)) == "Accounts payable"


def test_teams_of_another_organization_are_not_found(cast: Cast) -> None:
    charlie = enter(Client(), cast.charlie)
    finance = _team(cast)
    assert charlie.get(f"/elsewhere/teams/{finance.pk}/").status_code == 404
    assert (
        charlie.post(f"/elsewhere/teams/{finance.pk}/members/", {"to": "charlie@example.com"}).status_code
        == 404
    )
    assert charlie.get(_at(finance)).status_code == 404
