"""What is asked of a provider, and what its answer is held to.

OpenID Connect Core 1.0: the issuer is the configured one, the token is signed, made for us, and answers our own
question (nonce); what `userinfo` says is about the same person. PKCE (RFC 7636) for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.microsoft.views import MicrosoftGraphOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from seconder.accounts.identity.providers import Unreachable, configured, issuer_of
from seconder.core.identity_providers import IdentityProvider

SIGNED_WITH = ["RS256", "PS256", "ES256", "EdDSA"]  # by a key that only the provider has
LEEWAY = 60  # seconds that its clock may be off
NO_ANSWER = (OAuth2Error, ProviderException, Unreachable)


@contextmanager
def _reading() -> Iterator[None]:
    """Around what reads an answer, of whatever shape it is: none that can be trusted, then."""
    try:
        yield
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError) as fault:
        raise OAuth2Error("the provider's answer is not of the expected shape") from fault


@dataclass(frozen=True)
class Introduction:
    """Who somebody is at a provider. `is_trusted`: the address is verified there, and the operator trusts that."""

    provider: str
    uid: str
    email: str = ""
    is_trusted: bool = False


class _Ours(OAuth2Adapter):
    def get_callback_url(self, request: HttpRequest, app: Any) -> str:  # noqa: ARG002  Any: allauth's, as its signature
        """At our own address, whatever host the request names."""
        return f"{settings.BASE_URL}{reverse('provider_callback', args=[self.provider_id])}"

    def introduce(self, request: HttpRequest, answer: dict[str, Any], nonce: str) -> Introduction:  # noqa: ARG002  Any: JSON
        app = self.get_provider().app
        with _reading():
            login: SocialLogin = self.complete_login(request, app, self.parse_token(answer), response=answer)
        email = next(iter(login.email_addresses), None)
        return _introduction(
            self.provider_id,
            login.account.uid,
            email.email if email else "",
            is_verified=bool(email and email.verified),
        )


class _GitHub(_Ours, GitHubOAuth2Adapter):
    pass


class _Microsoft(_Ours, MicrosoftGraphOAuth2Adapter):
    pass


class _OpenID(_Ours, OpenIDConnectOAuth2Adapter):
    @property
    def openid_config(self) -> dict[str, Any]:  # Any: JSON
        with _reading():
            found: dict[str, Any] = super().openid_config
            issuer = str(found["issuer"]).rstrip("/")
            found["authorization_endpoint"], found["token_endpoint"], found["jwks_uri"]
        if issuer != self.get_provider().app.settings["server_url"]:
            raise OAuth2Error("the provider says that it is another one")
        return found

    def introduce(self, request: HttpRequest, answer: dict[str, Any], nonce: str) -> Introduction:  # noqa: ARG002  as above
        with _reading():
            claims = self._claims(answer["id_token"], nonce)
            if "email" not in claims and "userinfo_endpoint" in self.openid_config:
                more = self._fetch_user_info(answer["access_token"])
                if more["sub"] != claims["sub"]:
                    raise OAuth2Error("the provider speaks of two people")
                claims = {**more, **claims}
            uid, email = claims["sub"], claims.get("email") or ""
            # Some providers send the word in place of the value.
            is_verified = claims.get("email_verified") is True or claims.get("email_verified") == "true"
        return _introduction(self.provider_id, uid, email, is_verified=is_verified)

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:  # Any: JSON
        app, said = self.get_provider().app, self.openid_config
        claims: dict[str, Any] = jwt.decode(
            token,
            self._key(token),
            algorithms=SIGNED_WITH,
            issuer=said["issuer"],
            audience=app.client_id,
            leeway=LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
        if not constant_time_compare(str(claims.get("nonce", "")), nonce):
            raise OAuth2Error("the provider answers another question")
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the provider answers somebody else")
        return claims

    def _key(self, token: str) -> Any:  # Any: a key of any of the kinds
        """The provider's own key that the token says it is signed with; where there is only one, it need not say."""
        with get_adapter().get_requests_session() as session:
            keys = jwt.PyJWKSet.from_dict(session.get(self.openid_config["jwks_uri"]).json()).keys
        named = jwt.get_unverified_header(token).get("kid")
        (found,) = [
            key for key in keys if key.public_key_use in (None, "sig") and named in (None, key.key_id)
        ]
        return found.key


def _introduction(provider_id: str, uid: object, email: object, *, is_verified: bool) -> Introduction:
    if not isinstance(uid, str) or not uid or not isinstance(email, str):
        raise OAuth2Error("the provider names nobody")
    known = configured(provider_id)
    is_trusted = bool(email and is_verified and known and known.trusts_email)
    return Introduction(provider_id, uid, email.lower(), is_trusted)


def spoken_by(request: HttpRequest, provider: IdentityProvider) -> _Ours:
    """How this provider is spoken to."""
    if issuer_of(provider):
        return _OpenID(request, provider.id)
    adapter = {"github": _GitHub, "microsoft": _Microsoft}[provider.provider](request)
    adapter.provider_id = provider.id
    return adapter
