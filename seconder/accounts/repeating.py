"""Answering a repeated call as it was answered before (`Idempotency-Key`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from seconder.accounts.actor import Actor
from seconder.accounts.models import RepeatedCall
from seconder.core import calls
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.ids import new_id
from seconder.core.json import canonical
from seconder.core.refusals import Invalid, KeyReused

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def once(request: HttpRequest, actor: Actor, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Does the work once per `Idempotency-Key`, caller and path within 24 hours: a repeat is given the same
    answer, and waits for it where the first is still at work. A refusal is not kept, so trying again is open."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not _KEY.fullmatch(key):
        raise Invalid("An Idempotency-Key is 1 to 200 visible ASCII characters.", path="Idempotency-Key")
    with transaction.atomic():
        call = _Call(actor, request, key)
        if not call.is_new():
            return call.answer()
        response = work()
        call.keep(response)
        return response


def once_in_parts(request: HttpRequest, actor: Actor, work: Callable[[], HttpResponse]) -> HttpResponse:
    """The same for work of many parts, each a transaction of its own, which done again changes nothing: no lock is held
    over all of it. A repeat that comes while the first is at work works beside it, to the same end."""
    before: list[HttpResponse] = []

    def look() -> HttpResponse:
        raise _NotYet

    def keep() -> HttpResponse:
        return before[0]

    if "Idempotency-Key" not in request.headers:
        return work()
    try:
        return once(request, actor, look)
    except _NotYet:
        before.append(work())
    return once(request, actor, keep)


class _NotYet(Exception):
    """There was no such call yet."""


class _Call:
    """One call with an Idempotency-Key. Its row goes in first, so that a repeat waits at the unique index."""

    def __init__(self, actor: Actor, request: HttpRequest, key: str) -> None:
        self._actor, self._path, self._key = actor, request.path, key
        self._caller = actor.caller_id or actor.person.pk
        self._digest = keyed_hash(_same(calls.raw(request)), "repeated-calls")
        self._id = new_id()

    def is_new(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                _TAKE,
                [
                    self._id,
                    self._caller,
                    self._actor.person.pk,
                    self._path,
                    self._key,
                    self._digest,
                    now(),
                ],
            )
            return bool(cursor.rowcount)

    def answer(self) -> HttpResponse:
        before = RepeatedCall.objects.get(caller_id=self._caller, path=self._path, key=self._key)
        if before.request_digest != self._digest:
            raise KeyReused(
                "This Idempotency-Key came with another body before; take a new key for a new call."
            )
        kept: Any = before.answer  # Any: written by `keep`, below
        return calls.answer(kept["body"], before.status or 200, location=kept["location"])

    def keep(self, response: HttpResponse) -> None:
        kept: Any = {"body": calls.parse(response.content), "location": response.get("Location", "")}
        RepeatedCall(
            pk=self._id, person_id=self._actor.person.pk, status=response.status_code, answer=kept
        ).save(force_update=True, update_fields=["status", "answer"])


# A row older than a day is as good as none.
_TAKE = """
INSERT INTO accounts_repeatedcall AS c (id, caller_id, person_id, path, key, request_digest, at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (caller_id, path, key) DO UPDATE
SET id = EXCLUDED.id, request_digest = EXCLUDED.request_digest, at = EXCLUDED.at, status = NULL, answer = NULL
WHERE c.at < EXCLUDED.at - interval '24 hours'
"""


def _same(content: bytes) -> str:
    """Two bodies that say the same are the same, however they are written."""
    try:
        return canonical(calls.parse(content)).decode()
    except Invalid:
        return content.decode(errors="replace")
