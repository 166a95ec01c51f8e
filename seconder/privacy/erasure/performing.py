"""From the request to the end. Whoever comes after a crash goes on behind the last step that was done."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, connection, transaction

from seconder.accounts.identity import letters
from seconder.accounts.models import Person
from seconder.accounts.people import inheriting
from seconder.core.clock import now
from seconder.core.models import DataKey
from seconder.core.purposes import purpose
from seconder.core.refusals import Conflict
from seconder.engine import at, enqueue
from seconder.privacy.erasure import ledger, steps
from seconder.privacy.models import Erasure
from seconder.privacy.models.erasure import GRACE

PERFORM = "privacy.erase"


def ask(
    person: Person, *, heirs: dict[str, str], asked_by: uuid.UUID | None, grace: timedelta = GRACE
) -> Erasure:
    """Begins after the days of grace, and says so by mail. Raises Invalid for an heir who cannot be one, Conflict where
    it was asked already."""
    inheriting.check(person.pk, heirs)
    begins_at = now() + grace
    try:
        with transaction.atomic():
            made = Erasure.objects.create(
                person_id=person.pk, asked_by=asked_by, begins_at=begins_at, heirs=heirs
            )
            if grace:
                at(begins_at, PERFORM, erasure=str(made.pk))
                letters.write("privacy/letters/erasure_asked", person.email, begins_at=begins_at)
            else:
                enqueue(PERFORM, erasure=str(made.pk))
    except IntegrityError as there:
        raise Conflict("The deletion of this account was asked for already.") from there
    return made


@transaction.atomic
def withdraw(person: Person) -> None:
    """Raises Conflict once it has begun."""
    waiting = Erasure.objects.of_person(person.pk).filter(state="waiting").select_for_update().first()
    if waiting is None:
        raise Conflict("There is no deletion that waits. It may have begun already; then nothing stops it.")
    waiting.state = "withdrawn"
    waiting.save(update_fields=["state"])
    if (mark := ledger.mark_of(person.pk)) in ledger.erased():
        ledger.write(mark, "withdrawn")  # a crash came between the line and the first step
    letters.write("privacy/letters/erasure_withdrawn", person.email)


def perform(erasure_id: uuid.UUID) -> bool:
    """Does what is left to do; False where somebody else is at it, or nothing is due. Raises OSError where the ledger
    cannot be written, before anything is lost; clearing.Busy where a table was in use."""
    with _alone(erasure_id) as is_ours, purpose("privacy.requests"):
        erasure = _begun(erasure_id) if is_ours else None
        if erasure is None:
            return False
        for step in steps.STEPS:
            if step.name not in erasure.done:
                _do(step, erasure)
        ledger.write(ledger.mark_of(erasure.person_id, str(erasure.address or "")), "ended")
        _end(erasure)
    return True


@transaction.atomic
def _begun(erasure_id: uuid.UUID) -> Erasure | None:
    erasure = Erasure.objects.due().select_for_update().filter(pk=erasure_id).first()
    if erasure and erasure.state == "waiting":
        ledger.write(ledger.mark_of(erasure.person_id, str(erasure.address or "")), "begun")
        erasure.state = "running"
        erasure.save(update_fields=["state"])
    return erasure


def _do(step: steps.Step, erasure: Erasure) -> None:
    if step.is_physical:
        step.do(erasure)
        _note(step, erasure)
        return
    with transaction.atomic():
        step.do(erasure)
        _note(step, erasure)


def _note(step: steps.Step, erasure: Erasure) -> None:
    erasure.done = [*erasure.done, step.name]
    erasure.save(update_fields=["done"])


@transaction.atomic
def _end(erasure: Erasure) -> None:
    """What named them goes last."""
    erasure.state, erasure.ended_at, erasure.address, erasure.heirs = "ended", now(), None, {}
    erasure.save(update_fields=["state", "ended_at", "address", "heirs"])
    DataKey.objects.filter(owner_id=erasure.pk).delete()


@contextmanager
def _alone(erasure_id: uuid.UUID) -> Iterator[bool]:
    """Whether nobody else is at this one; the database frees it by itself when we die."""
    key = erasure_id.int & (1 << 62) - 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        is_ours: bool = cursor.fetchone()[0]
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
