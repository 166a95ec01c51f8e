"""Who calls the API: the holder of a key, or, to read only, a signed-in person's browser."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from ninja.security import HttpBearer

from seconder.accounts.actor import Actor
from seconder.accounts.gate import of_session
from seconder.accounts.holding import holder
from seconder.core.refusals import NotSignedIn


class Key(HttpBearer):
    """`Authorization: Bearer sec_…`. A signed-in person's browser may read, too, with its session."""

    def __call__(self, request: HttpRequest) -> Actor:
        return caller(request)

    def authenticate(self, request: HttpRequest, token: str) -> Actor:  # noqa: ARG002  Ninja's signature
        return _of_key(token)


def caller(request: HttpRequest, organization: uuid.UUID | None = None) -> Actor:
    """Who calls. Raises NotSignedIn. Of a session, the member of that organization; it only reads, because what
    a browser sends along by itself must not change anything."""
    given = request.headers.get("Authorization", "")
    if given:
        kind, _, token = given.partition(" ")
        if kind.lower() != "bearer":
            raise NotSignedIn("Send `Authorization: Bearer sec_…` with an API key.")
        return _of_key(token.strip())
    actor = of_session(request, organization) if request.method in ("GET", "HEAD") else None
    if actor is None:
        raise NotSignedIn("Send `Authorization: Bearer sec_…` with an API key.")
    return actor


def _of_key(token: str) -> Actor:
    actor = holder(token)
    if actor is None:
        raise NotSignedIn("This API key is unknown, expired or revoked.")
    return actor
