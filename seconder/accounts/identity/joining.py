"""Signing up: nobody is made before the code that went to their address has come back.

Until then what was filled in lies in the session, sealed, for ten minutes, whether the address has an account or not.
Were a person made at once, then signing in with the password just chosen, or trying for the username once more, would
tell which of the two it was; and whoever signs up with somebody else's address would have left a password there.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.signup import complete_signup
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from seconder.accounts import gate, security, usernames
from seconder.accounts.freshness import PROVIDER
from seconder.accounts.identity.codes import JoiningCodeForm
from seconder.accounts.identity.declarations import Declared
from seconder.accounts.models import Person

JOINING = "joining"  # the key in the session
TRIES = 3


def begin(request: HttpRequest, filled: dict[str, Any], *, has_account: bool) -> HttpResponseBase:
    """`filled`: what the form of signing up found right. A mail goes out either way."""
    code = get_adapter().generate_email_verification_code()
    request.session[JOINING] = {
        **_state(filled),
        "code": "" if has_account else code,
        "until": time.time() + settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
        "tries": TRIES,
    }
    letter = "account_already_exists" if has_account else "email_confirmation_signup"
    get_adapter().send_mail(f"account/email/{letter}", filled["email"], {"code": code})
    return HttpResponseRedirect(reverse("account_email_verification_sent"))


def join(request: HttpRequest, filled: dict[str, Any]) -> HttpResponseBase:
    """At once, because the address is proved."""
    return _join(request, _state(filled))


def _state(filled: dict[str, Any]) -> dict[str, Any]:  # Any: what a form found right; what the session keeps
    return {
        "email": filled["email"],
        "password": make_password(filled.get("password1")),  # of None: one that opens nothing
        "username": filled["username"],
        "declared": Declared.of(filled).kept(),
        "account": {"provider": filled["provider"], "uid": filled["uid"]} if "provider" in filled else None,
    }


def is_proved(request: HttpRequest, email: str) -> bool:
    """Whether an invitation that was sent there led here."""
    return bool(get_adapter().is_email_verified(request, email))


def too_often() -> ValidationError:
    return get_adapter().validation_error("too_many_login_attempts")  # type: ignore[no-any-return]  # as below


def is_joining(request: HttpRequest) -> bool:
    return JOINING in request.session and not gate.signed_in(request)


def confirm(request: HttpRequest) -> HttpResponseBase:
    """The page that takes the code."""
    state = request.session[JOINING]
    if time.time() > state["until"]:
        return _over(request, "This code has ended. Sign up once more for another one.")
    form = JoiningCodeForm(request.POST or None, code=state["code"])
    if request.method == "POST":
        if form.is_valid():
            return _join(request, state)
        state["tries"] -= 1
        request.session.modified = True
        if not state["tries"]:
            return _over(request, "That were too many wrong codes. Sign up once more for another one.")
    shown = {"form": form, "verify_form": form, "email": state["email"]}
    return TemplateResponse(request, "account/confirm_email_verification_code.html", shown)


def _over(request: HttpRequest, why: str) -> HttpResponseBase:
    del request.session[JOINING]
    messages.error(request, why)
    return HttpResponseRedirect(gate.SIGN_IN)


def _join(request: HttpRequest, state: dict[str, Any]) -> HttpResponseBase:
    request.session.pop(JOINING, None)
    try:
        person = _make(request, state)
    except IntegrityError:  # the same address was confirmed meanwhile, elsewhere
        messages.info(request, "There is an account with this address by now. Sign in with it.")
        return HttpResponseRedirect(gate.SIGN_IN)
    security.observe("sign-up.done", person=person, request=request)
    if state["account"]:
        record_authentication(request, person, method=PROVIDER, provider=state["account"]["provider"])
    if "code" in state:
        record_authentication(request, person, method="code", email=person.email)
    return complete_signup(request, user=person)  # type: ignore[no-any-return]  # allauth has no types


@transaction.atomic
def _make(request: HttpRequest, state: dict[str, Any]) -> Person:
    person = Person(email=state["email"], password=state["password"])
    Declared.from_kept(state["declared"]).by(person)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if state["account"]:
        SocialAccount.objects.create(user=person, **state["account"])
    try:
        usernames.take(person, state["username"])
        person.save(update_fields=["username"])
    except ValidationError:
        messages.warning(
            request, "Somebody else took the username that you chose. Choose another in your profile."
        )
    return person
