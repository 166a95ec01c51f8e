"""Who calls the API: the holder of a key, or, to read only, a signed-in person's browser."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from ninja.security import HttpBearer

from seconder.accounts import networks, security
from seconder.accounts.actor import Actor
from seconder.accounts.gate import of_session
from seconder.accounts.holding import found, holder
from seconder.core.refusals import NotSignedIn, TooMany
from seconder.core.throttle import Throttle

calls = Throttle(rate=200, burst=1000)  # of one caller, in each web process
guesses = Throttle(rate=1, burst=60)  # of keys that nobody has, from one network


class Key(HttpBearer):
    """`Authorization: Bearer sec_…`. A signed-in person's browser may read, too, with its session."""

    def __call__(self, request: HttpRequest) -> Actor:
        return caller(request)

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        return _of_key(request, token)


def caller(request: HttpRequest, organization: uuid.UUID | None = None) -> Actor:
    """Who calls. Raises NotSignedIn. Of a session, the member of that organization; it only reads, because what
    a browser sends along by itself must not change anything."""
    given = request.headers.get("Authorization", "")
    if given:
        kind, _, token = given.partition(" ")
        if kind.lower() != "bearer":
            raise NotSignedIn("Send `Authorization: Bearer sec_…` with an API key.")
        return _in_turn(_of_key(request, token.strip()))
    actor = of_session(request, organization) if request.method in ("GET", "HEAD") else None
    if actor is None:
        raise NotSignedIn("Send `Authorization: Bearer sec_…` with an API key.")
    return _in_turn(actor)


def _of_key(request: HttpRequest, token: str) -> Actor:
    actor = holder(token)
    if actor is None:
        _note_refused(request, token)
        raise NotSignedIn("This API key is unknown, expired or revoked.")
    return actor


def _note_refused(request: HttpRequest, token: str) -> None:
    """A key that has ended may be in wrong hands; one that never was is a guess, of which there are only so many from
    one network. Keys that are good work from there all the same. Raises TooMany."""
    if key := found(token):
        security.observe(
            "key.used-after-end",
            person=key.person,
            organization=key.organization,
            request=request,
            key=str(key.pk),
        )
        return
    security.observe("key.unknown", request=request)
    if patience := guesses.wait(networks.counted(request)):
        raise TooMany("Too many keys that nobody has came from your network.", patience)


def _in_turn(actor: Actor) -> Actor:
    if patience := calls.wait(actor.caller_id):
        raise TooMany("These are more calls than one key may make at a time. Wait, then go on.", patience)
    return actor
