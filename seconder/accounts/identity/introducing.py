"""Signing in, signing up and connecting through an identity provider: there and back."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from seconder.accounts import gate, security
from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity import connections, entering, limits, protocols
from seconder.accounts.identity.protocols import NO_ANSWER, Introduction
from seconder.accounts.identity.providers import configured
from seconder.core.identity_providers import IdentityProvider
from seconder.core.refusals import NotFound

SIGN_IN, CONNECT = "sign-in", "connect"
State = dict[str, Any]  # Any: what waits in the session while somebody is away


@require_POST
def start(request: HttpRequest, provider: str) -> HttpResponseBase:
    """On to the provider, to sign in or up. By a button only, so that no other page can sign anybody in as somebody."""
    limits.spend(request, "provider")
    return _leave(request, _found(provider), {"process": SIGN_IN, "next": request.POST.get("next", "")})


@require_POST
def connect(request: AskedBySelf, provider: str) -> HttpResponseBase:
    """On to the provider, to connect the account there with one's own."""
    return _leave(request, _found(provider), {"process": CONNECT, "person": str(request.person.pk)})


@require_safe
def callback(request: HttpRequest, provider: str) -> HttpResponseBase:
    """And back. What is not the answer to a question that this browser put, just now and once, opens nothing."""
    known = _found(provider)
    if request.GET.get("error") == "access_denied":
        return _failed(request, known, f"You, or {known.name}, said no. Nothing has happened.")
    state = statekit.unstash_state(request, state_id=request.GET.get("state", ""), provider_id=known.id)
    if state is None:
        return _failed(
            request, known, "This answer is to no question that was asked here, or comes too late."
        )
    try:
        met = _introduction(request, known, state)
    except NO_ANSWER as fault:
        security.observe("sign-in.failed", request=request, why=f"{known.name} gave no good answer")
        return _failed(
            request, known, f"{known.name} gave no answer that can be trusted.", type(fault).__name__
        )
    if state["process"] == CONNECT:
        return connections.connect(request, met, known, state["person"])
    return entering.enter(request, met, known, state["next"])


def _leave(request: HttpRequest, provider: IdentityProvider, state: State) -> HttpResponseBase:
    """A page that goes on by itself: were the button's own answer a redirect, it would count as the form's target,
    which our policy allows for this site only."""
    speaker, proof, nonce = (
        protocols.spoken_by(request, provider),
        generate_code_challenge(),
        secrets.token_urlsafe(32),
    )
    state |= {"verifier": proof.pop("code_verifier"), "nonce": nonce}
    ours = speaker.get_provider()
    try:
        client = speaker.get_client(request, ours.app)
        target = speaker.authorize_url
    except NO_ANSWER as fault:
        return _failed(
            request, provider, f"{provider.name} cannot be reached just now.", type(fault).__name__
        )
    client.state = statekit.stash_state(request, provider_id=provider.id, state=state)
    asked = {**ours.get_auth_params(), **proof, "nonce": nonce}
    shown = {"url": client.get_redirect_url(target, ours.get_scope(), asked), "provider": provider}
    return TemplateResponse(request, "accounts/provider_leave.html", shown)


def _introduction(request: HttpRequest, provider: IdentityProvider, state: State) -> Introduction:
    speaker = protocols.spoken_by(request, provider)
    client = speaker.get_client(request, speaker.get_provider().app)
    answer = speaker.get_access_token_data(
        request, speaker.get_provider().app, client, pkce_code_verifier=state["verifier"]
    )
    return speaker.introduce(request, answer, state["nonce"])


def _found(provider_id: str) -> IdentityProvider:
    known = configured(provider_id)
    if known is None:
        raise NotFound("There is no such identity provider here.")
    return known


def _failed(request: HttpRequest, provider: IdentityProvider, why: str, detail: str = "") -> HttpResponseBase:
    shown = {"provider": provider, "why": why, "detail": detail, "is_in": gate.signed_in(request) is not None}
    return TemplateResponse(request, "accounts/provider_failed.html", shown, status=401)
