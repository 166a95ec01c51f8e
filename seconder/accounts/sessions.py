"""Django's session store on our own table (`SESSION_ENGINE`): a row a sign-in, listed to its person, ended at will."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction

from seconder.accounts.devices import Device
from seconder.accounts.models import Session
from seconder.core.clock import now
from seconder.core.encryption import CannotDecrypt, keyed_hash, seal, unseal

PURPOSE = "sessions"
SEEN_EVERY = timedelta(minutes=5)  # so that looking at pages does not write at each of them


class SessionStore(SessionBase):
    """`row` is what the table holds of it, once it was loaded or saved; `device` is kept with the next save."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: Session | None = None
        self.device: Device | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:  # Any: JSON, as Django has it
        row = self._found()
        if row is None:
            self._session_key = None
            return {}
        self.row = row
        if now() - row.seen_at > SEEN_EVERY:
            row.use()
            Session.objects.filter(pk=row.pk).update(seen_at=row.seen_at, expires_at=row.expires_at)
        return self.decode_content(bytes(row.content))

    def _found(self) -> Session | None:
        if not self.session_key:
            return None
        return Session.objects.filter(hash=hash_of(self.session_key), expires_at__gt=now()).first()

    def decode_content(self, content: bytes) -> dict[str, Any]:  # Any: as above
        try:
            found: dict[str, Any] = json.loads(unseal(content, PURPOSE))
        except CannotDecrypt:
            return {}  # sealed under another SECRET_KEY: nobody is signed in with it any more
        return found

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(hash=hash_of(session_key)).exists()

    def create(self) -> None:
        """A new row under a new key. What is known of the device goes along."""
        before, self.row = self.row, None
        if before and self.device is None:
            self.device = Device(before.browser, before.system, before.device, before.country)
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # SessionBase has it
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  Django's signature
        if self.session_key is None:
            return self.create()
        content = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # as above
        row = self._row(must_create=must_create)
        row.person_id = uuid.UUID(content[SESSION_KEY]) if SESSION_KEY in content else None
        row.content = seal(json.dumps(content).encode(), PURPOSE)
        if self.device:
            row.browser, row.system, row.device, row.country = self.device
        row.use()
        self._write(row, must_create=must_create)
        self.row = row
        return None

    def _row(self, *, must_create: bool) -> Session:
        if must_create:
            return Session(hash=hash_of(self.session_key or ""))
        row = self.row or self._found()
        if row is None:
            raise UpdateError  # ended meanwhile: it is not brought back to life
        return row

    def _write(self, row: Session, *, must_create: bool) -> None:
        with transaction.atomic():
            if not must_create:
                fields = [
                    "person",
                    "content",
                    "browser",
                    "system",
                    "device",
                    "country",
                    "seen_at",
                    "expires_at",
                ]
                values = {name: getattr(row, name) for name in fields}
                if not Session.objects.filter(pk=row.pk).update(**values):
                    raise UpdateError
                return
            try:
                row.save(force_insert=True)
            except IntegrityError as taken:
                raise CreateError from taken

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(hash=hash_of(key)).end()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lte=now()).delete()


def hash_of(session_key: str) -> str:
    return keyed_hash(session_key, PURPOSE)
