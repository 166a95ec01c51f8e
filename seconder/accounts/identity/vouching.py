"""Signing up after an invitation: the link came from that address, so the address counts as theirs and is fixed."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

NAME = "invited_name"  # the key in the session


def vouch(request: HttpRequest, email: str, name: str) -> None:
    """From now on this browser may sign up with that address, without a code, and with no other."""
    get_adapter().stash_verified_email(request, email)
    request.session[NAME] = name


def vouched(request: HttpRequest) -> tuple[str, str]:
    """The address and the name suggested; ("", "") where no invitation led here."""
    email = str(request.session.get("account_verified_email") or "")
    return email, str(request.session.get(NAME, "")) if email else ""
