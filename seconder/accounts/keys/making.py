"""Making a key in somebody's name, whoever does it: it is recorded, noted, and the person is told by mail."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from seconder.accounts.identity import letters
from seconder.accounts.models import ApiKey, Organization, Person
from seconder.accounts.models.key import LASTS
from seconder.accounts.security import observe
from seconder.core.clock import rfc3339
from seconder.core.json import JSON
from seconder.events.by import By
from seconder.events.recording import record
from seconder.ui import words


@transaction.atomic
def make(
    person: Person,
    organization: Organization,
    by: By,
    *,
    name: str,
    scopes: list[str] | None = None,
    is_service: bool = False,
    lasts: timedelta = LASTS,
    made_with: ApiKey | None = None,
) -> tuple[ApiKey, str]:
    """The key's row, and the key itself, which nobody can be shown again. Who may is asked before (`keys.asking`)."""
    key, secret = ApiKey.create(
        person,
        organization,
        name=name,
        scopes=scopes,
        is_service=is_service,
        lasts=lasts,
        made_with=made_with,
    )
    narrowed: JSON = None if scopes is None else [*sorted(scopes)]
    until = rfc3339(key.expires_at)
    record(
        "key.created", key, by, person=str(person.pk), service=is_service, scopes=narrowed, expires_at=until
    )
    observe("key.made", person=person, organization=organization, what=key.kind, key=str(key.pk))
    facts = {"key": key, "organization": organization, "until": words.exact(key.expires_at)}
    letters.write("account/email/key_made", person.email, **facts)
    return key, secret
