"""What the rest of the code asks: may this be kept in the browser, may that person's data be used for it?"""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from seconder.accounts.models import Person
from seconder.privacy.choices import standing
from seconder.privacy.models import Consent


def of_request(request: HttpRequest, purpose: str) -> bool:
    return standing.of(request).allows(purpose)


def by_consent(person_id: uuid.UUID, purpose: str) -> bool:
    return Consent.given(person_id, purpose)


def by_signal(person_id: uuid.UUID, purpose: str) -> bool:
    """The signal stops it from the day it was first heard, unless the person was told so and said yes all the same."""
    heard = Person.objects.filter(pk=person_id, signal_at__isnull=False).exists()
    return not heard or Consent.given(person_id, purpose)
