"""The ledger of disclosures, per person: noted in memory as they happen, written a moment later.

A disclosure must cost whoever makes it nothing, so no note waits for the database: a thread gathers them for GATHER
seconds and writes them at once. A process that is killed loses what it noted in that time; one that stops, nothing.
Where the database stays away so long that FULL notes wait, nothing more is disclosed.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import close_old_connections, connection
from django.db.models.functions import Lower

from seconder.accounts.models import Person
from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.recipients import Concern, Disclosure, DisclosureRefused
from seconder.core.rows import rowset

log = structlog.get_logger()
GATHER = 0.5  # seconds
AGAIN = 5.0  # seconds, where it could not be written
FULL = 10_000  # notes
# Nobody is written of who is not there any more; nothing is learned of those who are not among us.
_WRITE = """
INSERT INTO privacy_disclosure AS d (id, person_id, organization_id, recipient, categories, purpose, reference, day,
  others, times, first_at, last_at)
SELECT v.* FROM json_to_recordset(%s::json) AS v(id uuid, person_id uuid, organization_id uuid, recipient text,
  categories text[], purpose text, reference text, day date, others int, times int, first_at timestamptz,
  last_at timestamptz)
WHERE EXISTS (SELECT FROM accounts_person p WHERE p.id = v.person_id)
ON CONFLICT (person_id, day, recipient, purpose, reference, categories, organization_id) DO UPDATE SET
  times = d.times + excluded.times, others = greatest(d.others, excluded.others),
  first_at = least(d.first_at, excluded.first_at), last_at = greatest(d.last_at, excluded.last_at)
"""


class Note(NamedTuple):
    """What a row of the ledger is made of, once it is known who has the addresses in `to`."""

    recipient: str
    categories: tuple[str, ...]
    purpose: str
    to: tuple[str, ...]
    concern: Concern


class Seen(NamedTuple):
    times: int
    first_at: datetime
    last_at: datetime
    others: int = 0

    def with_(self, other: Seen | None) -> Seen:
        if other is None:
            return self
        first, last = min(self.first_at, other.first_at), max(self.last_at, other.last_at)
        return Seen(self.times + other.times, first, last, max(self.others, other.others))


_lock = threading.Lock()
_waiting: dict[Note, Seen] = {}
_woken, _stopped = threading.Event(), threading.Event()
_thread: threading.Thread | None = None
_is_kept_up = False


def note(made: Disclosure) -> None:
    """Raises DisclosureRefused where no more can be noted."""
    if made.concern.person_id is None and not made.to:
        return  # nobody's, as far as anybody knows: the keys of an identity provider are fetched
    noted = Note(made.recipient.id, made.categories, made.purpose, made.to, made.concern)
    at = now()
    with _lock:
        if len(_waiting) >= FULL:
            raise DisclosureRefused("The ledger of disclosures cannot be written just now.", may_change=True)
        _waiting[noted] = Seen(1, at, at).with_(_waiting.get(noted))
    if _is_kept_up and not _woken.is_set():
        _wake()


def keep_up() -> None:
    """From now on what is noted is written by a thread of its own, which begins with the first note."""
    global _is_kept_up
    _is_kept_up = True
    _stopped.clear()
    _woken.clear()


def stop() -> None:
    """Writes what is noted and ends the thread."""
    global _thread, _is_kept_up
    _is_kept_up = False
    _stopped.set()
    _woken.set()
    if _thread:
        _thread.join()
        _thread = None
    if _waiting:
        _written()


def flush() -> None:
    """Writes what is noted, on this thread's connection; what cannot be written waits on."""
    with _lock:
        taken = dict(_waiting)
        _waiting.clear()
    try:
        _write(taken)
    except BaseException:
        with _lock:
            _waiting.update({noted: seen.with_(_waiting.get(noted)) for noted, seen in taken.items()})
        raise


def forget() -> None:
    with _lock:
        _waiting.clear()


def _wake() -> None:
    global _thread
    with _lock:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_write_on, name="disclosures", daemon=True)
            _thread.start()
    _woken.set()


def _write_on() -> None:
    try:
        while not _stopped.is_set():
            _woken.wait()
            _stopped.wait(GATHER)
            _woken.clear()
            if not _written():
                _stopped.wait(AGAIN)
                _woken.set()
    finally:
        connection.close()


def _written() -> bool:
    try:
        close_old_connections()
        flush()
    except Exception as error:  # noqa: BLE001  whatever it is, the notes are kept and tried again
        log.warning("disclosures.not_written", error=type(error).__name__, count=len(_waiting))
        return False
    return True


def _write(taken: dict[Note, Seen]) -> None:
    people = _people({address.lower() for noted in taken for address in noted.to})
    rows: dict[tuple[object, ...], Seen] = {}
    for noted, seen in taken.items():
        for person in _whose(noted, people):
            key = _key(noted, seen, person, people)
            rows[key] = seen._replace(others=_others(noted, person, people)).with_(rows.get(key))
    if rows:
        values = [
            {**dict(zip(_KEY, key, strict=True)), "id": new_id(), **seen._asdict()}
            for key, seen in rows.items()
        ]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [rowset(values)])


_KEY = ("person_id", "day", "recipient", "purpose", "reference", "categories", "organization_id")


# Who is only written to learns nothing of the run, which is its requester's.
_FROM_AN_AGENT = "mail:agent"


# What a mail tells of those whom it goes to, and not of who asked for it.
_OF_ADDRESSEES = frozenset(("user.contact.email", "user.name"))


def _key(noted: Note, seen: Seen, person: uuid.UUID, people: dict[str, uuid.UUID]) -> tuple[object, ...]:
    homes, kinds = noted.concern.organization_ids, set(noted.categories)
    if noted.to and person not in {people.get(to.lower()) for to in noted.to}:
        kinds -= _OF_ADDRESSEES
    return (
        person,
        seen.first_at.date().isoformat(),
        noted.recipient,
        noted.purpose,
        noted.concern.reference if person == noted.concern.person_id else _FROM_AN_AGENT,
        tuple(sorted(kinds)),
        homes[0] if len(homes) == 1 else None,
    )


def _people(addresses: Collection[str]) -> dict[str, uuid.UUID]:
    """Of those of them who have an account here."""
    if not addresses:
        return {}
    found = Person.objects.annotate(small=Lower("email")).filter(small__in=addresses)
    return dict(found.values_list("small", "pk"))


def _whose(noted: Note, people: dict[str, uuid.UUID]) -> set[uuid.UUID]:
    """Who asked for the work, and the addressees with an account here."""
    asked = {noted.concern.person_id} if noted.concern.person_id else set()
    return asked | {people[to.lower()] for to in noted.to if to.lower() in people}


def _others(noted: Note, person: uuid.UUID, people: dict[str, uuid.UUID]) -> int:
    """Addresses beside the person's own, whoever has them: who has an account is nobody else's business."""
    return sum(people.get(to.lower()) != person for to in noted.to)
