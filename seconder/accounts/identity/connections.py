"""Accounts at identity providers that are connected with one's own."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from seconder.accounts import gate, security
from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity.protocols import Introduction
from seconder.accounts.identity.providers import configured, signed_in_by
from seconder.accounts.models import Person
from seconder.core.identity_providers import IdentityProvider


def connect(
    request: HttpRequest, met: Introduction, provider: IdentityProvider, person_id: str
) -> HttpResponseBase:
    """For the person who asked for it in this browser, and nobody else who may have signed in meanwhile."""
    person = gate.person_of(request)
    if person is None or str(person.pk) != person_id:
        messages.error(request, "Somebody else is signed in now. Nothing was connected.")
        return redirect("mfa_index")
    signed_in_by(person.pk, met.provider)
    account = SocialAccount.objects.filter(provider=met.provider, uid=met.uid).first()
    if account is None and _add(person, met):
        security.observe("provider.added", person=person, request=request, what=provider.name)
        get_adapter().send_mail("account/email/provider_connected", person.email, {"provider": provider.name})
        messages.success(request, f"{provider.name} is connected. You can sign in through it from now on.")
    elif account and account.user_id == person.pk:
        messages.info(request, f"This account at {provider.name} was connected already.")
    else:
        messages.error(request, f"That account at {provider.name} is connected with another account here.")
    return redirect("mfa_index")


def _add(person: Person, met: Introduction) -> bool:
    """False where somebody else has just connected it."""
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=person, provider=met.provider, uid=met.uid)
    except IntegrityError:
        return False
    return True


@require_POST
def disconnect(request: AskedBySelf, provider: str) -> HttpResponseBase:
    """Nobody is locked out by it: a code by mail signs in everybody."""
    person = request.person
    if SocialAccount.objects.filter(user=person, provider=provider).delete()[0]:
        name = _name(provider)
        security.observe("provider.removed", person=person, request=request, what=name)
        get_adapter().send_mail("account/email/provider_disconnected", person.email, {"provider": name})
        messages.success(request, f"{name} is disconnected.")
    return redirect("mfa_index")


def of(person: Person) -> list[dict[str, object]]:
    """What one's page lists: all that are configured, and those that were when they were connected."""
    accounts = {account.provider: account for account in SocialAccount.objects.filter(user=person)}
    ids = [provider.id for provider in settings.IDENTITY_PROVIDERS]
    ids += [provider_id for provider_id in accounts if provider_id not in ids]
    return [
        {
            "id": provider_id,
            "name": _name(provider_id),
            "account": accounts.get(provider_id),
            "is_configured": configured(provider_id) is not None,
        }
        for provider_id in ids
    ]


def _name(provider_id: str) -> str:
    provider = configured(provider_id)
    return provider.name if provider else provider_id
