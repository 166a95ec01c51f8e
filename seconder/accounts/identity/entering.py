"""What follows from an introduction by a provider: signing in who is known, signing up who is not.

An address never connects by itself: whoever has an account with it signs in there first.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from seconder.accounts import gate
from seconder.accounts.freshness import PROVIDER
from seconder.accounts.identity import joining, proving
from seconder.accounts.identity.declarations import Declarations
from seconder.accounts.identity.forms import Joining
from seconder.accounts.identity.protocols import Introduction
from seconder.accounts.identity.providers import configured
from seconder.accounts.models import Person
from seconder.core.clock import now
from seconder.core.identity_providers import IdentityProvider

MET = "introduced"  # the key in the session
KEPT = 1800  # seconds, for filling in the form


def enter(
    request: HttpRequest, met: Introduction, provider: IdentityProvider, wanted: str
) -> HttpResponseBase:
    account = SocialAccount.objects.select_related("user").filter(provider=met.provider, uid=met.uid).first()
    if account:
        return _sign_in(request, account, wanted)
    if gate.person_of(request):
        messages.info(
            request, f"That account at {provider.name} is not connected with yours. You can connect it here."
        )
        return redirect("mfa_index")
    if not get_adapter().is_open_for_signup(request):
        return TemplateResponse(request, "account/signup_closed.html", {"provider": provider}, status=403)
    if met.is_trusted and Person.objects.by_email(met.email):
        return _known_address(request, provider)
    request.session[MET] = {"met": asdict(met), "until": time.time() + KEPT}
    return redirect(reverse("provider_sign_up") + (f"?{urlencode({'next': wanted})}" if wanted else ""))


def _sign_in(request: HttpRequest, account: SocialAccount, wanted: str) -> HttpResponseBase:
    """Whoever is signed in already as the same has proved nothing anew: the provider may have asked for nothing."""
    person: Person = account.user
    if gate.person_of(request) == person:
        return redirect(gate.landing(person, wanted))
    SocialAccount.objects.filter(pk=account.pk).update(last_login=now())
    return proving.sign_in(request, person, wanted, method=PROVIDER, provider=account.provider)


def _known_address(request: HttpRequest, provider: IdentityProvider) -> HttpResponseBase:
    """Said in so many words only to whom the address belongs, as somebody says whom the operator trusts in that."""
    messages.info(
        request,
        f"There is an account with your address already. Sign in to it here; then connect {provider.name} "
        "under “Signing in”.",
    )
    return redirect(gate.SIGN_IN)


class MetForm(Joining, Declarations):
    """What everybody declares, and the address and username that the account has here. The address is that of the
    invitation that led here, or else the provider's, or else typed."""

    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    username = forms.CharField(label="Username", max_length=30)
    field_order = ["email", "username", "name", "is_old_enough", "accepts_policy"]

    def __init__(
        self, met: Introduction, provider: IdentityProvider, data: Any = None
    ) -> None:  # Any: what was posted
        super().__init__(data, initial={"email": met.email})
        if met.email and not self.fields["email"].disabled:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = f"As {provider.name} has it. You can change it here later."

    def clean_username(self) -> str:
        name: str = get_adapter().clean_username(self.cleaned_data["username"])
        return name


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponseBase:
    """The form for whom a provider introduced. Nobody is made before the address is proved: by the provider where it
    is trusted in that, by an invitation that led here, or by a code."""
    met = _met(request)
    provider = configured(met.provider) if met else None
    is_open = get_adapter().is_open_for_signup(request) and not gate.signed_in(request)
    if met is None or provider is None or not is_open:
        return redirect(gate.SIGN_IN)
    form = MetForm(met, provider, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        shown = {"form": form, "provider": provider}
        return TemplateResponse(request, "accounts/provider_sign_up.html", shown)
    del request.session[MET]
    return _made(request, met, provider, form)


def _made(
    request: HttpRequest, met: Introduction, provider: IdentityProvider, form: MetForm
) -> HttpResponseBase:
    filled = {**form.cleaned_data, "provider": met.provider, "uid": met.uid}
    email = str(filled["email"])
    is_proved = (met.is_trusted and email == met.email) or joining.is_proved(request, email)
    has_account = Person.objects.by_email(email) is not None
    if not is_proved:
        return joining.begin(request, filled, has_account=has_account)
    return _known_address(request, provider) if has_account else joining.join(request, filled)


def _met(request: HttpRequest) -> Introduction | None:
    kept = request.session.get(MET)
    return Introduction(**kept["met"]) if kept and time.time() < kept["until"] else None
