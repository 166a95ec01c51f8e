"""The judge: what a role, a key and the thing itself say to a verb, in this order."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

import pytest

from seconder.accounts.actor import Actor, can, demand, why
from seconder.accounts.roles import MATRIX, NEVER_FOR_SERVICES, OWNERS_ONLY, VERBS
from seconder.core.refusals import NotAllowed
from seconder.testing import Cast

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
