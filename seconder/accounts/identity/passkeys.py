"""Passkeys: adding, naming and removing them, and signing in or proving oneself with one.

One that was added to sign in with alone did verify its person (finger, face, PIN) when it was made, and must do so
each time. Any other only stands beside a password or a code: it never signs anybody in by itself.
"""

from __future__ import annotations

import struct
from typing import Any

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as stock
from allauth.mfa.webauthn import views
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy
from fido2.cose import UnsupportedKey
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from seconder.accounts import security
from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.names import seen

LONGEST_NAME = 60
REFUSED = "This passkey was not accepted. Try again, or use another way."


# What the library that reads credentials raises, besides what it says, at one that no browser made.
_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, struct.error)


def _readable(
    credential: Any, kind: type[RegistrationResponse | AuthenticationResponse]
) -> None:  # Any: JSON
    try:
        read = kind.from_dict(credential)
    except _UNREADABLE as fault:
        raise ValidationError(REFUSED) from fault
    if isinstance(read, RegistrationResponse):
        made = read.response.attestation_object.auth_data.credential_data
        if made is None or isinstance(made.public_key, UnsupportedKey):
            raise ValidationError(REFUSED)


def _named(text: str) -> str:
    name = seen(text)
    if not name:
        raise ValidationError("Give it a name that can be seen.")
    return name


class AddForm(OnlyDeclared, stock.AddWebAuthnForm):
    name = forms.CharField(
        max_length=LONGEST_NAME, label="Name of this passkey",
        help_text="So that you know it again: Laptop, blue key.",
    )  # fmt: skip
    passwordless = forms.BooleanField(
        required=False, initial=True, label="Also sign in with it alone, without a password",
        help_text="It then asks for your finger, face or PIN each time.",
    )  # fmt: skip

    def clean_name(self) -> str:
        return _named(self.cleaned_data["name"])

    def clean_credential(self) -> object:
        _readable(self.cleaned_data["credential"], RegistrationResponse)
        return self.cleaned_data["credential"]

    def clean(self) -> dict[str, object]:
        """Keeps what was checked here of the credential being made to sign in with alone, not what the browser says."""
        try:
            found = super().clean()
        except ValidationError as refused:
            if refused.code != "incorrect_code":
                raise
            raise ValidationError(
                "This passkey was not accepted. A key without finger, face or PIN cannot sign in alone."
            ) from refused
        credential = found.get("credential")
        if isinstance(credential, dict):
            credential["clientExtensionResults"] = {"credProps": {"rk": bool(found.get("passwordless"))}}
        return found


class RenameForm(OnlyDeclared, stock.EditWebAuthnForm):
    name = forms.CharField(max_length=LONGEST_NAME, label="Name of this passkey")

    def clean_name(self) -> str:
        return _named(self.cleaned_data["name"])


class _Shown(stock.AuthenticateWebAuthnForm):
    """A credential that the browser shows. What is wrong with it is said in words that fit a passkey."""

    def clean_credential(self) -> Authenticator:
        try:
            _readable(self.cleaned_data["credential"], AuthenticationResponse)
            return super().clean_credential()
        except ValidationError as refused:
            security.observe("factor.refused", person=self.user)
            raise (ValidationError(REFUSED) if refused.code == "incorrect_code" else refused) from refused


class FactorForm(_Shown):
    pass


class ProofForm(_Shown, stock.ReauthenticateWebAuthnForm):
    pass


class SignInForm(_Shown, stock.LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        found = super().clean_credential()
        if not found.wrap().is_passwordless:
            raise ValidationError(
                "This passkey stands beside a password. Sign in with your password or a code first."
            )
        return found


class Add(views.AddWebAuthnView):
    template_name = "mfa/webauthn/add.html"


class Rename(views.EditWebAuthnView):
    template_name = "mfa/webauthn/rename.html"
    success_url = reverse_lazy("mfa_index")


class Remove(views.RemoveWebAuthnView):
    template_name = "mfa/webauthn/remove.html"
    success_url = reverse_lazy("mfa_index")


class Prove(views.ReauthenticateWebAuthnView):
    template_name = "mfa/webauthn/prove.html"

    def form_invalid(self, form: forms.Form) -> HttpResponseBase:
        response: HttpResponseBase = self.render_to_response(self.get_context_data(form=form))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # Any: a template's context
        """Theirs leaves out the form that was given, and with it what was wrong."""
        return {**super().get_context_data(), **kwargs}


class Factor(AuthenticateView):
    """The second step of signing in, with an app, a recovery code or a passkey."""

    template_name = "mfa/authenticate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # Any: as above
        found = super().get_context_data(**kwargs)
        types = Authenticator.objects.filter(user_id=self.stage.login.user.pk).values_list("type", flat=True)
        return {**found, "kinds": set(types)}


def sign_in(request: HttpRequest) -> HttpResponseBase:
    response: HttpResponseBase = views.login_webauthn(request)
    return response
