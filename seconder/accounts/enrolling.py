"""Making a person, by whoever may: an operator, an invitation. Signing up oneself goes through `identity`."""

from __future__ import annotations

from django.db import transaction

from seconder.accounts.models import Person


@transaction.atomic
def enrol(email: str, name: str) -> Person:
    """A new person without a password, whose address counts as theirs because somebody here vouches for it."""
    from allauth.account.models import EmailAddress

    person = Person(email=email.strip().lower(), name=name)
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
