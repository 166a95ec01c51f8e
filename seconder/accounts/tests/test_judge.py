"""The judge: what a role, a key and the thing itself say to a verb, in this order."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor, can, demand, why
from seconder.accounts.holding import holder
from seconder.accounts.models import ApiKey, Membership, Organization, Role
from seconder.accounts.roles import CUSTOM, MATRIX, NEVER_FOR_SERVICES, OWNERS_ONLY, VERBS
from seconder.core.refusals import NotAllowed
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db


@dataclass
class Drawer:
    """A thing that its owner may read whatever the role, and that nobody else may."""

    organization_id: uuid.UUID
    owner_id: uuid.UUID

    def why(self, actor: Actor, verb: str) -> str | None:
        return "owns the drawer" if actor.person.pk == self.owner_id and verb == "people.manage" else None


def test_owners_have_every_verb_and_admins_all_but_the_owners() -> None:
    assert MATRIX["owner"] == VERBS
    assert VERBS - MATRIX["admin"] == OWNERS_ONLY
    assert all(verbs <= VERBS and not (verbs & OWNERS_ONLY) for verbs in list(MATRIX.values())[1:])


def test_builders_decide_and_reviewers_do_not_build() -> None:
    assert MATRIX["builder"] - MATRIX["member"] == {"agents.build"}
    assert "reviews.decide" in MATRIX["reviewer"]
    assert not MATRIX["reviewer"] & {"agents.build", "runs.start"}
    assert not (MATRIX["viewer"] | MATRIX["guest"]) & {"reviews.decide", "runs.start"}
    assert "agents.read" not in MATRIX["guest"]


def test_a_narrowed_key_may_no_more_than_its_scopes_and_no_more_than_the_role(cast: Cast) -> None:
    narrow = replace(cast.actor("bob"), scopes=frozenset({"reviews.read", "agents.build"}))
    assert can(narrow, "reviews.read")
    assert not can(narrow, "reviews.decide")
    assert not can(narrow, "agents.build")
    with pytest.raises(NotAllowed, match="this key's scopes leave it out"):
        demand(narrow, "reviews.decide")
    with pytest.raises(NotAllowed, match="your role is reviewer"):
        demand(narrow, "agents.build")


def test_a_service_key_never_answers_for_people(cast: Cast) -> None:
    service = replace(cast.actor("alice"), is_service=True)
    assert {verb for verb in VERBS if not can(service, verb)} == NEVER_FOR_SERVICES


def test_a_thing_gives_more_or_less_than_the_role_and_only_in_its_organization(cast: Cast) -> None:
    bobs = Drawer(cast.demo.pk, cast.bob.pk)
    assert why(cast.actor("bob"), "people.manage", bobs) == "owns the drawer"
    assert not can(cast.actor("bob"), "people.manage")
    assert can(cast.actor("alice"), "people.manage")
    assert not can(cast.actor("alice"), "people.manage", bobs)
    assert not can(cast.actor("bob"), "people.manage", Drawer(cast.elsewhere.pk, cast.bob.pk))
    narrow = replace(cast.actor("bob"), scopes=frozenset({"people.read"}))
    assert not can(narrow, "people.manage", bobs)


def _own_role(cast: Cast, name: str, verbs: list[str], person: str = "bob") -> Role:
    with scopes_disabled():
        role = Role.objects.create(organization=cast.demo, name=name, title=name.capitalize(), verbs=verbs)
        seat = Membership.objects.get(person=cast.people[person], organization=cast.demo)
        seat.role, seat.custom_role = CUSTOM, role
        seat.save()
    return role


def test_a_role_of_the_organizations_own_is_judged_by_its_verbs_through_every_door(cast: Cast) -> None:
    _own_role(cast, "auditor", ["home.read", "audit.read", "organization.own", "once.was"])
    key, secret = ApiKey.create(cast.bob, cast.demo)
    actors = [cast.actor("bob"), Actor.of_key(key), holder(secret)]
    for actor in actors:
        assert actor
        assert (actor.role, actor.verbs) == ("auditor", frozenset({"home.read", "audit.read"}))
    page = enter(Client(), cast.bob)
    assert page.get("/demo/").status_code == 200
    assert page.get("/demo/runs/").status_code == 403
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    assert api.get("/api/v1/audit").status_code == 200
    assert api.get("/api/v1/runs").json()["detail"].endswith("your role is auditor.")


def test_who_may_be_assigned_are_those_with_the_verb(cast: Cast) -> None:
    _own_role(cast, "desk", ["home.read", "reviews.read", "reviews.decide"], "finance")
    _own_role(cast, "auditor", ["home.read", "audit.read"])
    cast.add("vera", "viewer")
    with scope(organization=cast.demo.pk):
        names = set(Membership.objects.assignable().values_list("person__name", flat=True))
    assert names == {"Alice", "Dana", "Finance", "Cfo"}


def test_without_the_second_factor_that_is_asked_for_nothing_opens(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.demo.pk).update(requires_second_factor=True)
    bobs = cast.key("bob")
    page = enter(Client(), cast.bob)
    sent = page.get("/demo/runs/")
    assert (sent.status_code, sent["Location"]) == (302, "/account/factors/")
    assert b"asks everybody for a second factor" in page.get(sent["Location"]).content
    fragment = page.get("/demo/reviews/count/", headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == "/account/factors/"
    refused = Client(headers={"Authorization": f"Bearer {bobs}"}).get("/api/v1/runs")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("/second-factor-needed")
    assert not can(cast.actor("bob"), "home.read")
    Authenticator.objects.create(user=cast.bob, type=Authenticator.Type.TOTP, data={})
    assert page.get("/demo/runs/").status_code == 200
    assert holder(bobs) == replace(cast.actor("bob"), strength="key", caller_id=holder(bobs).caller_id)  # type: ignore[union-attr]  # it is one
