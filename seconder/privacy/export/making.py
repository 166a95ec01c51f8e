from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction

from seconder.accounts.identity import letters
from seconder.accounts.models import Person
from seconder.core.clock import now
from seconder.core.purposes import purpose
from seconder.core.refusals import Conflict
from seconder.engine import enqueue
from seconder.privacy.export import archive
from seconder.privacy.models import Export
from seconder.privacy.models.export import LASTS
from seconder.privacy.subject import Subject

MAKE = "privacy.export"
PATIENCE = timedelta(hours=1)


def ask(person: Person) -> Export:
    """A worker makes it. Raises Conflict while one is being made; one that was not made for an hour has failed."""
    moment = now()
    stuck = Export.objects.of_person(person.pk).filter(state="waiting", asked_at__lt=moment - PATIENCE)
    stuck.update(state="failed", expires_at=moment + LASTS)
    try:
        with transaction.atomic():
            made = Export.objects.create(person_id=person.pk)
            enqueue(MAKE, export=str(made.pk))
    except IntegrityError as there:
        raise Conflict("A copy is being made already. You are told by mail when it is ready.") from there
    return made


def make(export_id: uuid.UUID) -> None:
    """Makes the archive and says so by mail. A second call changes nothing."""
    with purpose("privacy.requests"), transaction.atomic():
        made = Export.objects.select_for_update().filter(pk=export_id, state="waiting").first()
        person = Person.objects.filter(pk=made.person_id).first() if made else None
        if made is None or person is None:
            return
        made.put(archive.write(Subject.of(person)))
        made.state, made.ready_at = "ready", now()
        made.expires_at = made.ready_at + LASTS
        made.save()
        letters.write("privacy/letters/export_ready", person.email, expires_at=made.expires_at)
