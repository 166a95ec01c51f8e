"""An invitation, from the form to the seat; and for whom it does not open."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.invitations.accepting import accept, name_suggested
from seconder.accounts.invitations.inviting import invite
from seconder.accounts.jobs import forget_old
from seconder.accounts.models import Invitation, Membership, Organization, Person, Team
from seconder.accounts.people.leaving import remove
from seconder.core.clock import now
from seconder.core.refusals import Refusal
from seconder.events.models import Event
from seconder.testing import Cast, deliver, enter

pytestmark = pytest.mark.django_db
NEW = "/demo/invitations/new/"
EVE = "eve.adams@example.com"
SIGN_UP = {
    "password1": "a long and quiet evening",
    "username": "night-owl",
    "name": "Eve",
    "is_old_enough": "on",
    "accepts_policy": "on",
}


@pytest.fixture
def alice(cast: Cast, client: Client) -> Client:
    return enter(client, cast.alice)


def _invite(client: Client, email: str = EVE, **more: str) -> str:
    """The path of the link in the letter."""
    made = client.post(NEW, {"email": email, "role": "reviewer", "teams": "finance", "message": "", **more})
    assert made.status_code == 303, made.content.decode()
    return _link(email)


def _link(email: str) -> str:
    found = re.search(r"http://\S+(/invitations/\S+/)", deliver(email)[-1])
    assert found
    return found[1]


def _one() -> Invitation:
    with scopes_disabled():
        return Invitation.objects.order_by("-id").select_related("organization", "by")[0]


def _seat(cast: Cast, email: str) -> Membership | None:
    with scope(organization=cast.demo.pk):
        return Membership.objects.filter(person__email=email).first()


@pytest.mark.parametrize("sign_up", ["open", "invitation"])
def test_from_the_letter_to_the_seat_without_an_account(
    cast: Cast, alice: Client, settings: LazySettings, sign_up: str
) -> None:
    settings.SIGN_UP = sign_up
    link, eve = _invite(alice), Client()
    shown = eve.get(link).content.decode()
    assert "Alice invites you to Demo" in shown
    assert "Make an account and join Demo" in shown
    led = eve.post(link)
    assert (led.status_code, led["Location"].startswith("/sign-up/?next=")) == (303, True)
    form = eve.get(led["Location"]).content.decode()
    assert re.search(rf'name="email" value="{EVE}"[^>]* readonly', form)
    assert 'value="Eve Adams"' in form
    joined = eve.post(led["Location"], {**SIGN_UP, "email": "mallory@example.com"})
    assert (joined.status_code, joined["Location"]) == (302, link)
    person = Person.objects.get(email=EVE)  # the address of the invitation, whatever was sent along
    assert not Person.objects.filter(email="mallory@example.com").exists()
    assert person.emailaddress_set.get().verified  # type: ignore[attr-defined]  # allauth's table
    assert _seat(cast, EVE) is None  # only the button lets in
    assert "Join Demo" in eve.get(link).content.decode()
    assert eve.post(link)["Location"] == "/demo/"
    seat = _seat(cast, EVE)
    assert seat
    assert seat.role_name == "reviewer"
    with scope(organization=cast.demo.pk):
        assert [team.name for team in seat.teams.all()] == ["finance"]
        names = list(Event.objects.filter(name__startswith="invitation").values_list("name", flat=True))
    assert names == ["invitation.created", "invitation.accepted"]
    assert eve.get("/demo/reviews/").status_code == 200


def test_with_an_account_one_signs_in_first(cast: Cast, alice: Client) -> None:
    link, charlie = _invite(alice, "charlie@example.com"), Client()
    assert "Sign in to join Demo" in charlie.get(link).content.decode()
    assert charlie.post(link)["Location"].startswith("/sign-in/?next=%2Finvitations%2F")
    enter(charlie, cast.charlie)
    assert charlie.post(link)["Location"] == "/demo/"
    assert charlie.get("/elsewhere/").status_code == 200  # one person in both


def test_the_inviter_learns_nothing_of_accounts(cast: Cast, alice: Client) -> None:
    """The same answer, letter and list for an address with an account elsewhere and one that nobody has."""
    seen = []
    for email in ("charlie@example.com", "nobody@example.com"):
        answer = alice.post(NEW, {"email": email, "role": "member", "teams": "", "message": ""}, follow=True)
        letter = re.sub(r"/invitations/\S+/", "/invitations/…/", deliver(email)[-1])
        page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", answer.content.decode())
        page = re.sub(r'datetime="[^"]+"', "…", page)
        page = re.sub(r"csrfmiddlewaretoken\" value=\"\w+", "…", page)
        seen.append((answer.status_code, *(text.replace(email, "x") for text in (letter, page))))
        with scopes_disabled():
            Invitation.objects.all().delete()
    assert seen[0] == seen[1]


def test_opening_the_link_changes_nothing(cast: Cast, alice: Client) -> None:
    link = _invite(alice)
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(link).status_code == 200
    assert _one().state == "invited"
    assert Client().get(link)["Cache-Control"] == "no-store"


def test_somebody_else_is_told_that_it_is_not_theirs(cast: Cast, alice: Client) -> None:
    link = _invite(alice)
    bob = enter(Client(), cast.bob)
    for method in (bob.get, bob.post):
        shown = method(link)
        assert shown.status_code == 403
        page = shown.content.decode()
        assert "This invitation is not yours" in page
        assert "e…@example.com" in page
        assert EVE not in page
        assert "bob@example.com" in page
    assert _one().state == "invited"


def test_a_link_works_once(cast: Cast, alice: Client) -> None:
    link = _invite(alice, "charlie@example.com")
    charlie = enter(Client(), cast.charlie)
    charlie.post(link)
    for browser in (charlie, Client()):
        again = browser.post(link)
        assert (again.status_code, "accepted already" in again.content.decode()) == (410, True)


def test_a_link_ends(cast: Cast, alice: Client) -> None:
    link = _invite(alice)
    with scopes_disabled():
        Invitation.objects.update(expires_at=now() - timedelta(seconds=1))
    ended = Client().get(link)
    assert (ended.status_code, "has ended" in ended.content.decode()) == (410, True)
    unknown = Client().get("/invitations/never-one-of-ours/")
    assert (unknown.status_code, "It is not there" in unknown.content.decode()) == (404, True)


def test_a_canceled_one_opens_nothing(cast: Cast, alice: Client) -> None:
    link = _invite(alice)
    assert alice.post(f"/demo/invitations/{_one().pk}/cancellation/").status_code == 303
    ended = Client().post(link)
    assert (ended.status_code, "was withdrawn" in ended.content.decode()) == (410, True)
    again = alice.post(f"/demo/invitations/{_one().pk}/cancellation/", follow=True)
    assert "is canceled already" in again.content.decode()
    assert _invite(alice) != link  # and the address may be invited anew


def test_sending_again_makes_a_new_link_and_not_too_often(cast: Cast, alice: Client) -> None:
    first = _invite(alice)
    there = f"/demo/invitations/{_one().pk}/letters/"
    assert "Wait ten minutes" in alice.post(there, follow=True).content.decode()
    for _time in range(4):
        with scopes_disabled():
            Invitation.objects.update(sent_at=now() - timedelta(minutes=11), expires_at=now())
        assert "is on its way" in alice.post(there, follow=True).content.decode()
        second = _link(EVE)
        assert Client().get(first).status_code == 404
        assert Client().get(second).status_code == 200
        first = second
    with scopes_disabled():
        Invitation.objects.update(sent_at=now() - timedelta(minutes=11))
    assert "5 letters went to" in alice.post(there, follow=True).content.decode()


def test_who_is_here_already_is_said(cast: Cast, alice: Client) -> None:
    _invite(alice)
    with scopes_disabled():
        Membership.objects.filter(person=cast.cfo).update(is_active=False)
    for email, why in (
        ("bob@example.com", "is a member here already"),
        ("BOB@Example.com", "is a member here already"),
        ("cfo@example.com", "is suspended here"),
        (EVE.upper(), "is invited already"),
    ):
        refused = alice.post(NEW, {"email": email, "role": "member", "teams": "", "message": ""})
        assert (refused.status_code, why in refused.content.decode()) == (422, True), email


def test_a_role_that_one_cannot_give_is_not_offered(cast: Cast) -> None:
    admin = enter(Client(), cast.add("ada", "admin"))
    assert "Owner:" not in admin.get(NEW).content.decode()
    refused = admin.post(NEW, {"email": EVE, "role": "owner", "teams": "", "message": ""})
    assert refused.status_code == 422
    assert enter(Client(), cast.bob).get(NEW).status_code == 403


def test_an_invitation_lapses_with_the_one_who_sent_it(cast: Cast, alice: Client) -> None:
    ada = cast.add("ada", "admin")
    link = _invite(enter(Client(), ada), role="admin")
    with scopes_disabled():
        Membership.objects.filter(person=ada).update(role="viewer")
    lapsed = Client().get(link)
    assert (lapsed.status_code, "cannot do so any more" in lapsed.content.decode()) == (410, True)
    with scopes_disabled():
        Membership.objects.filter(person=ada).update(role="admin")
    assert Client().get(link).status_code == 200
    with scope(organization=cast.demo.pk):
        seats = Membership.objects.select_related("person", "custom_role")
        remove(cast.actor("alice"), seats.get(person=ada), seats.get(person=cast.alice))
    assert Client().get(link).status_code == 200  # Alice answers for it now
    assert "Alice invites you" in Client().get(link).content.decode()


def test_without_a_successor_the_invitations_of_who_goes_are_withdrawn(cast: Cast, alice: Client) -> None:
    ada = cast.add("ada", "admin")
    link = _invite(enter(Client(), ada))
    assert alice.post(f"/demo/people/{ada.pk}/removal/").status_code == 303
    assert "was withdrawn" in Client().get(link).content.decode()


def test_the_message_is_the_inviters_and_is_marked_as_such(cast: Cast, alice: Client) -> None:
    said = "Welcome!\nSee https://evil.example \u202e<script>alert(1)</script>"
    alice.post(NEW, {"email": EVE, "role": "member", "teams": "", "message": said})
    [letter] = deliver(EVE)
    assert "Alice writes:\n\n> Welcome!\n> See https://evil.example <script>alert(1)</script>\n" in letter
    found = re.search(r"http://\S+(/invitations/\S+/)", letter)
    assert found
    shown = Client().get(found[1]).content.decode()
    assert "<script>alert" not in shown
    assert "Written by the one who invites you" in shown


def test_a_second_factor_that_is_asked_for_is_announced(cast: Cast, alice: Client) -> None:
    link = _invite(alice, "charlie@example.com")
    Organization.objects.filter(pk=cast.demo.pk).update(requires_second_factor=True)
    charlie = enter(Client(), cast.charlie)
    assert "asks everybody for a second factor" in charlie.get(link).content.decode()
    entered = charlie.post(link, follow=True)
    assert entered.redirect_chain[-1] == ("/account/factors/", 302)
    assert _seat(cast, "charlie@example.com")


def test_teams_are_made_as_needed_by_who_may(cast: Cast, alice: Client) -> None:
    _invite(alice, teams="finance, night-shift")
    with scope(organization=cast.demo.pk):
        assert Team.objects.filter(name="night-shift").exists()
    refused = alice.post(NEW, {"email": "x@example.com", "role": "member", "teams": "Nаcht", "message": ""})
    assert "is no team" in refused.content.decode()  # its second letter is Cyrillic


def test_only_hashes_of_links_are_kept_and_ended_ones_are_forgotten(cast: Cast, alice: Client) -> None:
    token = _invite(alice).split("/")[2]
    one = _one()
    assert token not in str(vars(one))
    assert len(one.hash) == 64
    with scopes_disabled():
        Invitation.objects.update(expires_at=now() - timedelta(days=29))
        forget_old()
        assert Invitation.objects.count() == 1
        Invitation.objects.update(expires_at=now() - timedelta(days=31))
        forget_old()
        assert Invitation.objects.count() == 0


def test_a_name_is_suggested_and_not_forced() -> None:
    assert [name_suggested(f"{name}@x.example") for name in ("jane.doe", "j_smith+work", "info", "1234")] == [
        "Jane Doe",
        "J Smith",
        "Info",
        "",
    ]


def test_the_list_narrows_down_by_state(cast: Cast, alice: Client) -> None:
    _invite(alice, "a@example.com")
    _invite(alice, "b@example.com")
    _invite(alice, "c@example.com")
    with scopes_disabled():
        Invitation.objects.filter(email="b@example.com").update(expires_at=now())
        Invitation.objects.filter(email="c@example.com").update(canceled_at=now())
    for state, found in {"": "abc", "invited": "a", "expired": "b", "canceled": "c", "accepted": ""}.items():
        shown = alice.get(f"/demo/invitations/?state={state}").content.decode()
        assert "".join(name for name in "abc" if f">{name}@example.com<" in shown) == found, state


def test_an_invitation_of_another_organization_is_not_found(cast: Cast, alice: Client) -> None:
    _invite(alice)
    charlie = enter(Client(), cast.charlie)
    for what in ("letters", "cancellation"):
        assert charlie.post(f"/elsewhere/invitations/{_one().pk}/{what}/").status_code == 404
        assert charlie.post(f"/demo/invitations/{_one().pk}/{what}/").status_code == 404
    assert Actor.of_person(cast.charlie, cast.demo) is None


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_used_twice_at_the_same_moment_lets_in_once(cast: Cast) -> None:
    _invite(enter(Client(), cast.alice), "charlie@example.com")
    invitation, outcomes = _one(), list[str]()
    both = threading.Barrier(2)

    def come_in() -> None:
        try:
            both.wait()
            accept(cast.charlie, invitation)
            outcomes.append("in")
        except Refusal as refused:
            outcomes.append(refused.type)
        finally:
            connection.close()

    threads = [threading.Thread(target=come_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["expired", "in"]
    with scopes_disabled():
        assert Membership.objects.filter(person=cast.charlie, organization=cast.demo).count() == 1
        assert Event.objects.filter(name="invitation.accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_address_that_two_invite_at_the_same_moment_is_invited_once(cast: Cast) -> None:
    cast.add("ada", "admin")
    outcomes = list[str]()
    both = threading.Barrier(2)

    def ask(name: str) -> None:
        try:
            actor = cast.actor(name)
            both.wait()
            with scope(organization=cast.demo.pk):
                invite(actor, EVE, "member")
            outcomes.append("invited")
        except Refusal as refused:
            outcomes.append(refused.type)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("alice", "ada")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "invited"]
    assert len(deliver(EVE)) == 1
