"""What happened to accounts: what is noted of it, who may see it, what stands out, and when it is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from seconder.accounts import jobs
from seconder.accounts.models import ApiKey, Membership, Organization, Person, SecurityEvent
from seconder.accounts.security import observe
from seconder.accounts.security.kinds import KINDS, sentence
from seconder.accounts.security.signs import Sign, signs
from seconder.core.clock import now
from seconder.testing import Cast, code_for, enter

pytestmark = pytest.mark.django_db
GOOD, OTHER = "a river runs past my window", "nine green bottles on a wall"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
HOUR = timedelta(hours=1)


def _noted(person: Person | None = None) -> list[str]:
    """Sentences, oldest first."""
    found = SecurityEvent.objects.filter(person=person).order_by("id")
    return [sentence(event.kind, event.facts) for event in found]


@pytest.mark.clause("D-01", "A-02", "A-03")
@pytest.mark.invariant("D01")
def test_signing_in_is_noted_with_how_and_where_and_no_more(cast: Cast) -> None:
    enter(Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="203.0.113.77"), cast.bob)
    event = SecurityEvent.objects.get()
    assert (event.person, event.kind, event.facts) == (cast.bob, "session.began", {"how": "a link"})
    assert (event.browser, event.system, event.device, event.country) == (
        "Firefox 132",
        "Linux",
        "computer",
        "",
    )
    assert event.network == "203.0.113.0/24"
    everything = str(list(SecurityEvent.objects.values()))
    assert "203.0.113.77" not in everything
    assert "Mozilla" not in everything


def test_each_way_in_and_each_failure_is_noted(cast: Cast) -> None:
    cast.bob.set_password(GOOD)
    cast.bob.save()
    client = Client()
    client.post("/sign-in/", {"login": cast.bob.email, "password": OTHER})
    client.post("/sign-in/", {"login": cast.bob.email, "password": GOOD})
    client.post("/sign-out/")
    other = Client()
    other.post("/sign-in/code/", {"email": cast.bob.email})
    other.post("/sign-in/code/confirm/", {"code": "000000x"})
    other.post("/sign-in/code/confirm/", {"code": code_for(cast.bob.email)})
    third = Client()
    third.post("/sign-in/forgotten/", {"email": cast.bob.email})
    there = third.post("/sign-in/forgotten/confirm/", {"code": code_for(cast.bob.email)})["Location"]
    third.post(there, {"password1": OTHER})
    assert _noted(cast.bob) == [
        "A sign-in failed: a wrong password",
        "Signed in with a password",
        "A sign-in was ended",
        "A code to sign in was asked for",
        "A wrong code was given",
        "Signed in with a code by mail",
        "A new password was asked for",
        "Chose a new password with a code",
    ]


def test_of_an_address_that_nobody_has_it_is_noted_without_the_address(client: Client, cast: Cast) -> None:
    client.post("/sign-in/", {"login": "stranger@example.org", "password": OTHER})
    client.post("/sign-in/forgotten/", {"email": "stranger@example.org"})
    client.post("/sign-in/code/", {"email": "stranger@example.org"})
    client.post("/sign-in/code/confirm/", {"code": "000000"})
    assert _noted() == [
        "A sign-in failed: a wrong password",
        "A new password was asked for",
        "A code to sign in was asked for",
        "A wrong code was given",
    ]
    assert "stranger" not in str(list(SecurityEvent.objects.values()))


def test_signing_up_and_a_wrong_proof_are_noted(client: Client, cast: Cast) -> None:
    cast.bob.set_password(GOOD)
    cast.bob.save()
    enter(client, cast.bob)
    refused = client.post("/account/confirm/password/", {"password": OTHER})
    assert refused.status_code == 422
    assert _noted(cast.bob)[-1] == "A proof of who it is failed: a wrong password"


def test_what_is_refused_before_any_page_is_noted_and_does_not_flood(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    for _ in range(8):
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
        assert strict.post("/sign-in/", {"login": "a@example.org"}).status_code == 403
    assert sorted(_noted()) == [
        *["A request was refused: it did not come from one of our pages"] * 2,
        *["A request was refused: it was for another host"] * 3,
    ]
    assert "evil" not in str(list(SecurityEvent.objects.values()))


def test_a_key_that_has_ended_is_noted_with_its_person_and_organization(client: Client, cast: Cast) -> None:
    key, secret = ApiKey.create(cast.bob, cast.demo)
    key.revoke()
    for _ in range(9):
        answered = client.get("/api/v1/agents", headers={"Authorization": f"Bearer {secret}"})
        assert answered.status_code == 401
    events = SecurityEvent.objects.filter(kind="key.used-after-end")
    assert {(event.person_id, event.organization_id, event.facts["key"]) for event in events} == {
        (cast.bob.pk, cast.demo.pk, str(key.pk))
    }
    assert len(events) == 5


def test_every_kind_has_words_that_read_well_without_facts() -> None:
    for kind in KINDS:
        said = sentence(kind, {})
        assert said[0].isupper()
        assert "{" not in said


def test_admins_see_their_members_and_nothing_of_another_organization(client: Client, cast: Cast) -> None:
    other = Organization.objects.create(slug="other", name="Other")
    with scopes_disabled():
        Membership.objects.create(organization=other, person=cast.bob, role="owner")
    observe("key.made", person=cast.bob, organization=other, what="the other one's key")
    observe("key.made", person=cast.bob, organization=cast.demo, what="our key")
    observe("password.changed", person=cast.charlie)
    observe("password.changed", person=cast.bob)
    early = SecurityEvent.objects.create(person=cast.bob, kind="email.changed", at=now() - timedelta(days=3))
    shown = enter(client, cast.alice).get("/demo/security/").content.decode()
    assert "Made our key" in shown
    assert shown.count("Changed the password") == 1
    for hidden in ("the other one", "Charlie", sentence(early.kind, {})):
        assert hidden not in shown, hidden


def test_only_who_may_sees_the_page_and_the_list(client: Client, cast: Cast) -> None:
    assert enter(client, cast.bob).get("/demo/security/").status_code == 403
    assert client.get("/api/v1/security-events", headers=cast.bearer("bob")).status_code == 403
    assert client.get("/api/v1/security-events", headers=cast.bearer("alice")).status_code == 200


def test_the_page_chooses_by_person_kind_and_time_and_goes_on(client: Client, cast: Cast) -> None:
    with scopes_disabled():
        Membership.objects.update(created_at=now() - timedelta(days=300))
    for _ in range(60):
        observe("sign-in.failed", person=cast.bob, why="a wrong password")
    observe("key.made", person=cast.dana, organization=cast.demo, what="a key")
    SecurityEvent.objects.create(person=cast.dana, kind="password.changed", at=now() - timedelta(days=60))
    enter(client, cast.alice)

    def shown(asked: str = "") -> str:
        page = client.get(f"/demo/security/{asked}")
        assert page.status_code == 200
        return str(page.content.decode())

    first = shown("?group=failures")
    assert first.count("a wrong password") == 50
    following = first.partition('href="?group')[2].partition('"')[0].replace("&amp;", "&")
    assert shown(f"?group{following}").count("a wrong password") == 10
    assert "Made a key" in shown(f"?person={cast.dana.pk}")
    assert "a wrong password" not in shown(f"?person={cast.dana.pk}")
    assert "Changed the password" not in shown(f"?person={cast.dana.pk}")
    assert "Changed the password" in shown(f"?person={cast.dana.pk}&days=180")
    assert "None like these" in shown(f"?person={cast.cfo.pk}&group=keys")
    assert "Made a key" in shown("?person=nonsense&group=nonsense&days=nonsense")
    assert client.get("/demo/security/?cursor=nonsense").status_code == 422


def test_people_see_what_happened_to_their_own_account(client: Client, cast: Cast) -> None:
    observe("password.changed", person=cast.bob)
    observe("email.changed", person=cast.dana)
    enter(client, cast.bob)
    for path in ("/account/security-events/", "/account/security-events/?part=recent"):
        shown = client.get(path).content.decode()
        assert "Changed the password" in shown
        assert "e-mail address" not in shown
    assert "<html" not in shown


def test_the_api_lists_them_in_pages(client: Client, cast: Cast) -> None:
    for _ in range(3):
        observe("password.changed", person=cast.bob)
    bearer = cast.bearer("alice")
    first = client.get("/api/v1/security-events?limit=2", headers=bearer).json()
    assert [event["text"] for event in first["items"]] == ["Changed the password"] * 2
    assert first["items"][0]["person"]["email"] == "bob@example.com"
    rest = client.get(f"/api/v1/security-events?cursor={first['next']}", headers=bearer).json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    none = client.get(f"/api/v1/security-events?person={cast.dana.pk}", headers=bearer).json()
    assert none["items"] == []
    assert (
        len(client.get("/api/v1/security-events?kind=password.changed", headers=bearer).json()["items"]) == 3
    )
    for wrong in ("?kind=nonsense", "?person=nonsense", "?colour=red", "?limit=0"):
        assert client.get(f"/api/v1/security-events{wrong}", headers=bearer).status_code == 422


@pytest.mark.clause("A-01")
@pytest.mark.invariant("D03")
def test_they_go_after_half_a_year_and_their_networks_after_a_month(cast: Cast) -> None:
    for days in (0, 29, 31, 179, 181):
        SecurityEvent.objects.create(
            person=cast.bob,
            kind="session.began",
            at=now() - timedelta(days=days, hours=1),
            network="203.0.113.0/24",
        )
    jobs.forget_old()
    kept = SecurityEvent.objects.order_by("-at").values_list("network", flat=True)
    assert list(kept) == ["203.0.113.0/24", "203.0.113.0/24", "", ""]


def test_they_go_with_their_person(cast: Cast) -> None:
    observe("password.changed", person=cast.bob)
    with scopes_disabled():
        cast.bob.delete()
    assert not SecurityEvent.objects.exists()


At = Callable[..., SecurityEvent]


@pytest.fixture
def event() -> At:
    bob = Person(name="Bob")
    start = datetime(2026, 11, 25, 9, 0).astimezone()

    def made(
        kind: str, hours: float = 0.0, *, person: Person | None = bob, country: str = ""
    ) -> SecurityEvent:
        row = SecurityEvent(kind=kind, at=start + hours * HOUR, country=country)
        row.person = person
        return row

    return made


def _said(found: list[Sign]) -> list[str]:
    return [sign.text for sign in found]


def test_many_wrong_tries_stand_out_few_do_not(event: At) -> None:
    assert _said(signs([event("sign-in.failed", hour) for hour in range(9)])) == []
    assert _said(signs([event("sign-in.failed", hour) for hour in range(10)])) == [
        "10 wrong tries to get in within a day."
    ]
    assert _said(signs([event("sign-in.failed", 5 * day) for day in range(20)])) == []
    assert _said(signs([event("sign-in.failed", 0, person=None) for _ in range(50)])) == []


def test_two_countries_within_a_day_stand_out(event: At) -> None:
    assert _said(
        signs([event("session.began", 0, country="DE"), event("session.began", 3, country="US")])
    ) == ["Signed in from DE and US within a day."]
    assert not signs([event("session.began", 0, country="DE"), event("session.began", 30, country="US")])
    assert not signs([event("session.began", 0, country="DE"), event("session.began", 3, country="")])


def test_a_new_device_that_changes_how_one_gets_in_stands_out_first(event: At) -> None:
    found = signs(
        [
            *[event("sign-in.failed", hour) for hour in range(10)],
            event("factor.removed", 5),
            event("device.new", 4),
            event("password.changed", 6),
            event("key.used-after-end", 20, person=None),
        ]
    )
    assert _said(found) == [
        "A new device, and after it a way to sign in was removed, then the password was changed.",
        "A key was used after it had ended. Somebody else may hold it.",
        "10 wrong tries to get in within a day.",
    ]
    assert [sign.is_grave for sign in found] == [True, False, False]
    assert not signs([event("factor.removed", 0), event("device.new", 4)])
    assert not signs([event("device.new", 0), event("factor.removed", 25)])
