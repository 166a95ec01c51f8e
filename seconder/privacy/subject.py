"""Whose data is asked for: somebody with an account, or somebody of whom there is an address only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q

from seconder.accounts.models import Person
from seconder.core.mail.suppressing import hash_of
from seconder.core.vocabulary import Datum


@dataclass(frozen=True)
class Subject:
    """`id`: of a person; None for somebody who has no account. `address` "": not known any more."""

    id: uuid.UUID | None
    address: str

    @classmethod
    def of(cls, person: Person) -> Subject:
        return cls(person.pk, person.email)

    @classmethod
    def at(cls, address: str) -> Subject:
        """Whoever reads mail at this address: the person, where one has it."""
        person = Person.objects.by_email(address)
        return cls.of(person) if person else cls(None, address.strip())

    def finds(self, datum: Datum) -> Q | None:
        """Which rows of the datum's table are theirs; None where nothing that is known of them leads there."""
        path = datum.owner
        if not path:
            return None
        if datum.known_by == "address":
            return Q(**{f"{path}__iexact": self.address}) if self.address else None
        if datum.known_by == "address hash":
            return Q(**{path: hash_of(self.address)}) if self.address else None
        if self.id is None:
            return None
        return Q(**{f"{path}__contains": [str(self.id)]}) if datum.known_by == "ids" else Q(**{path: self.id})
