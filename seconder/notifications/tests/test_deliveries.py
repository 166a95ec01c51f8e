"""What became of mail is kept without its words, and an address that does not work is left alone until it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import Client
from django_scopes import scopes_disabled
from pytest_django import Settings

from seconder.accounts.identity.letters import write
from seconder.core.clock import now
from seconder.core.mail.suppressing import hash_of, suppress
from seconder.core.models import Delivery, Suppression
from seconder.core.tests.test_mail import Inbox, free_port
from seconder.notifications import jobs, mailing
from seconder.notifications.preferring import Chosen, choose
from seconder.notifications.tests.conftest import NO_ADDRESS, ORDER, Office
from seconder.testing import code_for, deliver, enter

Asking = Callable[..., dict[str, Any]]  # Any: a step of an agent's file
BOB, DANA = "bob@example.com", "dana@example.com"
OWN, THEIRS = "/account/notifications/mail/", "/demo/settings/mail/"


@pytest.fixture
def server(office: Office, settings: Settings) -> Iterator[Inbox]:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{controller.port}"
    yield inbox
    controller.stop()


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("created_at").values_list("kind", "state"))


def test_each_mail_has_a_line_that_its_reader_and_the_admins_see(office: Office, asking: Asking) -> None:
    office.start(asking("bob"), ORDER)
    office.start(NO_ADDRESS, name="Typist")
    office.later()
    assert sorted(states()) == [("asked", "sent"), ("run-failed", "sent")]
    row = Delivery.objects.get(kind="asked")
    assert (row.person_id, row.organizations) == (office.cast.bob.pk, [str(office.cast.demo.pk)])
    assert row.address_hash == hash_of("BOB@example.com ")
    kept = str(list(Delivery.objects.values()))
    assert "@example.com" not in kept.replace(row.message_id, "")
    assert "decision" not in kept

    bob, alice = (enter(Client(), office.cast.people[who]) for who in ("bob", "alice"))
    own = bob.get(OWN).content.decode()
    assert own.count("What waits for you") == 1
    assert "A run of mine failed" not in own
    theirs = alice.get(THEIRS).content.decode()
    assert "What waits for you" in theirs
    assert "A run of mine failed" in theirs
    assert bob.get(THEIRS).status_code == 403
    assert (
        enter(Client(), office.cast.charlie)
        .get("/elsewhere/settings/mail/")
        .content.decode()
        .count("No mail yet")
    )

    Delivery.objects.update(created_at=now() - timedelta(days=91))
    jobs.forget_old()
    assert states() == []


def test_mail_that_waits_for_the_server_is_queued_and_one_line_however_often_it_is_tried(
    office: Office, asking: Asking, server: Inbox
) -> None:
    office.start(asking("bob"), ORDER)
    server.answer = "451 later"
    office.wait()
    assert not mailing.mail_due()
    assert not mailing.mail_due()
    assert states() == [("asked", "queued")]
    server.answer = "250 taken"
    assert mailing.mail_due()
    assert states() == [("asked", "sent")]
    assert Delivery.objects.get().attempts == 3


@pytest.mark.parametrize("end", ["answered", "moved", "given up"])
def test_mail_that_waited_and_is_not_sent_any_more_waits_no_longer(
    office: Office, asking: Asking, server: Inbox, end: str
) -> None:
    server.answer = "451 later"
    run = office.start(asking("bob"), ORDER)
    office.wait()
    assert not mailing.mail_due()
    assert states() == [("asked", "queued")]
    if end == "answered":
        office.decide(run, "bob", "reject")
        mailing.mail_due()
    elif end == "moved":
        choose(office.cast.bob, Chosen(ways={"waiting": "digest"}))
    else:
        office.wait(90_000)
        with scopes_disabled():
            [due] = mailing.due()
        Delivery.objects.update(key=due.key)  # as it would be, had time gone by
        mailing.mail_due()
    assert states() == [("asked", "failed" if end == "given up" else "withdrawn")]


def test_an_address_without_a_mailbox_is_left_alone_until_its_person_confirms_it(
    office: Office, asking: Asking, server: Inbox
) -> None:
    server.refused, server.refusal = BOB, "550 5.1.1 no such mailbox"
    office.start(asking("bob"), ORDER)
    office.later()
    assert states() == [("asked", "bounced")]
    server.refused = ""
    office.start(asking("bob"), ORDER, name="Buyer")
    office.later()
    assert [state for _, state in states()] == ["bounced", "suppressed"]
    assert server.taken == []

    bob = enter(Client(), office.cast.bob)
    assert "came back for good" in bob.get(OWN).content.decode()
    bob.post("/account/notifications/address/")
    assert "within the last hour" in bob.post("/account/notifications/address/", follow=True).content.decode()
    office.work()
    (link,) = re.findall(
        r"http://127.0.0.1:8000(/account/notifications/address/\S+)", server.message().get_content()
    )
    for method in ("get", "head"):
        assert getattr(Client(), method)(link).status_code == 200
    assert Suppression.objects.count() == 1
    assert "Mail is sent to it again" in Client().post(link).content.decode()
    assert not Suppression.objects.exists()
    assert Client().post(link).status_code == 404


def test_whoever_complained_is_told_what_is_asked_of_them_and_no_news(office: Office, asking: Asking) -> None:
    for address in (BOB, DANA):
        suppress(hash_of(address), "complained", now())
    office.start(asking("bob"), ORDER)
    office.start(NO_ADDRESS, name="Typist")
    office.later()
    assert (len(office.letters("bob")), len(office.letters("dana"))) == (1, 0)
    assert sorted(states()) == [("asked", "sent"), ("run-failed", "suppressed")]

    alice = enter(Client(), office.cast.alice)
    suppress(hash_of(BOB), "bounced", now())
    assert alice.get(THEIRS).content.decode().count("Send mail there again") == 1
    answer = alice.post(f"{THEIRS}{office.cast.bob.pk}/resumption/", follow=True).content.decode()
    assert "Mail to Bob is sent again" in answer
    answer = alice.post(f"{THEIRS}{office.cast.dana.pk}/resumption/", follow=True).content.decode()
    assert "nothing to lift" in answer
    assert list(Suppression.objects.values_list("pk", "reason")) == [(hash_of(DANA), "complained")]


def test_after_a_bounce_only_letters_about_the_account_that_are_asked_for_just_now(office: Office) -> None:
    Client().post("/sign-in/code/", {"email": BOB})
    assert code_for(BOB)
    assert states() == [("account", "sent")]
    suppress(hash_of(BOB), "complained", now())
    suppress(hash_of(BOB), "bounced", now())
    suppress(hash_of(BOB), "complained", now())
    write("account/email/password_changed", BOB)
    with pytest.raises(FileNotFoundError):
        deliver(BOB)
    assert states()[-1] == ("account", "suppressed")
    Client().post("/sign-in/code/", {"email": BOB})
    assert code_for(BOB)  # or who lost only the mailbox for a while would never come in again
    assert states()[-1] == ("account", "sent")


def test_an_address_of_other_letters_is_the_same_as_in_the_dns(office: Office) -> None:
    suppress(hash_of("bob@XN--bcher-kva.example"), "bounced", now())
    office.cast.bob.email = "bob@bücher.example"
    office.cast.bob.save()
    assert "came back for good" in enter(Client(), office.cast.bob).get(OWN).content.decode()


def test_what_people_approve_goes_out_as_they_approved_it(office: Office, asking: Asking) -> None:
    suppress(hash_of("vendor@example.com"), "bounced", now())
    run = office.start(asking("bob"), ORDER)
    office.decide(run, "bob")
    assert [file.name for file in office.outbox.glob("*.eml") if "vendor@example.com" in file.read_text()]
