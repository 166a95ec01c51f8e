from __future__ import annotations

import json
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from seconder.accounts import networks
from seconder.accounts.callers import guesses
from seconder.accounts.gate import Asked
from seconder.accounts.keys import asking, ending
from seconder.accounts.keys.asking import LONGEST, Wanted
from seconder.accounts.models import ApiKey
from seconder.accounts.naming import PersonOut, people
from seconder.accounts.repeating import once
from seconder.core import calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door, open_to_all
from seconder.core.json import Object
from seconder.core.refusals import NotFound, TooMany

router = Router(tags=["keys"])


class KeyOut(Schema):
    """A key, without what it is. `status` is active, expired or revoked; `scopes` null: all that the role allows;
    `made_with`: the key with which it was made, and ends."""

    id: str
    name: str
    person: PersonOut
    is_service: bool
    scopes: list[str] | None
    status: str
    made_with: str | None
    created_at: str
    expires_at: str
    last_used_at: str | None
    revoked_at: str | None


class NewKeyOut(KeyOut):
    """`key` is shown this once: where the call is repeated (`Idempotency-Key`) it is null."""

    key: str | None


class KeyList(Schema):
    items: list[KeyOut]
    next: str | None


class KeyIn(calls.Fields):
    name: str
    scopes: list[str] | None = None
    is_service: bool = False
    expires_in_days: Annotated[int, Field(ge=1, le=LONGEST)] = LONGEST


class ExposureIn(calls.Fields):
    """`key`: the key that was found, whole."""

    key: Annotated[str, Field(min_length=1, max_length=200)]


class ExposureOut(Schema):
    status: str


@router.get(
    "/keys",
    response=KeyList,
    summary="Keys: one's own, or all that one manages",
    openapi_extra=calls.asks(calls.PageQuery),
)
@door("keys.own")
def keys(request: Asked) -> HttpResponse:
    rows, following = calls.page(
        ApiKey.objects.visible_to(request.actor), calls.query(request, calls.PageQuery)
    )
    return calls.answer({"items": _all(rows), "next": following})


@router.post(
    "/keys",
    response={201: NewKeyOut},
    summary="Make a key, with a personal key that was not narrowed",
    openapi_extra=calls.takes(KeyIn),
)
@door("keys.own")
def key_create(request: Asked) -> HttpResponse:
    made: list[str] = []

    def work() -> HttpResponse:
        said = calls.body(request, KeyIn)
        wanted = Wanted(said.name, said.scopes, said.is_service, said.expires_in_days)
        key, secret = asking.ask(request.actor, wanted)
        made.append(secret)
        return calls.answer({**_all([key])[0], "key": None}, 201, location=f"/api/v1/keys/{key.pk}")

    kept = once(request, request.actor, work)  # what is kept for repeats does not hold the key
    if not made:
        return kept
    said = {**json.loads(kept.content), "key": made[0]}
    return calls.answer(said, 201, location=kept["Location"])


@router.post(
    "/keys/exposures",
    auth=None,
    response={202: ExposureOut},
    summary="Report a key that was found in a public place: it is revoked at once",
    openapi_extra=calls.takes(ExposureIn),
)
@open_to_all
def key_exposure(request: HttpRequest) -> HttpResponse:
    """Having the key is the proof. The answer does not say whether it was one."""
    said = calls.body(request, ExposureIn)
    if patience := guesses.wait(networks.counted(request)):
        raise TooMany("Too many reports came from your network.", patience)
    ending.expose(said.key)
    return calls.answer({"status": "received"}, 202)


@router.get("/keys/{id}", response=KeyOut, summary="One key")
@door("keys.own")
def key_show(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return calls.answer(_all([_find(request, id)])[0])


@router.post(
    "/keys/{id}/revocation", response=KeyOut, summary="Revoke a key, and those that were made with it"
)
@door("keys.own")
def key_revocation(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    key = _find(request, id)
    ending.revoke(request.actor, key)
    return calls.answer(_all([key])[0])


def _find(request: Asked, key_id: str) -> ApiKey:
    key = ApiKey.objects.visible_to(request.actor).filter(pk=calls.id_of(key_id)).first()
    if key is None:
        raise NotFound("There is no such key here.")
    return key


def _all(keys: list[ApiKey]) -> list[Object]:
    named = people(key.person_id for key in keys)
    return [
        {
            "id": str(key.pk),
            "name": key.name,
            "person": named[key.person_id],
            "is_service": key.is_service,
            "scopes": key.scopes,
            "status": key.standing,
            "made_with": str(key.made_with_id) if key.made_with_id else None,
            "created_at": rfc3339(key.created_at),
            "expires_at": rfc3339(key.expires_at),
            "last_used_at": rfc3339(key.last_used_at),
            "revoked_at": rfc3339(key.revoked_at),
        }
        for key in keys
    ]
