"""API keys: who makes which, what they look like, what they may, and how they end."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled
from hypothesis import given
from hypothesis import strategies as st

from seconder.accounts.freshness import RECORDS
from seconder.accounts.holding import holder
from seconder.accounts.keys import asking
from seconder.accounts.keys.text import is_key, new_key
from seconder.accounts.models import ApiKey, Letter, Membership, RepeatedCall, SecurityEvent
from seconder.accounts.roles import MATRIX
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.refusals import Conflict
from seconder.events.models import Event
from seconder.testing import Cast, deliver, enter

pytestmark = pytest.mark.django_db
Answer = Any  # Any: what the test client answers, which has no name of its own
OLD = "sec_" + "Zk3-_9" * 7 + "a"  # as keys looked before they had a check


def _call(client: Client, key: str, method: str, path: str, body: object = None, **headers: str) -> Answer:
    return client.generic(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else "",
        "application/json",
        headers={"Authorization": f"Bearer {key}", **headers},
    )


def test_a_key_can_be_told_from_what_only_looks_like_one() -> None:
    for _ in range(50):
        key = new_key()
        assert is_key(key)
        assert key.startswith("sec_")
        assert key[4:].isalnum()
        assert len(key) == 53
        wrong = key[:10] + ("a" if key[10] != "a" else "b") + key[11:]
        assert not is_key(wrong)


@given(st.text(max_size=80))
def test_other_text_is_no_key(text: str) -> None:
    assert not is_key(text) or text.startswith("sec_")


def test_keys_that_were_made_before_there_was_a_check_work_on(cast: Cast) -> None:
    assert is_key(OLD)
    with scopes_disabled():
        ApiKey.objects.create(
            person=cast.bob,
            organization=cast.demo,
            name="old",
            hash=keyed_hash(OLD, "api-keys"),
            expires_at=now() + timedelta(days=1),
        )
    assert holder(OLD)


def test_noise_is_refused_without_asking_the_database(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert holder("sec_" + "a" * 49) is None


def test_a_personal_key_makes_a_narrower_one_that_ends_with_it(client: Client, cast: Cast) -> None:
    parent, secret = ApiKey.create(cast.bob, cast.demo, lasts=timedelta(days=10))
    made = _call(client, secret, "POST", "/keys", {"name": "Nightly", "scopes": ["reviews.read"]})
    assert made.status_code == 201
    told = made.json()
    assert made["Location"] == f"/api/v1/keys/{told['id']}"
    assert (told["name"], told["scopes"], told["made_with"]) == ("Nightly", ["reviews.read"], str(parent.pk))
    with scopes_disabled():
        child = ApiKey.objects.get(pk=told["id"])
    assert child.expires_at <= parent.expires_at
    assert _call(client, told["key"], "GET", "/reviews").status_code == 200
    assert _call(client, told["key"], "GET", "/agents").status_code == 403
    assert _call(client, secret, "POST", f"/keys/{parent.pk}/revocation").json()["status"] == "revoked"
    assert _call(client, told["key"], "GET", "/reviews").status_code == 401


def test_a_narrowed_key_makes_none_nor_one_that_was_made_with_a_key(client: Client, cast: Cast) -> None:
    narrow = cast.key("bob", scopes=["keys.own", "reviews.read"])
    refused = _call(client, narrow, "POST", "/keys", {"name": "More"})
    assert (refused.status_code, "narrowed" in refused.json()["detail"]) == (403, True)
    made = _call(client, cast.key("bob"), "POST", "/keys", {"name": "Child"}).json()["key"]
    refused = _call(client, made, "POST", "/keys", {"name": "Grandchild"})
    assert (refused.status_code, "no further ones" in refused.json()["detail"]) == (403, True)


def test_a_service_key_makes_none_and_none_is_made_without_a_fresh_proof(client: Client, cast: Cast) -> None:
    service = cast.key("alice", is_service=True)
    assert _call(client, service, "POST", "/keys", {"name": "More"}).status_code == 403
    assert _call(client, service, "GET", "/keys").status_code == 403
    refused = _call(client, cast.key("alice"), "POST", "/keys", {"name": "CI", "is_service": True})
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("/problems/fresh-sign-in-needed")
    refused = _call(client, cast.key("bob"), "POST", "/keys", {"name": "CI", "is_service": True})
    assert refused.json()["verb"] == "keys.manage"


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["runs.start", "reviews.read"]}, "scopes"),
        ({"name": "x", "scopes": ["no.verb"]}, "scopes"),
        ({"name": "  \u200b "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "x", "expires_in_days": 0}, "expires_in_days"),
        ({"name": "x", "expires_in_days": 366}, "expires_in_days"),
        ({"name": "x", "expires_in_days": "soon"}, "expires_in_days"),
        ({"name": "x", "colour": "red"}, "colour"),
        ({}, "name"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    client: Client, cast: Cast, said: dict[str, object], path: str
) -> None:
    refused = _call(client, cast.key("bob"), "POST", "/keys", said)
    assert (refused.status_code, refused.json()["path"]) == (422, path)
    with scopes_disabled():
        assert ApiKey.objects.count() == 1


def test_so_many_and_no_more(cast: Cast) -> None:
    with scope(organization=cast.demo.pk):
        for _ in range(asking.MOST):
            ApiKey.create(cast.bob, cast.demo)
        with pytest.raises(Conflict, match="You hold 50 keys"):
            asking.ask(cast.actor("bob", "web"), asking.Wanted("One more"))
        ApiKey.objects.update(expires_at=now())
        asking.ask(cast.actor("bob", "web"), asking.Wanted("One more"))


def test_a_key_never_widens_and_narrows_with_the_role(cast: Cast) -> None:
    _, secret = ApiKey.create(cast.dana, cast.demo, scopes=["agents.build", "runs.start"])
    with scopes_disabled():
        Membership.objects.filter(person=cast.dana).update(role="viewer")
    actor = holder(secret)
    assert actor
    assert not actor.may_give & {"agents.build", "runs.start"}
    assert actor.may_give <= MATRIX["viewer"]


def test_one_sees_and_revokes_ones_own_and_who_manages_keys_everybodys(client: Client, cast: Cast) -> None:
    bobs, secret = ApiKey.create(cast.bob, cast.demo)
    for name, status in (("dana", 404), ("charlie", 404), ("alice", 200)):
        key = cast.key(name)
        assert _call(client, key, "GET", f"/keys/{bobs.pk}").status_code == status, name
        assert _call(client, key, "POST", f"/keys/{bobs.pk}/revocation").status_code == status, name
    assert holder(secret) is None
    again = _call(client, cast.key("alice"), "POST", f"/keys/{bobs.pk}/revocation")
    assert again.json()["status"] == "revoked"
    listed = _call(client, cast.key("dana"), "GET", "/keys").json()["items"]
    assert [key["person"]["name"] for key in listed] == ["Dana"]
    assert len(_call(client, cast.key("alice"), "GET", "/keys").json()["items"]) == 3


def test_the_list_and_the_table_do_not_hold_the_key(client: Client, cast: Cast) -> None:
    secret = cast.key("bob")
    listed = _call(client, secret, "GET", "/keys")
    with scopes_disabled():
        rows = str(list(ApiKey.objects.values()))
    for place in (listed.content.decode(), rows):
        assert secret not in place
        assert secret[4:] not in place


def test_repeating_the_call_makes_no_second_key_and_shows_the_first_no_more(
    client: Client, cast: Cast
) -> None:
    said = {"name": "Once"}
    first = _call(client, cast.key("bob"), "POST", "/keys", said, **{"Idempotency-Key": "abc"})
    again = _call(client, cast.key("bob"), "POST", "/keys", said, **{"Idempotency-Key": "abc"})
    assert first.json() == {**again.json(), "key": first.json()["key"]}
    assert (again.status_code, again.json()["key"]) == (201, None)
    assert first.json()["key"] not in str(RepeatedCall.objects.get().answer)


def test_making_and_revoking_are_recorded_noted_and_told(client: Client, cast: Cast) -> None:
    made = _call(client, cast.key("bob"), "POST", "/keys", {"name": "Nightly export"}).json()
    _call(client, cast.key("alice"), "POST", f"/keys/{made['id']}/revocation")
    with scope(organization=cast.demo.pk):
        events = list(Event.objects.order_by("id"))
    assert [(event.name, event.by_id, event.channel) for event in events] == [
        ("key.created", cast.bob.pk, "api"),
        ("key.revoked", cast.alice.pk, "api"),
    ]
    assert "Nightly" not in str([event.facts for event in events])
    assert events[0].facts["person"] == str(cast.bob.pk)
    kinds = SecurityEvent.objects.filter(person=cast.bob).values_list("kind", flat=True)
    assert list(kinds.order_by("id")) == ["key.made", "key.revoked"]
    (mail,) = deliver("bob@example.com")
    assert mail.startswith("A key was made in your name")
    assert "Nightly export" in mail
    assert made["key"] not in mail


def test_a_key_that_lay_open_is_revoked_by_whoever_presents_it(client: Client, cast: Cast) -> None:
    _, secret = ApiKey.create(cast.bob, cast.demo, name="Leaked", is_service=True)
    answers = [
        client.post("/api/v1/keys/exposures", {"key": text}, "application/json")
        for text in (secret, secret, new_key(), "sec_nonsense")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b'{"status":"received"}')}
    assert holder(secret) is None
    assert Letter.objects.count() == 2  # to Bob, and to Alice, who manages keys
    mails = deliver()
    assert all(mail.startswith("A key was found in a public place") and secret not in mail for mail in mails)
    with scope(organization=cast.demo.pk):
        event = Event.objects.get()
    assert (event.name, event.by_kind, event.facts["reason"]) == (
        "key.revoked",
        "system",
        "found in a public place",
    )
    assert SecurityEvent.objects.filter(kind="key.exposed", person=cast.bob).count() == 1
    for wrong in ({}, {"key": ""}, {"key": 5}, {"key": secret, "where": "github"}):
        assert client.post("/api/v1/keys/exposures", wrong, "application/json").status_code == 422


def test_reports_are_limited_by_network(client: Client, cast: Cast) -> None:
    answers = [
        client.post("/api/v1/keys/exposures", {"key": "sec_x"}, "application/json").status_code
        for _ in range(70)
    ]
    assert set(answers) == {202, 429}


def _new(client: Client, **said: object) -> Answer:
    return client.post("/demo/keys/new/", {"name": "Nightly", "extent": "all", "days": "30", **said})


def test_the_page_shows_a_new_key_once(client: Client, cast: Cast) -> None:
    enter(client, cast.alice)
    assert b"No key yet" in client.get("/demo/keys/").content
    made = _new(client, kind="personal")
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    (secret,) = set(re.findall(r"sec_[A-Za-z0-9]{49}", made.content.decode()))
    assert holder(secret)
    again = client.get("/demo/keys/").content.decode()
    assert "Nightly" in again
    assert secret not in again
    assert "sec_" not in str(dict(client.session))


def test_a_narrowed_one_may_what_was_ticked(client: Client, cast: Cast) -> None:
    enter(client, cast.bob)
    offered = client.get("/demo/keys/new/").content.decode()
    assert "Be assigned reviews, and decide those that one is assigned (reviews.decide)" in offered
    assert "runs.start" not in offered
    assert "service" not in offered.lower()
    _new(client, extent="some", scopes=["reviews.read"])
    with scopes_disabled():
        assert ApiKey.objects.get().scopes == ["reviews.read"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"extent": "some"}, "Choose at least one thing"),
        ({"extent": "some", "scopes": ["runs.start"]}, "Select a valid choice"),
        ({"name": " "}, "required"),
        ({"days": "366"}, "Select a valid choice"),
        ({"days": "-1"}, "Select a valid choice"),
        ({"owner": "x"}, "no field"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_and_nothing_is_made(
    client: Client, cast: Cast, said: dict[str, object], shown: str
) -> None:
    enter(client, cast.bob)
    refused = _new(client, **said)
    assert (refused.status_code, shown in refused.content.decode()) == (422, True)
    with scopes_disabled():
        assert not ApiKey.objects.exists()


def test_service_keys_are_made_by_who_manages_keys(client: Client, cast: Cast) -> None:
    enter(client, cast.alice)
    refused = _new(client, kind="service", extent="some", scopes=["reviews.decide"])
    assert "never for a service key" in refused.content.decode()
    _new(client, kind="service")
    with scopes_disabled():
        assert ApiKey.objects.get().is_service
    other = enter(Client(), cast.bob)
    assert _new(other, kind="service").status_code == 422


def test_making_one_needs_a_fresh_proof(client: Client, cast: Cast) -> None:
    enter(client, cast.bob)
    session = client.session
    session[RECORDS] = [{**record, "at": 0} for record in session[RECORDS]]
    session.save()
    for answer in (client.get("/demo/keys/new/"), _new(client)):
        assert (answer.status_code, answer["Location"].startswith("/account/confirm/")) == (302, True)
    with scopes_disabled():
        assert not ApiKey.objects.exists()


def test_keys_are_revoked_from_the_page_and_listed_as_ended(client: Client, cast: Cast) -> None:
    bobs, secret = ApiKey.create(cast.bob, cast.demo, name="Bob's own")
    ApiKey.create(cast.dana, cast.demo, name="Dana's own", lasts=timedelta(0))
    enter(client, cast.alice)
    shown = client.get("/demo/keys/").content.decode()
    assert "Other people" in shown
    assert "Expired" in shown
    assert client.get(f"/demo/keys/{bobs.pk}/revocation/").status_code == 405
    assert client.post(f"/demo/keys/{bobs.pk}/revocation/").status_code == 303
    assert holder(secret) is None
    assert "Revoked" in client.get("/demo/keys/").content.decode()
    other = enter(Client(), cast.dana)
    assert other.post(f"/demo/keys/{bobs.pk}/revocation/").status_code == 404
    assert "Bob's own" not in other.get("/demo/keys/").content.decode()
