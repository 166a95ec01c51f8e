from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from seconder.accounts.models import Membership, Organization, Person
from seconder.accounts.organizations.naming import checked_name, free_slug
from seconder.accounts.people.joining import join
from seconder.events.by import By
from seconder.events.recording import record


def make(slug: str, name: str, by: By) -> Organization:
    """An organization that nobody is in yet. Raises ValidationError, by field."""
    made = Organization(slug=_of("slug", free_slug, slug), name=_of("name", checked_name, name))
    try:
        with transaction.atomic():
            made.save()
            record("organization.created", made, by)
    except IntegrityError as taken:  # in the moment since it was free
        raise ValidationError({"slug": f"/{slug}/ is an organization's already."}) from taken
    return made


@transaction.atomic
def found(person: Person, slug: str, name: str, by: By) -> Membership:
    """The seat of its first owner. Raises ValidationError, by field."""
    if slug == settings.OPERATOR:  # its owner would see what the whole installation holds
        raise ValidationError(
            {"slug": f"/{slug}/ is kept for whoever runs this installation. Choose another."}
        )
    return join(make(slug, name, by), person, "owner", by)


def _of(field: str, check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except ValidationError as fault:
        raise ValidationError({field: fault}) from fault
