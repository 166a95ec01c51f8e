"""Free text at rest: AES-256-GCM under one data key per person, each wrapped by a key made from SECRET_KEY.

Destroying a person's row in `DataKey` makes every value written under it unreadable, in this database and
in each of its backups; such a value then reads as `ERASED`. A value names its key, so a reader needs no
knowledge of whose it is. The column's name is bound in, so that a value cannot be moved to another column.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import threading
import time
import uuid
import zlib
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models, transaction

from seconder.core.json import JSON

ERASED = "[erased]"
_PLAIN, _PACKED = b"\x01", b"\x02"
_NONCE = 12
_SHORTEST = 1 + 16 + _NONCE + 16  # kind, key, nonce, tag: bytes of an empty value
_PACK_FROM = 160  # bytes; below, zlib makes it longer
CACHED = 10_000  # keys in memory at a time, at about 1 KiB each
_CACHED_FOR = 60.0  # seconds after which a destroyed key is forgotten by every process


class CannotDecrypt(Exception):
    """The value was changed, moved from another column, or written under another SECRET_KEY."""


def derive(purpose: str, length: int = 32) -> bytes:
    """A key for one purpose, made from SECRET_KEY (HKDF, RFC 5869)."""
    return _derive(settings.SECRET_KEY, purpose, length)


@functools.cache
def _derive(secret: str, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=b"seconder", info=purpose.encode()).derive(secret.encode())


def keyed_hash(text: str, purpose: str) -> str:
    """A hash that only this installation can compute: for tokens and suppression lists."""
    return hashlib.blake2b(text.encode(), key=derive(purpose), digest_size=32).hexdigest()


def seal(plain: bytes, purpose: str) -> bytes:
    """Encrypts what belongs to the installation rather than to one person: sessions, secrets of factors."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(derive(purpose)).encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """The plain bytes. Raises CannotDecrypt."""
    try:
        return AESGCM(derive(purpose)).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotDecrypt(
            f"A sealed value of {purpose} was changed, or sealed under another SECRET_KEY."
        ) from error


class Keyring:
    """The data keys that this process used lately, by key and by owner.

    A key that was made in a transaction is not remembered before that commits: were it rolled back, what is
    written afterwards would be under a key that does not exist.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uncommitted: set[uuid.UUID] = set()  # owners
        self._by_id: dict[uuid.UUID, tuple[float, AESGCM | None]] = {}
        self._by_owner: dict[uuid.UUID, tuple[float, uuid.UUID]] = {}

    def for_owner(self, owner: uuid.UUID) -> tuple[uuid.UUID, AESGCM]:
        found = self._by_owner.get(owner)
        if found and found[0] > time.monotonic():
            key = self.by_id(found[1])
            if key:
                return found[1], key
        row = self._row(owner)
        key = AESGCM(self._unwrap(row.wrapped, owner))
        self._remember(row.pk, owner, key)
        return row.pk, key

    def by_id(self, key_id: uuid.UUID) -> AESGCM | None:
        """None where the key was destroyed."""
        found = self._by_id.get(key_id)
        if found and found[0] > time.monotonic():
            return found[1]
        row = _data_key().objects.filter(pk=key_id).first()
        key = AESGCM(self._unwrap(row.wrapped, row.owner_id)) if row else None
        self._remember(key_id, row and row.owner_id, key)
        return key

    def forget(self) -> None:
        with self._lock:
            self._by_id.clear()
            self._by_owner.clear()

    def _row(self, owner: uuid.UUID) -> Any:  # DataKey: models import this module, so it is looked up late
        model = _data_key()
        row = model.objects.filter(owner_id=owner).first()
        if row is None:
            fresh = os.urandom(32)
            self._uncommitted.add(owner)
            model.objects.bulk_create(
                [model(owner_id=owner, wrapped=self._wrap(fresh, owner))], ignore_conflicts=True
            )
            row = model.objects.get(owner_id=owner)
        return row

    def _remember(self, key_id: uuid.UUID, owner: uuid.UUID | None, key: AESGCM | None) -> None:
        if owner in self._uncommitted:
            transaction.on_commit(lambda: self._uncommitted.discard(owner))  # at once outside a transaction
            return
        until = time.monotonic() + _CACHED_FOR
        with self._lock:
            if len(self._by_id) >= CACHED:
                self._by_id.clear()
                self._by_owner.clear()
            self._by_id[key_id] = (until, key)
            if owner:
                self._by_owner[owner] = (until, key_id)

    @staticmethod
    def _wrap(key: bytes, owner: uuid.UUID) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(derive("data-keys")).encrypt(nonce, key, owner.bytes)

    @staticmethod
    def _unwrap(wrapped: bytes, owner: uuid.UUID) -> bytes:
        wrapped = bytes(wrapped)
        try:
            return AESGCM(derive("data-keys")).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], owner.bytes)
        except InvalidTag as error:
            raise CannotDecrypt(
                "A data key does not open with this SECRET_KEY. Start with the one that this database was used with."
            ) from error


keyring = Keyring()


def encrypt(plain: bytes, owner: uuid.UUID, column: str) -> bytes:
    key_id, key = keyring.for_owner(owner)
    kind = _PACKED if len(plain) >= _PACK_FROM else _PLAIN
    nonce = os.urandom(_NONCE)
    body = zlib.compress(plain, 6) if kind == _PACKED else plain
    return kind + key_id.bytes + nonce + key.encrypt(nonce, body, kind + column.encode())


def decrypt(token: bytes, column: str) -> bytes | None:
    """The plain bytes; None where the person's key was destroyed."""
    if len(token) < _SHORTEST:
        raise CannotDecrypt(f"A value of {column} is torn.")
    kind, key_id, nonce, body = token[:1], token[1:17], token[17:29], token[29:]
    key = keyring.by_id(uuid.UUID(bytes=key_id))
    if key is None:
        return None
    try:
        plain = key.decrypt(nonce, body, kind + column.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotDecrypt(f"A value of {column} was changed or moved.") from error
    return zlib.decompress(plain) if kind == _PACKED else plain


def _data_key() -> Any:  # the model class, looked up late for the reason above
    from django.apps import apps

    return apps.get_model("core", "DataKey")


if TYPE_CHECKING:
    _Column = models.BinaryField[Any, Any]  # Any: holds JSON values or text, as the subclass says
else:
    _Column = models.BinaryField


class Encrypted(_Column):
    """A column of encrypted bytes. `owner` is the path, on the row, to the id of the person it belongs to."""

    def __init__(self, *, owner: str = "", **options: Any) -> None:  # Any: Django's field options
        self.owner = owner
        options.setdefault("null", True)
        options.setdefault("editable", True)
        super().__init__(**options)

    def deconstruct(self) -> Any:  # Any: Django's own signature
        name, path, args, options = super().deconstruct()
        options.pop("editable", None)
        return name, path, args, {**options, "owner": self.owner}

    @property
    def column_name(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def seal(self, value: JSON, owner: uuid.UUID) -> bytes | None:
        """The bytes to store, for statements that are written by hand."""
        return None if value is None else encrypt(self.to_bytes(value), owner, self.column_name)

    def pre_save(self, row: models.Model, add: bool) -> bytes | None:  # noqa: ARG002, FBT001  Django's signature
        value = getattr(row, self.attname)
        return None if value is None else self.seal(value, attrgetter(self.owner)(row))

    def from_db_value(self, value: bytes | None, *_: object) -> JSON:
        if value is None:
            return None
        plain = decrypt(bytes(value), self.column_name)
        return ERASED if plain is None else self.to_value(plain)

    def to_bytes(self, value: JSON) -> bytes:  # noqa: ARG002  below, it is used
        raise TypeError("Use EncryptedText or EncryptedJSON.")

    def to_value(self, plain: bytes) -> JSON:  # noqa: ARG002  below, it is used
        raise TypeError("Use EncryptedText or EncryptedJSON.")


class EncryptedText(Encrypted):
    def to_bytes(self, value: JSON) -> bytes:
        return str(value).encode()

    def to_value(self, plain: bytes) -> JSON:
        return plain.decode()


class EncryptedJSON(Encrypted):
    def to_bytes(self, value: JSON) -> bytes:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()

    def to_value(self, plain: bytes) -> JSON:
        value: JSON = json.loads(plain)
        return value
