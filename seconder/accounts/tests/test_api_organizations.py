"""Organizations, people, invitations, teams and roles over the API: the same rules as the pages, said as problems."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.holding import holder
from seconder.accounts.invitations import lists
from seconder.accounts.models import ApiKey, Invitation, Letter, Membership, Organization, TeamMember
from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.testing import Cast

pytestmark = pytest.mark.django_db
FILE = b"version: 1\nkind: agent\nid: clerk\nname: Clerk\nsteps:\n  - {id: read, prompt: Read it.}\n"
Answer = tuple[int, Any]  # Any: JSON


class Api:
    def __init__(self, cast: Cast, name: str, **key: Any) -> None:  # Any: options of the key
        self.client = Client(headers={"Authorization": f"Bearer {cast.key(name, **key)}"})

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        said = "" if body is None else json.dumps(body)
        answered = self.client.generic(method, f"/api/v1/{path}", said, "application/json", headers=headers)
        return answered.status_code, answered.json() if answered.content else None


@pytest.fixture
def alice(cast: Cast) -> Api:
    return Api(cast, "alice")


def _kind(answer: Answer) -> tuple[int, str]:
    status, problem = answer
    return status, problem["type"].rpartition("/")[2]


def test_a_key_knows_its_organization_and_no_other(cast: Cast, alice: Api) -> None:
    with scopes_disabled():
        Membership.objects.create(organization=cast.elsewhere, person=cast.alice, role="owner")
    _, found = alice("GET", "organizations")
    assert [one["id"] for one in found["items"]] == ["demo"]
    assert alice("GET", "organizations/demo")[1]["requires_second_factor"] is False
    assert alice("GET", "organizations/elsewhere")[0] == 404
    assert alice("PATCH", "organizations/demo", {"name": "Demo GmbH"})[1]["name"] == "Demo GmbH"
    assert _kind(alice("PATCH", "organizations/demo", {"name": "Dеmo"})) == (422, "invalid")  # Cyrillic
    assert _kind(alice("PATCH", "organizations/demo", {"slug": "other"})) == (422, "invalid")
    assert _kind(Api(cast, "bob")("PATCH", "organizations/demo", {"name": "Bobs"})) == (403, "not-allowed")
    assert Organization.objects.get(slug="demo").name == "Demo GmbH"


def test_people_are_listed_found_and_changed(cast: Cast, alice: Api) -> None:
    _, page = alice("GET", "people?limit=2")
    _, rest = alice("GET", f"people?limit=100&cursor={page['next']}")
    assert len(page["items"]) + len(rest["items"]) == 5
    _, found = alice("GET", "people?role=reviewer&team=finance&text=BO")
    [bob] = found["items"]
    assert (bob["name"], bob["teams"], bob["status"]) == ("Bob", ["finance"], "active")
    here = f"people/{cast.bob.pk}"
    assert alice("GET", here)[1] == bob
    assert alice("PATCH", here, {"role": "builder"})[1]["role"] == "builder"
    assert _kind(alice("PATCH", here, {"role": "king"})) == (422, "invalid")
    assert _kind(alice("PATCH", here, {"role": "owner"})) == (403, "fresh-sign-in-needed")
    assert _kind(alice("PATCH", f"people/{cast.alice.pk}", {"role": "viewer"})) == (
        403,
        "fresh-sign-in-needed",
    )
    assert _kind(Api(cast, "dana")("PATCH", here, {"role": "viewer"})) == (403, "not-allowed")
    assert alice("GET", f"people/{cast.charlie.pk}")[0] == 404
    assert alice("GET", "people/nonsense")[0] == 404


def test_suspending_and_letting_in_again(cast: Cast, alice: Api) -> None:
    bobs, here = cast.key("bob"), f"people/{cast.bob.pk}"
    assert alice("POST", f"{here}/suspension")[1]["status"] == "suspended"
    assert holder(bobs) is None
    assert alice("GET", "people?status=suspended")[1]["items"][0]["name"] == "Bob"
    assert alice("POST", f"{here}/reactivation")[1]["status"] == "active"
    assert holder(bobs)
    assert _kind(alice("POST", f"people/{cast.alice.pk}/suspension")) == (409, "conflict")


def test_removing_hands_over_and_a_repeat_is_answered_alike(cast: Cast, alice: Api) -> None:
    publish(cast.actor("dana"), FILE)
    there = f"people/{cast.dana.pk}/removal"
    assert _kind(alice("POST", there)) == (422, "invalid")
    assert _kind(alice("POST", there, {"to": str(cast.charlie.pk)})) == (422, "invalid")
    once = {"Idempotency-Key": "remove-dana"}
    removed = alice("POST", there, {"to": str(cast.alice.pk)}, **once)
    assert removed == (201, {"handed_over": {"agents": 1}})
    assert alice("POST", there, {"to": str(cast.alice.pk)}, **once) == removed
    assert alice("GET", f"people/{cast.dana.pk}")[0] == 404
    with scope(organization=cast.demo.pk):
        assert Agent.objects.get().owner_id == cast.alice.pk


def test_handing_over_ones_own(cast: Cast) -> None:
    publish(cast.actor("dana"), FILE)
    dana = Api(cast, "dana")
    handed = dana("POST", f"people/{cast.dana.pk}/handovers", {"to": str(cast.alice.pk)})
    assert handed == (201, {"handed_over": {"agents": 1}})
    refused = Api(cast, "bob")("POST", f"people/{cast.alice.pk}/handovers", {"to": str(cast.bob.pk)})
    assert _kind(refused) == (403, "not-allowed")


def test_inviting_resending_and_withdrawing(cast: Cast, alice: Api) -> None:
    once = {"Idempotency-Key": "invite-eve"}
    body = {"email": "Eve@example.com", "role": "reviewer", "teams": ["finance"], "message": "Hello"}
    status, made = alice("POST", "invitations", body, **once)
    assert (status, made["email"], made["state"], made["teams"]) == (
        201,
        "eve@example.com",
        "invited",
        ["finance"],
    )
    assert alice("POST", "invitations", body, **once)[1]["id"] == made["id"]
    assert Letter.objects.count() == 1
    here = f"invitations/{made['id']}"
    assert alice("GET", here)[1] == made
    assert [one["id"] for one in alice("GET", "invitations?state=invited")[1]["items"]] == [made["id"]]
    assert _kind(alice("POST", f"{here}/letters")) == (429, "too-many-requests")
    assert alice("POST", f"{here}/cancellation")[1]["state"] == "canceled"
    assert _kind(alice("POST", f"{here}/cancellation")) == (409, "conflict")
    for wrong, kind in (
        ({"email": "no address"}, (422, "invalid")),
        ({"email": "bob@example.com"}, (409, "conflict")),
        ({"email": "x@example.com", "role": "king"}, (422, "invalid")),
        ({"email": "x@example.com", "teams": ["no team"]}, (422, "invalid")),
        ({"email": "x@example.com", "name": "X"}, (422, "invalid")),
        ({"email": "x@example.com", "message": "x" * 1001}, (422, "invalid")),
    ):
        assert _kind(alice("POST", "invitations", wrong)) == kind, wrong
    assert _kind(Api(cast, "bob")("GET", "invitations")) == (403, "not-allowed")


def test_a_narrowed_key_gives_no_more_than_it_has(cast: Cast) -> None:
    key, secret = ApiKey.create(cast.alice, cast.demo, scopes=["people.read", "people.manage"])
    narrow = Api.__new__(Api)
    narrow.client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert _kind(narrow("POST", "invitations", {"email": "x@example.com", "role": "admin"})) == (
        403,
        "not-allowed",
    )
    assert _kind(narrow("PATCH", f"people/{cast.bob.pk}", {"role": "viewer"})) == (403, "not-allowed")
    assert key.scopes == ["people.read", "people.manage"]


def test_a_list_is_taken_and_reported(cast: Cast, alice: Api) -> None:
    posted = alice.client.post(
        "/api/v1/invitation-lists", "email,role\na@x.example,member\nnobody,\n", content_type="text/csv"
    )
    made = posted.json()
    assert (posted.status_code, made["status"], made["total"]) == (202, "queued", 2)
    lists.go_on(made["id"])
    here = f"invitation-lists/{made['id']}"
    assert alice("GET", here)[1]["done"] == 2
    report = alice.client.get(f"/api/v1/{here}/report")
    assert report["Content-Type"] == "text/csv; charset=utf-8"
    assert "a@x.example,member,,,invited" in report.content.decode()
    with scope(organization=cast.demo.pk):
        assert Invitation.objects.get().email == "a@x.example"
    assert _kind(alice("POST", "invitation-lists", {})) == (415, "unsupported-media-type")


def test_teams_are_made_led_and_deleted(cast: Cast, alice: Api) -> None:
    assert alice("POST", "teams", {"id": "night", "name": "Night"})[0] == 201
    assert _kind(alice("POST", "teams", {"id": "night"})) == (409, "conflict")
    assert _kind(alice("POST", "teams", {"id": "ni ght"})) == (422, "invalid")
    place = f"teams/night/members/{cast.bob.pk}"
    assert alice("PUT", place)[1]["is_lead"] is False
    assert alice("PUT", place, {"is_lead": True})[1]["is_lead"] is True
    bob = Api(cast, "bob")
    assert bob("PUT", f"teams/night/members/{cast.dana.pk}")[0] == 200
    assert bob("PATCH", "teams/night", {"name": "Late"})[1] == {"id": "night", "name": "Late"}
    assert _kind(bob("DELETE", "teams/night")) == (403, "not-allowed")
    _, found = alice("GET", "teams/night/members")
    assert {one["person"]["name"]: one["is_lead"] for one in found["items"]} == {"Bob": True, "Dana": False}
    assert alice("DELETE", place)[0] == 204
    assert alice("DELETE", place)[0] == 404
    assert alice("DELETE", "teams/night")[0] == 204
    assert alice("GET", "teams/night")[0] == 404
    with scope(organization=cast.demo.pk):
        assert not TeamMember.objects.filter(team__name="night").exists()


def test_roles_are_made_changed_and_deleted(cast: Cast, alice: Api) -> None:
    built_in = alice("GET", "roles")[1]["items"]
    assert [one["id"] for one in built_in][:2] == ["owner", "admin"]
    made = alice("POST", "roles", {"id": "auditor", "name": "Auditor", "verbs": ["audit.read"]})
    assert made == (
        201,
        {
            "id": "auditor",
            "name": "Auditor",
            "verbs": ["audit.read", "home.read", "notifications.read"],
            "is_built_in": False,
        },
    )
    assert alice("PATCH", "roles/auditor", {"verbs": ["runs.read"]})[1]["verbs"][-1] == "runs.read"
    assert _kind(alice("POST", "roles", {"id": "b", "name": "B", "verbs": ["organization.own"]})) == (
        422,
        "invalid",
    )
    assert _kind(alice("POST", "roles", {"id": "b", "name": "B", "verbs": ["no.such"]})) == (422, "invalid")
    assert _kind(alice("PATCH", "roles/owner", {"verbs": []})) == (404, "not-found")
    alice("PATCH", f"people/{cast.bob.pk}", {"role": "auditor"})
    assert _kind(alice("DELETE", "roles/auditor")) == (409, "conflict")
    alice("PATCH", f"people/{cast.bob.pk}", {"role": "viewer"})
    assert alice("DELETE", "roles/auditor")[0] == 204
