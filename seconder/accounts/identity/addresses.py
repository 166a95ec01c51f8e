"""A changed address: one truth in two tables, whoever else changes theirs at the same moment."""

from __future__ import annotations

from allauth.account.internal.flows.email_verification import verify_email
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from seconder.accounts.models import Person, SignInLink


def confirm(request: HttpRequest, address: EmailAddress) -> bool:
    """Makes it the person's address, in `Person.email` and in allauth's table, or changes nothing: False where
    somebody else has it by now. Links that went to the old one end."""
    try:
        with transaction.atomic():
            address.user = Person.objects.select_for_update().get(pk=address.user_id)
            is_theirs = bool(verify_email(request, address))
            if is_theirs:
                SignInLink.objects.filter(person_id=address.user_id).delete()
    except IntegrityError:
        messages.error(request, "This address could not be confirmed: somebody else uses it.")
        return False
    return is_theirs
