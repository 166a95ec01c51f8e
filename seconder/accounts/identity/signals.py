"""What follows when allauth says that something happened to somebody's way of signing in."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_reset
from django_scopes import scopes_disabled

from seconder.accounts.changed import access_changed
from seconder.accounts.models import Person
from seconder.core.clock import now


def connect() -> None:
    """Called once, by `wiring.py`."""
    password_reset.connect(_password_was_reset, dispatch_uid="accounts.password_reset")


def _password_was_reset(user: Person, **_: Any) -> None:  # Any: a signal's facts
    """Who lost a password may have lost more: keys that act in the person's name end with it."""
    with scopes_disabled():
        user.keys.filter(is_service=False, revoked_at=None).update(revoked_at=now())
    access_changed()
