"""A backup brings back who was erased since it was made; they are erased again before anybody is served."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

from django_scopes import scopes_disabled

from seconder.accounts.models import Invitation, Person
from seconder.core.clock import now
from seconder.privacy.erasure import ledger
from seconder.privacy.erasure.clearing import Busy
from seconder.privacy.erasure.performing import perform
from seconder.privacy.models import Erasure


def replay() -> int:
    """How many were erased again. Looks at the database only where the ledger has a line."""
    known = ledger.erased()
    if not known:
        return 0
    again = [*_people(known), *_addresses(known)]
    for erasure in again:
        # A table that somebody uses is cleared by the job that goes on with it; the rows are gone by then.
        with contextlib.suppress(Busy):
            perform(erasure.pk)
    return len(again)


def _people(known: dict[str, datetime]) -> Iterator[Erasure]:
    for person in Person.objects.values_list("pk", flat=True).iterator():
        if ledger.mark_of(person) in known:
            Erasure.objects.of_person(person).under_way().update(state="withdrawn")  # of the older time
            yield Erasure.objects.create(person_id=person, begins_at=now())


def _addresses(known: dict[str, datetime]) -> Iterator[Erasure]:
    """Whoever was invited again since is there on purpose."""
    with scopes_disabled():
        rows = Invitation.objects.values_list("email", "created_at")
        found = {
            email.lower()
            for email, made in rows
            if (at := known.get(ledger.mark_of(None, email))) and made <= at
        }
    for address in sorted(found):
        yield Erasure.objects.create(address=address, begins_at=now())
