"""A key opens while it is valid and its person belongs; its last use is noted without a write for each call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.holding import SEEN_EVERY, holder
from seconder.accounts.models import ApiKey, Membership
from seconder.core.clock import now
from seconder.testing import Cast

pytestmark = pytest.mark.django_db


def test_a_key_acts_as_its_person(cast: Cast) -> None:
    key, secret = ApiKey.create(cast.bob, cast.demo, scopes=["reviews.read"])
    actor = holder(secret)
    assert actor == Actor.of_key(key)
    assert actor is not None
    assert (actor.person.name, actor.organization.slug, actor.role) == ("Bob", "demo", "reviewer")
    assert (actor.strength, actor.channel, actor.scopes) == ("key", "api", frozenset({"reviews.read"}))
    assert actor.person.created_at == cast.bob.created_at  # what was not asked for is found when it is


def test_a_key_ends(cast: Cast) -> None:
    revoked, expired = (
        ApiKey.create(cast.bob, cast.demo),
        ApiKey.create(cast.bob, cast.demo, lasts=timedelta(0)),
    )
    foreign = ApiKey.create(cast.bob, cast.elsewhere)
    revoked[0].revoke()
    for secret in (revoked[1], expired[1], foreign[1], "sec_unknown", "", revoked[0].hash):
        assert holder(secret) is None


def test_it_ends_with_its_person_and_with_the_membership(cast: Cast) -> None:
    bobs, danas = ApiKey.create(cast.bob, cast.demo)[1], ApiKey.create(cast.dana, cast.demo)[1]
    assert holder(bobs)
    with scopes_disabled():
        Membership.objects.filter(person=cast.bob).update(is_active=False)
    cast.dana.is_active = False
    cast.dana.save()
    assert holder(bobs) is None
    assert holder(danas) is None


def test_its_last_use_is_noted_now_and_then(
    cast: Cast, django_assert_num_queries: Any
) -> None:  # Any: a fixture
    key, secret = ApiKey.create(cast.bob, cast.demo)
    with django_assert_num_queries(2):
        holder(secret)
    with django_assert_num_queries(1):
        holder(secret)
    with scopes_disabled():
        ApiKey.objects.update(last_used_at=now() - SEEN_EVERY - timedelta(seconds=1))
        holder(secret)
        assert ApiKey.objects.get(pk=key.pk).last_used_at > now() - timedelta(minutes=1)  # type: ignore[operator]  # noted
