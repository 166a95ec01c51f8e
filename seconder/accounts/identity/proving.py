"""Signing in whoever is proved, and the ways of proving once more who one is."""

from __future__ import annotations

from typing import TypedDict

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import auth
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from seconder.accounts import gate
from seconder.accounts.identity import factors
from seconder.accounts.identity.suspended import suspended
from seconder.accounts.models import Person


class Way(TypedDict):
    """A page on which one proves who one is; the shape is allauth's."""

    id: str
    description: str
    url: str


def sign_in(request: HttpRequest, person: Person, wanted: str, **proof: str) -> HttpResponseBase:
    """As who was proved to be here, after their second factor where they have one. `proof`: the record of it, with its
    `method`."""
    if gate.signed_in(request) not in (None, person.pk):
        auth.logout(request)
    record_authentication(request, person, **proof)
    response: HttpResponseBase = perform_login(
        request, Login(user=person, redirect_url=gate.landing(person, wanted))
    )
    return response


def ways(request: HttpRequest, person: Person) -> list[Way]:
    """How this person can prove who they are, the usual way first; where a factor is needed, its ways only. A code by
    mail is offered to whoever has no second factor: beside one it would be a way around it."""
    waiting, kinds = suspended(request), factors.kinds(person)
    has_factor = bool(kinds & set(factors.SECOND))
    found = _by_factor(request, kinds) if has_factor else []
    if waiting and waiting.needs == "factor":
        return found
    if person.has_usable_password():
        found.append(_way("reauthenticate", "Use your password", "account_reauthenticate"))
    if not has_factor:
        found.append(_way("code", "Use a code by mail", "account_prove_by_code"))
    return found


def _by_factor(request: HttpRequest, kinds: set[str]) -> list[Way]:
    app = "Use the authenticator app, or a recovery code" if factors.APP in kinds else "Use a recovery code"
    found = [_way("mfa_reauthenticate", app, "mfa_reauthenticate")]
    if factors.PASSKEY in kinds:
        passkey = _way("mfa_reauthenticate:webauthn", "Use a passkey", "mfa_reauthenticate_webauthn")
        found.insert(len(found) if factors.APP in kinds or factors.hindrance(request) else 0, passkey)
    return found


def _way(name: str, description: str, url_name: str) -> Way:
    return {"id": name, "description": description, "url": reverse(url_name)}
