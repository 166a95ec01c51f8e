"""Proving who one is with a code by mail: for whoever has no second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import BaseConfirmCodeForm
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import BaseReauthenticateView
from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from seconder.accounts import security
from seconder.accounts.identity import limits

KEPT = "accounts_proof_code"  # in the session, which is sealed
TRIES = 3
METHOD = "code"


class Code(AbstractCodeVerificationProcess):
    """The code on its way: good for ten minutes, three tries, one use, and the address that it was sent to."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:  # Any: what allauth keeps
        super().__init__(TRIES, settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT, state, request.user)
        self.request = request

    @classmethod
    def of(cls, request: HttpRequest) -> Code | None:
        state = request.session.get(KEPT)
        if not state or state["email"] != request.user.email:  # type: ignore[union-attr]  # behind the door of oneself
            return None
        found: Code | None = cls(request, state).abort_if_invalid()
        return found

    def send(self) -> None:
        adapter = get_adapter()
        self.state["code"] = adapter.generate_login_code()
        self.persist()
        adapter.send_mail("account/email/proof_code", self.state["email"], {"code": self.code})

    def persist(self) -> None:
        self.request.session[KEPT] = self.state

    def abort(self) -> None:
        self.request.session.pop(KEPT, None)


class ProveByCode(BaseReauthenticateView):
    """GET sends nothing: the mail leaves when it is asked for."""

    form_class = BaseConfirmCodeForm
    template_name = "accounts/prove_by_code.html"

    def post(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponseBase:  # Any: Django's signature
        if request.POST.get("action") == "send":
            return self._send(request)
        if Code.of(request) is None:
            return self._again("This code has ended. Ask for a new one.")
        tried = ratelimit.consume(
            request, app="allauth.account", action="proof_failed", key=str(request.user.pk)
        )
        if not tried:
            raise limits.too_many(request, "proof_failed")
        form = self.get_form()
        if form.is_valid():
            tried.rollback()
            return self.form_valid(form)
        return self.form_invalid(form)

    def _send(self, request: HttpRequest) -> HttpResponseBase:
        limits.spend(request, "proof_code", str(request.user.pk))
        Code(request, Code.initial_state(request.user, request.user.email)).send()  # type: ignore[union-attr]  # as above
        return self._again()

    def _again(self, said: str = "") -> HttpResponseBase:
        if said:
            messages.error(self.request, said)
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))

    def get_form_kwargs(self) -> dict[str, Any]:  # Any: Django's signature
        code = Code.of(self.request)
        return {**super().get_form_kwargs(), "code": code.code if code else ""}

    def form_valid(self, form: forms.Form) -> HttpResponseBase:
        self.request.session.pop(KEPT, None)
        record_authentication(self.request, self.request.user, METHOD, reauthenticated=True)
        response: HttpResponseBase = super().form_valid(form)
        return response

    def form_invalid(self, form: forms.Form) -> HttpResponseBase:
        security.observe("proof.failed", person=self.request.user, why="a wrong code")
        code = Code.of(self.request)
        if code is None or not code.record_invalid_attempt():
            return self._again("That was the third wrong code, so it has ended. Ask for a new one.")
        response: HttpResponseBase = super().form_invalid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # Any: a template's context
        found = super().get_context_data(**kwargs)
        return {**found, "email": self.request.user.email, "is_sent": Code.of(self.request) is not None}
