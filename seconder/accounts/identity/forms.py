"""Forms of sign-up: exactly the fields that are declared, and nothing that arrives beside them."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from django import forms

from seconder.accounts import usernames

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


class SignUpForm(OnlyDeclared, SignupForm):
    field_order = ["email", "password1", "username", "name", "is_old_enough", "accepts_policy"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: whatever Django gives a form
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = "Seen by colleagues. Small letters and digits; yours for good."
        if "password1" in self.fields:
            self.fields[
                "password1"
            ].help_text = "15 characters or more; some words in a row will do. Paste if you like."

    def clean(self) -> dict[str, object]:
        found = super().clean()
        if "username" in found and "email" in found:
            try:
                usernames.refuse_likeness(str(found["username"]), str(found["email"]))
            except forms.ValidationError as fault:
                self.add_error("username", fault)
        return found


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: whatever Django gives a form
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""


class _TypedOnce:
    """A password is typed or pasted once: what one sees or pastes needs no second time."""

    password2 = None


class NewPasswordForm(_TypedOnce, SetPasswordForm):
    pass


class OtherPasswordForm(_TypedOnce, ChangePasswordForm):
    pass


class ForgottenPasswordForm(_TypedOnce, ResetPasswordKeyForm):
    pass
