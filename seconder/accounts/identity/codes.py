"""Forms that take a code by mail: a wrong one is noted, alike whether it was anybody's or not."""

from __future__ import annotations

import uuid

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    BaseConfirmCodeForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
)
from allauth.account.internal.constants import LoginStageKey
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.core import context
from django import forms
from django.http import HttpRequest

from seconder.accounts import security
from seconder.accounts.models import Person


class _Noting(BaseConfirmCodeForm):
    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except forms.ValidationError:
            security.observe("code.refused", person=_whose(context.request))
            raise
        return code


class _ToOnesAddress(_Noting):
    """A code that went to the address that somebody had then opens nothing once they have another."""

    def clean_code(self) -> str:
        code = super().clean_code()
        if has_moved(context.request):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCodeForm(_ToOnesAddress, ConfirmLoginCodeForm):
    pass


class ForgottenCodeForm(_ToOnesAddress, ConfirmPasswordResetCodeForm):
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


def has_moved(request: HttpRequest) -> bool:
    """Whether the code to sign in, or for a new password, went to an address that is not its person's any more."""
    login = request.session.get(LOGIN_SESSION_KEY) or {}
    stages = (login.get("state") or {}).get("stages") or {}
    sent = (stages.get(LoginStageKey.LOGIN_BY_CODE.value) or {}).get("data") or {}
    sent = sent or request.session.get(PASSWORD_RESET_VERIFICATION_SESSION_KEY) or {}
    if not sent.get("user_id"):
        return False
    person = Person.objects.filter(pk=sent["user_id"]).first()
    return person is None or person.email != sent["email"]
