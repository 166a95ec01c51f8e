"""Identity providers: who they are by the settings, how they are spoken to, and what is taken from what they say.

allauth speaks the protocols. Of its answer nothing is kept but who the person is there: no token, no profile.
"""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers import registry
from django.conf import settings
from django.http import HttpRequest
from requests import RequestException, Response, Session
from requests.adapters import HTTPAdapter

from seconder.core.identity_providers import HOSTS, ISSUERS, OPENID, IdentityProvider
from seconder.core.purposes import purpose
from seconder.core.recipients import (
    ANY,
    DisclosureRefused,
    Recipient,
    declare_recipient,
    disclose,
    tell_ledger,
)
from seconder.core.sockets import through_door

_DISCLOSED = ("user.unique_id.pseudonymous",)  # a code that stands for one person's sign-in
SCOPE = ["openid", "email"]  # no more than is used: the rest of a profile is not even asked for
Unreachable = RequestException


def _recipient(configured: tuple[IdentityProvider, ...]) -> Recipient:
    names = ", ".join(provider.name for provider in configured) or "none is set"
    return Recipient(
        id="identity-provider",
        name=f"The identity providers that the operator names (SECONDER_IDENTITY_PROVIDERS): {names}",
        kind="authentication provider",
        module=__name__,
        hosts=_all_hosts(configured),
        categories=_DISCLOSED,
        purposes=("service.accounts",),
        role="controller",
        enabled=lambda: bool(settings.IDENTITY_PROVIDERS),
        reaches=lambda: _all_hosts(settings.IDENTITY_PROVIDERS),
    )


def _all_hosts(configured: tuple[IdentityProvider, ...]) -> tuple[str, ...]:
    return tuple(sorted({host for provider in configured for host in _hosts(provider)}))


def _hosts(provider: IdentityProvider) -> tuple[str, ...]:
    """Where it is called. What describes itself by OpenID Connect names any host for tokens and keys."""
    return HOSTS.get(provider.provider) or (urlsplit(provider.issuer).hostname or "", ANY)


def issuer_of(provider: IdentityProvider) -> str:
    """The OpenID Connect issuer; "" for what speaks another protocol."""
    return provider.issuer or ISSUERS.get(provider.provider, "")


declare_recipient(_recipient(settings.IDENTITY_PROVIDERS))


def signed_in_by(person_id: uuid.UUID, provider_id: str) -> None:
    """Tells the ledger whose the sign-in was, which nobody knew while the provider was asked."""
    with purpose("service.accounts"):
        tell_ledger("identity-provider", _DISCLOSED, person_id, f"sign-in:{provider_id}")


def configured(provider_id: str) -> IdentityProvider | None:
    return next((one for one in settings.IDENTITY_PROVIDERS if one.id == provider_id), None)


class Providers(DefaultSocialAccountAdapter):
    """What allauth asks: apps come from the settings, never from its table."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        del request, client_id
        return [_app(one) for one in settings.IDENTITY_PROVIDERS if provider in (None, one.id)]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Any:  # Any: allauth's
        app = self.get_app(request, provider=provider, client_id=client_id)
        return registry.get_class(app.provider)(request, app=app)

    def get_requests_session(self) -> Session:
        try:
            with purpose("service.accounts"):
                disclose("identity-provider", _DISCLOSED)
        except DisclosureRefused as refused:
            raise Unreachable(refused.detail) from refused
        session: Session = super().get_requests_session()
        session.max_redirects = 3
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Named())
        return session


class _Named(HTTPAdapter):
    """A provider names hosts of its own for tokens and keys (OpenID Connect Discovery), which no setting can know."""

    def send(self, *request: Any, **options: Any) -> Response:  # Any: as the library's own
        with through_door():
            return super().send(*request, **options)


def _app(provider: IdentityProvider) -> SocialApp:
    issuer = issuer_of(provider)
    return SocialApp(
        provider=OPENID if issuer else provider.provider,
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret,
        settings={"server_url": issuer.rstrip("/"), "scope": SCOPE} if issuer else {},
    )
