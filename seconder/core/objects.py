"""What is kept outside the tables: files in the object store, by the first part of their names, and stores of vectors.

None exists yet. Whoever adds one declares it here first, beside its `Datum`: a folder of the object store, or a column
of vectors, that nobody declared stops the start (`checks`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from seconder.core.vocabulary import Datum


@dataclass(frozen=True)
class ObjectPrefix:
    """`name` is the first part of every object's name: `uploads` for `uploads/1f/…`."""

    name: str
    holds: str
    datum: Datum


@dataclass(frozen=True)
class VectorStore:
    """`place` is `table.column`; `made_from` the `table.column` whose text the vectors were made of, with which they
    are erased."""

    place: str
    made_from: str
    datum: Datum


OBJECTS: dict[str, ObjectPrefix] = {}
VECTORS: dict[str, VectorStore] = {}


class UndeclaredObject(LookupError):
    """The code wants to keep a file under a prefix that is not declared."""


def declare_objects(prefix: ObjectPrefix) -> ObjectPrefix:
    """Raises ValueError for a second declaration, or a name that is not one part of small letters."""
    if prefix.name in OBJECTS or not re.fullmatch(r"[a-z][a-z0-9-]*", prefix.name):
        raise ValueError(f"object prefix {prefix.name!r}: declared twice, or no name of small letters")
    OBJECTS[prefix.name] = prefix
    return prefix


def declare_vectors(store: VectorStore) -> VectorStore:
    """Raises ValueError for a second declaration."""
    if store.place in VECTORS:
        raise ValueError(f"vector store {store.place} is declared twice")
    VECTORS[store.place] = store
    return store


def object_name(prefix: str, *parts: str) -> str:
    """The name to keep an object under. Raises UndeclaredObject."""
    if prefix not in OBJECTS:
        raise UndeclaredObject(f"{prefix!r} is not a declared object prefix; see core.objects.")
    return "/".join((prefix, *parts))
