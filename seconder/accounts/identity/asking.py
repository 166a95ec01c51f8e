"""Asking for a code: counted by address (or familiar browser), noted, and the same for an address that nobody has."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context, ratelimit

from seconder.accounts import security
from seconder.accounts.identity.familiar import budget
from seconder.accounts.identity.forms import Worded
from seconder.accounts.models import Person


class CodeForm(Worded, RequestLoginCodeForm):
    def clean_email(self) -> str:
        """In place of allauth's, which would count all who ask for this address together."""
        email: str = self.cleaned_data["email"]
        self._user = _asked("code.asked", "request_login_code", email)
        return email


class ForgottenForm(Worded, ResetPasswordForm):
    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        person = _asked("reset.asked", "reset_code", email)
        self.users = [person] if person else []
        return email


def _asked(kind: str, action: str, email: str) -> Person | None:
    """Who has the address and may sign in. Raises ValidationError where it was asked for too often."""
    found = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
    person: Person | None = found[0] if found else None
    if not ratelimit.consume(context.request, action=action, key=budget(context.request, email)):
        security.observe("limit.reached", action=action)
        raise get_adapter().validation_error("too_many_login_attempts")
    security.observe(kind, person=person)
    return person
