"""The link by which a letter of news can be stopped: of one person, for one letter, signed, without end and without
signing in. It stops mail and does nothing else, so whoever holds it can do no harm with it."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from hmac import compare_digest

from seconder.accounts.models import Person
from seconder.core.encryption import keyed_hash
from seconder.core.mail.linting import STOP
from seconder.core.refusals import NotFound
from seconder.notifications.kinds import DIGEST, KINDS, Kind
from seconder.notifications.models import Preferences
from seconder.notifications.preferring import Chosen, choose

_ID, _MARK = 16, 32  # bytes: of a person, and of the signature at the end


@dataclass(frozen=True)
class Stoppable:
    """`kinds`: what comes in this letter now; none of it where it was stopped already."""

    person: Person
    letter: str
    kinds: list[Kind]

    def stop(self) -> None:
        """What is asked of the person comes in the usual way again: no link takes that out of their mail."""
        if self.kinds:
            ways = {kind.name: kind.usual if kind.is_asked else "product" for kind in self.kinds}
            choose(self.person, Chosen(ways=ways))


def address(person: Person, letter: str) -> str:
    """On this site. The same each time, so that a letter put together again is the same letter."""
    body = person.pk.bytes + letter.encode()
    return f"{STOP}{base64.urlsafe_b64encode(body + _mark(body)).decode().rstrip('=')}/"


def find(token: str) -> Stoppable:
    """Only looks. Raises NotFound for what is no such link, or of a person who is gone."""
    body = _body(token)
    letter = body[_ID:].decode()
    person = Person.objects.filter(pk=uuid.UUID(bytes=body[:_ID])).first()
    if person is None or (letter != DIGEST and letter not in KINDS):
        raise NotFound("There is nothing to stop here any more.")
    kept = Preferences.of(person)
    if letter == DIGEST:
        return Stoppable(person, letter, [kind for kind in KINDS.values() if kept.way(kind) == "digest"])
    kind = KINDS[letter]
    return Stoppable(person, letter, [kind] if kept.way(kind) == "mail" else [])


def _body(token: str) -> bytes:
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        whole = b""  # no link of ours: said below
    body, mark = whole[:-_MARK], whole[-_MARK:]
    if len(body) <= _ID or not compare_digest(mark, _mark(body)):
        raise NotFound("The address is not whole. Open it again from the mail, or choose in your account.")
    return body


def _mark(body: bytes) -> bytes:
    return bytes.fromhex(keyed_hash(body.hex(), "unsubscribe"))
