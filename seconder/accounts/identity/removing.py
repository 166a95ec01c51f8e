"""Removing a factor: not the last one while the password is too short to stand alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity import factors
from seconder.accounts.models import Person
from seconder.accounts.models.person import ALONE

LAST = (
    f"This is your last second factor, and your password is shorter than {ALONE} characters. "
    "Choose a longer one first; then remove it."
)


def unless_last(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Around a view that removes an app or a passkey. The person's row is held meanwhile: two at once would each take
    the other's factor for the one that stays."""

    @wraps(view)
    def guarded(request: AskedBySelf, /, *args: object, **kwargs: object) -> HttpResponseBase:
        with transaction.atomic():
            person = Person.objects.select_for_update().get(pk=request.person.pk)
            rest = Authenticator.objects.filter(user_id=person.pk, type__in=factors.SECOND).count()
            if person.has_short_password and rest < 2:
                messages.error(request, LAST)
                return redirect("account_change_password")
            return view(request, *args, **kwargs)

    return guarded
