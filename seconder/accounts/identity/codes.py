"""Forms that take a code by mail: a wrong one is noted, alike whether it was anybody's or not."""

from __future__ import annotations

import uuid

from allauth.account.forms import (
    BaseConfirmCodeForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
)
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.core import context
from django import forms
from django.http import HttpRequest

from seconder.accounts import security


class _Noting(BaseConfirmCodeForm):
    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except forms.ValidationError:
            security.observe("code.refused", person=_whose(context.request))
            raise
        return code


class SignInCodeForm(_Noting, ConfirmLoginCodeForm):
    pass


class ForgottenCodeForm(_Noting, ConfirmPasswordResetCodeForm):
    pass


class AddressCodeForm(_Noting, ConfirmEmailVerificationCodeForm):
    pass


class JoiningCodeForm(_Noting):
    pass


def _whose(request: HttpRequest) -> uuid.UUID | None:
    """For whom the code was sent that this browser is asked for; None for nobody."""
    session = request.session
    found = (session.get(LOGIN_SESSION_KEY) or {}).get("user_pk")
    for key in (PASSWORD_RESET_VERIFICATION_SESSION_KEY, EMAIL_VERIFICATION_CODE_SESSION_KEY):
        found = found or (session.get(key) or {}).get("user_id")
    return uuid.UUID(found) if found else None
