"""Forms of sign-up: exactly the fields that are declared, and nothing that arrives beside them."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.core import context, ratelimit
from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from seconder.accounts import security, usernames
from seconder.accounts.identity import codes, joining, vouching
from seconder.accounts.models import Person
from seconder.accounts.models.person import ALONE
from seconder.accounts.passwords import BESIDE_A_FACTOR

_BESIDE = frozenset({"csrfmiddlewaretoken", "next"})


class OnlyDeclared(forms.Form):
    """Refuses what is not one of its fields, so that nobody's data is taken that no form asked for."""

    def clean(self) -> dict[str, object]:
        found = super().clean() or self.cleaned_data
        strange = sorted(set(self.data) - {self.add_prefix(name) for name in self.fields} - _BESIDE)
        if strange:
            raise forms.ValidationError(
                f"There is no field {strange[0][:40]!r} in this form.", code="unknown_field"
            )
        return found


class Worded(forms.Form):
    """Labels as they stand everywhere here."""

    words: ClassVar = {
        "email": "E-mail address",
        "oldpassword": "Your password now",
        "password1": "New password",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: whatever Django gives a form
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & self.words.keys():
            self.fields[name].label = self.words[name]
        if "password1" in self.fields:
            self.fields["password1"].help_text = (
                f"{ALONE} characters or more, {BESIDE_A_FACTOR} beside a second factor; some words in a row will do. "
                "Paste if you like."
            )


class Joining(OnlyDeclared):
    """Address and username of whoever signs up, with a password or through an identity provider."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: whatever Django gives a form
        super().__init__(*args, **kwargs)
        email, name = vouching.vouched(context.request)
        if email:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = "Fixed, because the invitation went there."
            self.initial.update(email=email, name=name)
        self.fields["email"].label = "E-mail address"
        self.fields[
            "username"
        ].help_text = "Seen by colleagues. Small letters and digits; never anybody else's."

    def clean_email(self) -> str:
        """So many letters go to one address, whoever asks for them."""
        email: str = self.cleaned_data["email"].lower()
        if not ratelimit.consume(context.request, action="sign_up_address", key=email):
            security.observe("limit.reached", action="sign_up_address")
            raise joining.too_often()
        return email

    def clean(self) -> dict[str, object]:
        found = super().clean()
        if "username" in found and "email" in found:
            try:
                usernames.refuse_likeness(str(found["username"]), str(found["email"]))
            except forms.ValidationError as fault:
                self.add_error("username", fault)
        return found


class SignUpForm(Joining, SignupForm):
    field_order = ["email", "password1", "username", "name", "is_old_enough", "accepts_policy"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: as above
        super().__init__(*args, **kwargs)
        if "password1" in self.fields:
            self.fields[
                "password1"
            ].help_text = "15 characters or more; some words in a row will do. Paste if you like."

    def clean_email(self) -> str:
        super().clean_email()
        email: str = SignupForm.clean_email(self)  # which also notes whether there is an account with it
        return email

    def try_save(self, request: HttpRequest) -> tuple[Person | None, HttpResponseBase | None]:
        """Makes nobody yet, unless an invitation has proved the address already."""
        if joining.is_proved(request, self.cleaned_data["email"]) and not self.account_already_exists:
            person: Person = self.save(request)
            return person, None
        return None, joining.begin(request, self.cleaned_data, has_account=self.account_already_exists)


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: whatever Django gives a form
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["login"].widget.attrs["autocomplete"] = (
            "username webauthn"  # passkeys are offered there, too
        )
        self.fields["password"].help_text = ""


class AddressForm(Worded, AddEmailForm):
    pass


class _TypedOnce(Worded):
    """A password is typed or pasted once: what one sees or pastes needs no second time."""

    password2 = None


class NewPasswordForm(_TypedOnce, SetPasswordForm):
    pass


class OtherPasswordForm(_TypedOnce, ChangePasswordForm):
    pass


class ForgottenPasswordForm(_TypedOnce, ResetPasswordKeyForm):
    def clean(self) -> dict[str, object]:
        """Who had the address when the code went out may not have it any more."""
        if codes.has_moved(context.request):
            raise forms.ValidationError("The address of this account has changed. Ask for a new code.")
        return super().clean() or self.cleaned_data
