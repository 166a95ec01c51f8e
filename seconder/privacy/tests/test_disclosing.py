"""The one gateway, driven by what sends: runs that ask a model server, and mail over SMTP, to real peers of our own."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from seconder.agents.tests.scripted_model import ScriptedModel, gives
from seconder.cli import run as command
from seconder.core import http, mail
from seconder.core.clock import now
from seconder.core.purposes import PURPOSES, purpose
from seconder.core.recipients import RECIPIENTS, DisclosureRefused, Recipient, concerning, disclose
from seconder.core.tests.test_mail import Inbox, free_port
from seconder.privacy import jobs
from seconder.privacy.agreements.recording import Terms, record_version
from seconder.privacy.disclosures import book, rules, stopping
from seconder.privacy.models import Disclosure
from seconder.privacy.models.disclosure import today
from seconder.privacy.policy import standing
from seconder.runs.tests.conftest import Stage, model, stage
from seconder.testing import Cast

__all__ = ["model", "stage"]
ASK = {
    "id": "read",
    "prompt": "Read it.",
    "output": {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"]},
}
MAIL = {"id": "tell", "tool": "email.send", "with": {"subject": "News", "body": "…"}}
CONTENT, OWN_NAME, OWN_ADDRESS = f"c-{uuid.uuid4().hex}", f"n-{uuid.uuid4().hex}", f"a-{uuid.uuid4().hex}"


@pytest.fixture
def post(settings: LazySettings) -> Iterator[Inbox]:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{controller.port}"
    yield inbox
    controller.stop()


@contextmanager
def known(name: str, **facts: Any) -> Iterator[Recipient]:  # Any: fields of Recipient
    """As if the operator said so of this recipient."""
    before = RECIPIENTS[name]
    RECIPIENTS[name] = replace(before, **facts)
    try:
        yield RECIPIENTS[name]
    finally:
        RECIPIENTS[name] = before


def agree(cast: Cast, **changed: Any) -> None:  # Any: fields of Terms
    terms = Terms(**{
        "standing": "customer", "version": uuid.uuid4().hex[:8], "region": "any", "purposes": ["service"],
        "notice_days": 30, "signed_by": ["Jane Doe"], "signed_on": today(), "effective_from": today(), "text": "terms",
        **changed,
    })  # fmt: skip
    with scope(organization=cast.demo.pk):
        record_version(cast.actor("alice", "web"), terms)


def ledger() -> list[Disclosure]:
    book.flush()
    return list(Disclosure.objects.order_by("first_at"))


@pytest.mark.clause("R-01")
@pytest.mark.invariant("J02")
def test_the_model_server_gets_what_is_declared_and_the_ledger_says_whose_it_was(
    stage: Stage, model: ScriptedModel
) -> None:
    dana = stage.cast.dana
    dana.name, dana.email = OWN_NAME, f"{OWN_ADDRESS}@example.com"
    dana.save()
    model.says(gives(), gives(x="1"))
    run = stage.run(stage.publish(ASK), text=CONTENT)
    assert stage.look(run).status == "succeeded"
    sent = str(model.asked)
    assert CONTENT in sent  # user.content.private, as declared
    assert OWN_NAME not in sent
    assert OWN_ADDRESS not in sent
    [row] = ledger()
    assert (row.person_id, row.organization_id) == (dana.pk, stage.cast.demo.pk)
    assert (row.recipient, row.categories) == ("model-server", ["user.content.private"])
    assert (row.purpose, row.reference) == ("service.runs", f"run:{run.pk}:read")
    assert (row.times, row.others) == (2, 0)
    assert not {CONTENT, OWN_NAME, OWN_ADDRESS} & {str(value) for value in vars(row).values()}


@pytest.mark.clause("R-04")
@pytest.mark.invariant("J02")
def test_mail_stands_in_the_ledger_of_who_asked_for_it_and_of_who_got_it(stage: Stage, post: Inbox) -> None:
    to = ["Bob <BOB@example.com>", "nobody@elsewhere.example", "somebody@elsewhere.example"]
    run = stage.run(stage.publish({**MAIL, "with": {**MAIL["with"], "to": to}}))  # type: ignore[dict-item]  # of mixed values
    assert stage.look(run).status == "succeeded"
    assert len(post.taken) == 1
    rows = {row.person_id: row for row in ledger()}
    # Whether an address is somebody's here makes no difference to what others read.
    assert {pk: row.others for pk, row in rows.items()} == {stage.cast.dana.pk: 3, stage.cast.bob.pk: 2}
    assert rows[stage.cast.dana.pk].reference == f"run:{run.pk}:tell"
    assert rows[stage.cast.bob.pk].reference == "mail:agent"  # the run is Dana's
    assert rows[stage.cast.dana.pk].categories == ["user.content.private"]  # who asks for it is not in it
    whole = ["user.contact.email", "user.content.private", "user.name"]
    assert rows[stage.cast.bob.pk].categories == whole


def test_mail_of_two_organizations_at_once_is_two_lines_and_the_same_again_is_counted(
    cast: Cast, post: Inbox
) -> None:
    for homes in ((cast.demo.pk,), (cast.elsewhere.pk,), (), ()) * 2:
        with concerning(organization_ids=homes, person_id=cast.bob.pk, reference="mail:asked"):
            mail.send(mail.Mail(("bob@example.com",), "Hello", "…\n"), uuid.uuid4().hex)
        if not homes:
            book.flush()
    lines = {row.organization_id: row.times for row in ledger()}
    assert lines == {cast.demo.pk: 2, cast.elsewhere.pk: 2, None: 4}


@pytest.mark.invariant("J04")
def test_a_recipient_that_is_stopped_gets_nothing_from_that_moment_and_the_run_says_why(
    stage: Stage, model: ScriptedModel, capfd: pytest.CaptureFixture[str]
) -> None:
    model.says(gives(x="1"))
    agent = stage.publish(ASK)
    assert stage.look(stage.run(agent)).status == "succeeded"
    asked = len(model.asked)
    stopping.stop("model-server")
    failed = stage.look(stage.run(agent))
    assert failed.status == "failed"
    assert "whoever runs this installation stopped it" in str(failed.error)
    assert len(model.asked) == asked
    stopping.resume("model-server")
    with scope(organization=stage.cast.demo.pk):
        again = failed.retry(stage.cast.actor("dana"))
    stage.work()
    assert stage.look(again).status == "succeeded"
    assert command("recipients", ["stop", "nobody"]) == 1
    assert "There is no recipient 'nobody'" in capfd.readouterr().err


@pytest.mark.invariant("J04")
def test_mail_that_is_stopped_waits_to_be_tried_again(db: None, post: Inbox) -> None:
    stopping.stop("mail-server")
    message = mail.Mail(("bob@example.com",), "Hello", "…\n")
    with pytest.raises(mail.MailFailed, match="stopped it") as failed:
        mail.send(message, "one")
    assert (failed.value.retryable, failed.value.happened, post.taken) == (True, "no", [])
    stopping.resume("mail-server")
    mail.send(message, "one")
    assert len(post.taken) == 1


@pytest.mark.clause("X-02")
@pytest.mark.invariant("J09")
@pytest.mark.parametrize(
    ("countries", "why"), [(("US",), "keeps or reads data in US"), (("DE", "FR"), ""), ((), "")]
)
def test_what_is_pinned_to_a_region_reaches_no_model_of_another(
    stage: Stage, model: ScriptedModel, countries: tuple[str, ...], why: str
) -> None:
    """Of the last the operator says no country: it stands on this very machine."""
    agree(stage.cast, region="eea")
    model.says(gives(x="1"))
    with known("model-server", countries=countries):
        run = stage.look(stage.run(stage.publish(ASK)))
    assert (run.status, bool(model.asked)) == (("failed", False) if why else ("succeeded", True))
    assert why in str(run.error)
    assert bool(ledger()) != bool(why)


@pytest.mark.clause("X-02")
@pytest.mark.invariant("J09")
def test_what_is_pinned_reaches_no_address_of_an_agent_of_which_nobody_said_where_it_is(cast: Cast) -> None:
    agree(cast, region="eea")
    places = {"api.example.com": ("US",), "127.0.0.1": ("DE",)}
    with purpose("service.runs"), concerning(organization_ids=(cast.demo.pk,), person_id=cast.dana.pk):
        with pytest.raises(http.HttpFailed, match=r"in which country api\.example\.com"):
            http.request("GET", "https://api.example.com/")
        with known("agent-addresses", countries_of_hosts=places):
            with pytest.raises(http.HttpFailed, match="keeps or reads data in US"):
                http.request("GET", "https://api.example.com/")
            with pytest.raises(http.HttpFailed, match="private or local network"):
                http.request(
                    "GET", "http://127.0.0.1/"
                )  # which the guard of addresses refuses, not the agreement
    assert [row.recipient for row in ledger()] == ["agent-addresses"]


@pytest.mark.clause("P-02")
@pytest.mark.invariant("M04")
def test_an_agreement_narrows_what_may_be_disclosed_for(cast: Cast, post: Inbox) -> None:
    agree(cast, purposes=["service.reviews"])
    message = mail.Mail(("bob@example.com",), "Hello", "…\n")
    with concerning(organization_ids=(cast.demo.pk,)):
        with (
            purpose("service.notifications"),
            pytest.raises(mail.MailFailed, match="does not allow “Tell people"),
        ):
            mail.send(message, "one")
        with purpose("service.reviews"):
            mail.send(message, "two")
    assert len(post.taken) == 1


def test_what_stands_against_a_disclosure_may_be_read_whatever_it_is_for(cast: Cast) -> None:
    """Else what is sent for the first time in a while, of errors say, would be refused for the wrong reason."""
    agree(cast, purposes=["service"])
    for name in PURPOSES:
        rules.forget()
        standing.forget()
        with purpose(name):
            assert cast.demo.pk in rules.current().terms
            assert not standing.current().is_published
            assert rules.by_agreement(cast.bob.pk, "service.runs")


@pytest.mark.invariant("J10")
def test_who_begins_later_receives_nothing_before(db: None, post: Inbox) -> None:
    with (
        known("mail-server", since=today() + timedelta(days=30)),
        pytest.raises(mail.MailFailed, match="before"),
    ):
        mail.send(mail.Mail(("bob@example.com",), "Hello", "…\n"), "one")
    assert not post.taken


def test_a_recipient_that_the_settings_do_not_name_receives_nothing(db: None) -> None:
    with purpose("service.runs"), pytest.raises(DisclosureRefused, match="settings do not name it"):
        disclose("openai", ("user.content.private",))


def test_notes_that_cannot_be_written_wait_and_nothing_is_disclosed_once_too_many_do(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with purpose("service.runs"), known("model-server", enabled=lambda: True):
        for step in ("a", "b"):
            with concerning(person_id=cast.dana.pk, reference=step):
                disclose("model-server", ("user.content.private",))
        with monkeypatch.context() as broken, connection.execute_wrapper(_away):
            with pytest.raises(OSError, match="away"):
                book.flush()
            broken.setattr(book, "FULL", 2)
            with concerning(person_id=cast.dana.pk), pytest.raises(DisclosureRefused, match="ledger"):
                disclose("model-server", ("user.content.private",))
    assert {row.reference for row in ledger()} == {"a", "b"}


def _away(*_: object) -> None:
    raise OSError("away")


def test_nothing_is_written_of_who_is_gone_and_what_is_old_is_forgotten(cast: Cast) -> None:
    with purpose("service.runs"), known("model-server", enabled=lambda: True):
        for person in (cast.dana.pk, uuid.uuid4()):
            with concerning(person_id=person, reference="run:1:a"):
                disclose("model-server", ("user.content.private",))
    [row] = ledger()
    assert row.person_id == cast.dana.pk
    jobs.forget_disclosures()
    assert Disclosure.objects.exists()
    Disclosure.objects.update(day=today() - timedelta(days=731))
    jobs.forget_disclosures()
    assert not Disclosure.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_noted_is_written_by_itself_and_at_the_latest_when_the_process_stops(cast: Cast) -> None:
    book.stop()  # as another test left it: it may begin anew
    book.keep_up()
    try:
        with purpose("service.runs"), known("model-server", enabled=lambda: True):
            with concerning(person_id=cast.dana.pk, reference="first"):
                disclose("model-server", ("user.content.private",))
            until = now() + timedelta(seconds=20)
            with purpose("privacy.requests"):
                while not Disclosure.objects.exists() and now() < until:
                    time.sleep(0.05)  # there is no event to wait for: it is written so that nobody has to
                assert Disclosure.objects.get().reference == "first"
            with concerning(person_id=cast.dana.pk, reference="second"):
                disclose("model-server", ("user.content.private",))
    finally:
        book.stop()
    assert set(Disclosure.objects.values_list("reference", flat=True)) == {"first", "second"}


def test_the_gateway_asks_the_database_nothing_and_costs_less_than_a_third_of_a_millisecond(
    cast: Cast,
) -> None:
    agree(cast, region="eea")
    rules.refresh()
    standing.current()
    took = []
    with (
        known("model-server", enabled=lambda: True, countries=("DE",)),
        CaptureQueriesContext(connection) as asked,
    ):
        for step in range(500):
            began = time.perf_counter()
            with (
                purpose("service.runs"),
                concerning(
                    organization_ids=(cast.demo.pk,), person_id=cast.dana.pk, reference=f"run:1:{step}"
                ),
            ):
                disclose("model-server", ("user.content.private",), host="127.0.0.1")
            took.append(time.perf_counter() - began)
    assert len(asked) == 0
    print(f"\none disclosure: median {statistics.median(took) * 1e6:.0f} µs, 0 queries")
    assert statistics.median(took) < 0.0003
    with CaptureQueriesContext(connection) as asked:
        book.flush()
    assert len(asked) == 1  # for all 500
    assert Disclosure.objects.count() == 500
