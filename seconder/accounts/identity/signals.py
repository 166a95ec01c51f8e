"""What follows when allauth says that something happened to somebody's way of signing in."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest
from django_scopes import scopes_disabled

from seconder.accounts.models import Person
from seconder.accounts.security import observe

_NAMES = {"totp": "an authenticator app", "webauthn": "a passkey", "recovery_codes": "recovery codes"}


def connect() -> None:
    """Called once, by `wiring.py`."""
    for signal, heard in (
        (account.password_reset, _password_was_reset),
        (account.password_set, _password_was_set),
        (account.password_changed, _password_was_changed),
        (account.email_changed, _address_was_changed),
        (factors.authenticator_added, _factor_was_added),
        (factors.authenticator_removed, _factor_was_removed),
        (factors.authenticator_reset, _factor_was_renewed),
        (factors.authentication_failed, _factor_was_refused),
        (user_logged_out, _signed_out),
    ):
        signal.connect(heard, dispatch_uid=f"accounts.{heard.__name__}")


def _password_was_reset(user: Person, **_: Any) -> None:  # Any: a signal's facts, here and below
    """Who lost a password may have lost more: keys that act in the person's name end with it."""
    with scopes_disabled():
        keys = list(user.keys.filter(is_service=False, revoked_at=None))
    for key in keys:
        key.revoke(reason="a new password was chosen with a code")
    observe("password.reset", person=user)


def _password_was_set(user: Person, **_: Any) -> None:
    observe("password.set", person=user)


def _password_was_changed(user: Person, **_: Any) -> None:
    observe("password.changed", person=user)


def _address_was_changed(user: Person, **_: Any) -> None:
    observe("email.changed", person=user)


def _factor_was_added(user: Person, authenticator: Authenticator, **_: Any) -> None:
    observe("factor.added", person=user, what=_NAMES[authenticator.type])


def _factor_was_removed(user: Person, authenticator: Authenticator, **_: Any) -> None:
    observe("factor.removed", person=user, what=_NAMES[authenticator.type])


def _factor_was_renewed(user: Person, authenticator: Authenticator, **_: Any) -> None:
    observe("factor.renewed", person=user, what=_NAMES[authenticator.type])


def _factor_was_refused(user: Person, **_: Any) -> None:
    observe("factor.refused", person=user)


def _signed_out(user: Person | None, request: HttpRequest, **_: Any) -> None:
    if user:
        observe("session.ended", person=user, request=request)
