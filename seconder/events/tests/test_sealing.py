"""The record in the database: sealed without gaps whoever seals, handed over once, never changed after."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, connections, transaction
from django_scopes import scopes_disabled
from pytest_django import Settings

from seconder.engine.backlog import arguments
from seconder.events import sealing
from seconder.events.by import SYSTEM, By
from seconder.events.chain import GENESIS, entry, link
from seconder.events.export import export, verify_chain
from seconder.events.models import ChainHead, Event
from seconder.events.recording import record
from seconder.events.sealing import seal
from seconder.events.signing import public_key
from seconder.events.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)
HEARS = "events.test_hears"


@dataclass(frozen=True)
class Thing:
    """A row of an organization, as far as an event needs to know it."""

    organization_id: uuid.UUID
    pk: uuid.UUID = field(default_factory=uuid.uuid4)


class Ear:
    """Hears of events inside the sealer's transaction, and fails while it is told to."""

    def __init__(self) -> None:
        self.heard: Counter[uuid.UUID] = Counter()
        self.fails: type[Exception] | None = None

    def hear(self, events: list[Event]) -> None:
        if self.fails:
            with connection.cursor() as cursor:  # so that the database has taken offence too
                cursor.execute("SELECT 1 / 0" if self.fails is DataError else "SELECT 1")
            raise self.fails
        self.heard.update(event.pk for event in events)


@pytest.fixture(autouse=True)
def ear() -> Iterator[Ear]:
    """One reaction, of this test alone, instead of the wired ones."""
    wired, ear = dict(sealing.reactions), Ear()
    sealing.reactions.clear()
    sealing.reactions["run.queued"] = [sealing.Reaction(ear.hear, HEARS)]
    yield ear
    sealing.reactions.clear()
    sealing.reactions.update(wired)


def sealed(organization: uuid.UUID) -> list[Event]:
    with scopes_disabled():
        return list(Event.objects.filter(organization_id=organization).order_by("seq"))


def queued() -> Counter[str]:
    """The events that wait on the queue for being heard."""
    return Counter(str(one) for given in arguments(HEARS) for one in given["events"])


def test_recorders_and_sealers_at_once_leave_no_gap_and_hand_over_each_event_once(ear: Ear) -> None:
    organizations = [uuid.uuid4() for _ in range(3)]
    done, before = threading.Event(), queued()

    def recorder(number: int) -> None:
        try:
            for turn in range(20):
                thing = Thing(organizations[(number + turn) % 3])
                with transaction.atomic():
                    record("run.queued", thing, SYSTEM, turn=turn)
                    record("run.running", thing, By("person", uuid.uuid4(), "web", "session"))
        finally:
            connections.close_all()

    def sealer() -> None:
        try:
            while not done.is_set():
                seal()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(9) as pool:
        sealers = [pool.submit(sealer) for _ in range(3)]
        recorders = [pool.submit(recorder, number) for number in range(6)]
        for one in recorders:
            one.result(60)
        done.set()
        for one in sealers:
            one.result(60)
    seal()

    for organization in organizations:
        events = sealed(organization)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert len(events) == 80
        assert ChainHead.objects.get(pk=organization).seq == 80
        assert verify_chain(organization).ok
    with scopes_disabled():
        expected = Event.objects.filter(name="run.queued", organization_id__in=organizations)
        assert ear.heard == Counter({event.pk: 1 for event in expected})
    assert queued() == before


@pytest.mark.parametrize("fault", [ValueError, DataError])
def test_a_reaction_that_fails_is_tried_later_and_holds_up_no_record(
    ear: Ear, fault: type[Exception]
) -> None:
    thing, before = Thing(uuid.uuid4()), queued()
    ear.fails = fault
    event = record("run.queued", thing, SYSTEM)
    assert seal() == 1

    assert [one.pk for one in sealed(thing.organization_id)] == [event.id]
    assert queued() - before == Counter({str(event.id): 1})
    assert not ear.heard


def test_where_the_database_goes_away_nothing_is_sealed_and_nothing_forgotten(ear: Ear) -> None:
    thing, before = Thing(uuid.uuid4()), queued()
    record("run.queued", thing, SYSTEM)
    ear.fails = OperationalError
    with pytest.raises(OperationalError):
        seal()
    assert [one.seq for one in sealed(thing.organization_id)] == [None]
    ear.fails = None
    assert seal() == 1
    assert ear.heard.total() == 1
    assert queued() == before


def test_each_hash_covers_the_record_and_the_hash_before() -> None:
    thing = Thing(uuid.uuid4())
    for turn in range(3):
        by = By("person", uuid.uuid4(), "web", "session")
        record(
            "run.queued",
            thing,
            by,
            thing.pk,
            turn=turn,
            amount=12000.0,
            note='é"\\\n',
            deep={"b": [1.5], "a": None},
        )
    record("run.running", thing, SYSTEM)
    seal()

    before = GENESIS
    for event in sealed(thing.organization_id):
        before = link(before, entry(event, event.seq or 0))
        assert bytes(event.hash or b"") == before


def test_what_is_rolled_back_is_neither_sealed_nor_heard(ear: Ear) -> None:
    thing = Thing(uuid.uuid4())
    with transaction.atomic():
        record("run.queued", thing, SYSTEM)
        transaction.set_rollback(True)
    assert seal() == 0
    assert not ear.heard


def test_a_sealed_record_cannot_be_changed_and_an_unsealed_one_gets_its_place() -> None:
    thing = Thing(uuid.uuid4())
    event = record("run.queued", thing, SYSTEM)
    seal()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), scopes_disabled():
        Event.objects.filter(pk=event.id).update(name="run.failed")
    assert [one.name for one in sealed(thing.organization_id)] == ["run.queued"]


def test_a_busy_sealer_is_waited_for_by_an_export_and_by_nobody_else() -> None:
    thing = Thing(uuid.uuid4())
    record("run.queued", thing, SYSTEM)
    holds, go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sealing._LOCK])
                holds.set()
                go.wait(30)
        finally:
            connections.close_all()

    def exporting() -> list[bytes]:
        try:
            return list(export(thing.organization_id))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold)
        assert holds.wait(30)
        assert seal() == 0
        waiting = pool.submit(exporting)
        go.set()
        holding.result(30)
        assert verify(waiting.result(30), public_key()).count == 1


def test_an_export_holds_one_organization_and_everything_committed() -> None:
    thing, other = Thing(uuid.uuid4()), Thing(uuid.uuid4())
    person = uuid.uuid4()
    for turn in range(3):
        record("review.decided", thing, By("person", person, "api", "key"), uuid.uuid4(), turn=turn)
        record("run.queued", other, SYSTEM)

    lines = list(export(thing.organization_id))
    verdict = verify(lines, public_key())
    assert (verdict.ok, verdict.count, verdict.organization) == (True, 3, str(thing.organization_id))
    assert str(other.organization_id).encode() not in b"".join(lines)
    assert str(person).encode() in lines[0]
    assert verify(list(export(uuid.uuid4())), public_key()).count == 0


def test_a_row_changed_or_deleted_behind_the_triggers_back_is_named() -> None:
    thing = Thing(uuid.uuid4())
    for turn in range(5):
        record("run.queued", thing, SYSTEM, turn=turn)
    seal()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_event DISABLE TRIGGER USER")
        try:
            organization = [thing.organization_id]
            cursor.execute(
                "UPDATE events_event SET channel = 'web' WHERE organization_id = %s AND seq = 3", organization
            )
            changed = verify_chain(thing.organization_id)
            cursor.execute("DELETE FROM events_event WHERE organization_id = %s AND seq > 2", organization)
            deleted = verify_chain(thing.organization_id)
        finally:
            cursor.execute("ALTER TABLE events_event ENABLE TRIGGER USER")
    assert (changed.problem, changed.seq) == ("changed", 3)
    assert (deleted.problem, deleted.seq) == ("cut off", 3)


def test_an_event_that_is_not_in_the_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="catalogue"):
        record("run.exploded", Thing(uuid.uuid4()), SYSTEM)


def test_the_public_key_follows_from_the_secret(settings: Settings) -> None:
    key = public_key()
    assert key == public_key()
    settings.SECRET_KEY = "another secret of at least thirty-two characters"
    assert public_key() != key
