"""Signing in with a link, and proving once more who one is."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import auth
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from seconder.accounts import gate
from seconder.accounts.models import Person


def sign_in_by_link(request: HttpRequest, person: Person, wanted: str = "") -> HttpResponseBase:
    """A link that was used up signs its person in, after their second factor where they have one."""
    if gate.signed_in(request) not in (None, person.pk):
        auth.logout(request)
    record_authentication(request, person, method="link")
    response: HttpResponseBase = perform_login(
        request, Login(user=person, redirect_url=gate.landing(person, wanted))
    )
    return response


def ways(person: Person) -> list[dict[str, str]]:
    """The pages on which this person can prove who they are, the usual one first: `{"id", "description", "url"}`."""
    found: list[dict[str, str]] = get_adapter().get_reauthentication_methods(person)
    return found
