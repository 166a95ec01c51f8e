"""Erasing somebody: everything of theirs goes, what colleagues need stays, a crash loses no step, and a backup brings
nobody back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django_scopes import scope, scopes_disabled
from pytest_django.fixtures import Settings

from seconder.accounts.invitations.inviting import invite
from seconder.accounts.models import Invitation, Membership, Organization, Person, Team
from seconder.agents.models import Agent
from seconder.core.clock import now
from seconder.core.encryption import ERASED
from seconder.core.mail.suppressing import found, hash_of, suppress
from seconder.core.models import DataKey
from seconder.core.refusals import Conflict, Invalid
from seconder.privacy.erasure import ledger, performing, replaying, steps
from seconder.privacy.erasure.planning import plan
from seconder.privacy.models import Erasure
from seconder.privacy.subject import Subject
from seconder.privacy.tests.erasing import left_of, seats_in, settle
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage, stage
from seconder.testing import deliver
from seconder.verification.models import Review

__all__ = ["stage"]
NOW = timedelta(0)


@pytest.fixture(autouse=True)
def _ledger(settings: Settings, tmp_path: Path) -> None:
    settings.ERASURES = tmp_path / "erasures"


def erase(person: Person, heirs: dict[str, str] | None = None) -> Erasure:
    made = performing.ask(person, heirs=heirs or {}, asked_by=person.pk, grace=NOW)
    assert performing.perform(made.pk)
    return Erasure.objects.get(pk=made.pk)


@pytest.mark.clause("G-01", "C-02", "C-05", "C-06", "V-11")
@pytest.mark.invariant("I02", "I10", "I17", "E08")
def test_all_that_is_theirs_goes_and_what_colleagues_need_stays(stage: Stage) -> None:
    person, words = settle(stage)
    key = stage.cast.key("dana")
    mails = len(stage.mails())
    suppress(hash_of(person.email), "complained", now())
    assert left_of(*words) != {}
    shown = plan(Subject.of(person))
    assert {line.label for line in shown.goes} >= {
        "accounts.person",
        "runs.run",
        "accounts.session",
        "accounts.apikey",
    }
    assert {line.label for line in shown.stays} >= {"events.event", "agents.agent", "core.suppression"}
    assert [(seat.things, seat.heirs[0].person.email) for seat in shown.seats] == [
        (("1 agents",), "alice@example.com")
    ]
    assert shown.naming == ("Clerk",)

    done = erase(person)

    assert (done.state, done.remarks, done.address) == ("ended", [], None)
    assert left_of(*words) == {}
    assert [mail for mail in stage.mails() if person.email in mail] == []
    assert len(stage.mails()) <= mails
    assert not DataKey.objects.filter(owner_id__in=(person.pk, done.pk)).exists()
    with scopes_disabled():
        run, review = Run.objects.get(), Review.objects.get()
        assert (run.status, run.input, review.status, review.question) == (
            "canceled",
            ERASED,
            "withdrawn",
            ERASED,
        )
        agent = Agent.objects.select_related("latest").get()
        assert agent.owner_id == stage.cast.alice.pk
        assert agent.latest
        assert "bob@example.com" in str(agent.latest.file)
    assert found(person.email)  # who comes back is not written to against their wish
    assert seats_in(stage.cast.demo.pk) >= {"alice@example.com", "bob@example.com"}
    answer = Client().get("/api/v1/agents", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401


@pytest.mark.invariant("I07")
@pytest.mark.parametrize(
    "steps_killed",
    [["rows"], pytest.param([step.name for step in steps.STEPS], marks=pytest.mark.long)],
    ids=["one", "all"],
)
def test_killed_in_or_after_a_step_it_goes_on_behind_the_last(stage: Stage, steps_killed: list[str]) -> None:
    names = [step.name for step in steps.STEPS]
    print(f"\n{'killed':<8}{'step':<9}{'done before':>12}{'left after':>12}")
    for name in steps_killed:
        for where in ("in", "after"):
            person, words = settle(stage)
            made = performing.ask(person, heirs={}, asked_by=None, grace=NOW)
            assert _killed(partial(_deadly, made, names.index(name), where)), name
            mark = ledger.mark_of(person.pk)
            assert mark in ledger.erased()
            assert person.email not in ledger.path().read_text()
            assert str(person.pk) not in ledger.path().read_text()
            done = Erasure.objects.get(pk=made.pk).done
            assert done == names[: names.index(name) + (where == "after")]
            assert performing.perform(made.pk)
            left = left_of(*words)
            print(f"{where:<8}{name:<9}{len(done):>12}{len(left):>12}")
            assert left == {}, f"killed {where} {name}"
            assert ledger.lines()[-1].what == "ended"
            stage.cast.add("dana", "builder")


def _deadly(erasure: Erasure, number: int, where: str) -> None:
    """Performs it, and dies like under kill -9: in a step, when all of it is done but not committed, or behind it."""

    def die(_: Erasure) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    step = steps.STEPS[number]
    if where == "after":
        steps.STEPS.insert(number + 1, steps.Step("death", die, is_physical=True))
    else:

        def do_and_die(each: Erasure) -> None:
            step.do(each)
            die(each)

        steps.STEPS[number] = steps.Step(step.name, do_and_die, step.is_physical)
    performing.perform(erasure.pk)


def _killed(work: Callable[[], None]) -> bool:
    """In a process of its own, with a connection of its own."""
    child = os.fork()
    if not child:
        try:
            connection.connection = None  # the parent's: it is not ours to close
            work()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.invariant("I08")
def test_whom_an_older_backup_brings_back_is_erased_before_anybody_is_served(stage: Stage) -> None:
    person, words = settle(stage)
    kept = Person.objects.get(pk=person.pk)
    erase(person)
    assert replaying.replay() == 0
    kept.save(force_insert=True)  # as a restore does
    with scopes_disabled():
        Membership.objects.create(organization=stage.cast.demo, person=kept, role="builder")
    assert left_of(*words) != {}
    assert replaying.replay() == 1
    assert left_of(*words) == {}
    assert replaying.replay() == 0


@pytest.mark.invariant("F12")
def test_somebody_without_an_account_is_erased_by_their_address(stage: Stage) -> None:
    with scope(organization=stage.cast.demo.pk):
        made = invite(stage.cast.actor("alice"), "guest@example.org", "member", [], "Come")
    erasure = Erasure.objects.create(address="guest@example.org", begins_at=now())
    assert performing.perform(erasure.pk)
    assert left_of("guest@example.org") == {}
    with scopes_disabled():
        Invitation.objects.create(
            organization=stage.cast.demo,
            by=stage.cast.alice,
            email="Guest@example.org",
            role="member",
            hash="x",
            sent_at=made.sent_at,
            created_at=made.created_at,
            expires_at=made.expires_at,
        )
        assert replaying.replay() == 1
        assert not Invitation.objects.exists()
        invite(stage.cast.actor("alice"), "guest@example.org", "member", [], "Again")
        assert replaying.replay() == 0
        assert Invitation.objects.count() == 1


def test_the_last_owner_leaves_one_behind_and_the_last_member_ends_the_organization(stage: Stage) -> None:
    with scope(organization=stage.cast.demo.pk):
        for name in ("bob", "finance", "cfo"):
            Membership.objects.filter(person=stage.cast.people[name]).delete()
    agent = stage.publish(
        {"id": "ask", "review": {"question": "Fine?", "assign": {"people": ["alice@example.com"]}}}
    )
    stage.run(agent)
    erase(stage.cast.alice)
    with scopes_disabled():
        assert Membership.objects.get(organization=stage.cast.demo).role == "owner"
    erase(stage.cast.people["dana"])
    assert not Organization.objects.filter(pk=stage.cast.demo.pk).exists()
    assert Organization.objects.get().slug == "elsewhere"
    assert set(left_of(str(stage.cast.demo.pk))) <= {"privacy_erasure"}
    with scopes_disabled():
        assert not Team.objects.exists()


@pytest.mark.invariant("M05")
def test_whoever_has_two_accounts_keeps_the_other(stage: Stage) -> None:
    person, words = settle(stage)
    stage.cast.add("erin", "builder")
    other, others = settle(stage, "erin")
    erase(person)
    assert left_of(*words) == {}
    assert {word for found in left_of(*others).values() for word in found} == set(others)
    other.refresh_from_db()
    assert other.is_active


def test_it_can_be_taken_back_until_it_begins_and_is_asked_once(stage: Stage) -> None:
    dana, bob = stage.cast.people["dana"], stage.cast.bob
    demo = str(stage.cast.demo.pk)
    with pytest.raises(Invalid, match="name somebody whose role"):
        performing.ask(dana, heirs={demo: str(bob.pk)}, asked_by=dana.pk)
    made = performing.ask(dana, heirs={demo: str(stage.cast.alice.pk)}, asked_by=dana.pk)
    with pytest.raises(Conflict, match="already"):
        performing.ask(dana, heirs={}, asked_by=None)
    assert not performing.perform(made.pk)
    assert "is deleted on" in deliver(dana.email)[-1]
    performing.withdraw(dana)
    assert "is not deleted" in deliver(dana.email)[-1]
    Erasure.objects.update(begins_at=now())
    assert not performing.perform(made.pk)
    with pytest.raises(Conflict, match="no deletion that waits"):
        performing.withdraw(dana)
    assert Person.objects.get(pk=dana.pk).is_active
    assert ledger.lines() == []


def test_a_ledger_that_cannot_be_written_stops_it_before_anything_is_lost(
    stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "erasures").write_text("in the way")
    dana = stage.cast.people["dana"]
    made = performing.ask(dana, heirs={}, asked_by=None, grace=NOW)
    with pytest.raises(OSError, match="erasures"):
        performing.perform(made.pk)
    assert Person.objects.get(pk=dana.pk).is_active
    (tmp_path / "erasures").unlink()
    assert performing.perform(made.pk)


def test_the_ledger_reads_on_behind_a_torn_line_and_forgets_what_is_old(tmp_path: Path) -> None:
    ledger.write("one", "begun")
    with ledger.path().open("a") as file:
        file.write('{"who": "to')
    ledger.write("two", "ended")
    assert list(ledger.erased()) == ["one", "two"]
    assert ledger.path().stat().st_mode & 0o777 == 0o600
    assert ledger.forget(now() - ledger.KEPT) == 0
    assert ledger.forget(now()) == 2
    assert ledger.lines() == []
