"""All that is declared, as one frozen object: what is held and why, who receives it, how long it stays, what is kept in
browsers, what the log tells, where data comes in.

`registry()` is made once in a process, after every app has declared its own. Pages, exports and versions of the policy
are made from it; `digest` names it, and two builds that declare the same have the same.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from types import MappingProxyType
from typing import TypeVar

from seconder.core.cookies import COOKIES, STORAGE, Cookie, Storage
from seconder.core.data_map import data_map
from seconder.core.json import JSON
from seconder.core.log_keys import LOG_KEYS, LogKey
from seconder.core.objects import OBJECTS, VECTORS, ObjectPrefix, VectorStore
from seconder.core.purposes import PURPOSES, Purpose
from seconder.core.recipients import RECIPIENTS, Recipient
from seconder.core.retention import RULES, RetentionRule
from seconder.core.surfaces import SURFACES, Surface
from seconder.core.vocabulary import Datum


@dataclass(frozen=True)
class Registry:
    """Each a mapping by id, in the order of the ids; `data` by `app.model.column`, of personal columns alone. `parts`:
    what apps above declare (`add_part`), such as the clauses of the policy."""

    data: Mapping[str, Datum]
    purposes: Mapping[str, Purpose]
    recipients: Mapping[str, Recipient]
    rules: Mapping[str, RetentionRule]
    cookies: Mapping[str, Cookie]
    storage: Mapping[str, Storage]
    log_keys: Mapping[str, LogKey]
    objects: Mapping[str, ObjectPrefix]
    vectors: Mapping[str, VectorStore]
    surfaces: Mapping[str, Surface]
    parts: Mapping[str, Mapping[str, object]]

    @cached_property
    def canonical(self) -> str:
        """As JSON that is the same, byte by byte, wherever the same is declared and set."""
        said = {field.name: plain(getattr(self, field.name)) for field in dataclasses.fields(self)}
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.canonical.encode()).hexdigest()


T = TypeVar("T")
_parts: dict[str, Mapping[str, object]] = {}


def add_part(name: str, declared: Mapping[str, object]) -> None:
    """What an app above declares; said in `wiring.py`, before anybody asks for the registry."""
    _parts[name] = declared


@cache
def registry() -> Registry:
    tables = data_map().items()
    return Registry(
        data=_frozen(
            {f"{model}.{name}": datum for model, table in tables for name, datum in table.items() if datum}
        ),
        purposes=_frozen(PURPOSES),
        recipients=_frozen(RECIPIENTS),
        rules=_frozen(RULES),
        cookies=_frozen(COOKIES),
        storage=_frozen(STORAGE),
        log_keys=_frozen(LOG_KEYS),
        objects=_frozen(OBJECTS),
        vectors=_frozen(VECTORS),
        surfaces=_frozen(SURFACES),
        parts=_frozen({name: _frozen(declared) for name, declared in _parts.items()}),
    )


def _frozen(declared: Mapping[str, T]) -> Mapping[str, T]:
    return MappingProxyType(dict(sorted(declared.items())))


def plain(value: object) -> JSON:
    """A declaration as JSON. What the settings decide is asked now: a recipient that they do not name is not enabled.
    Raises TypeError for what has no such form."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if callable(value):
        return plain(value())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in sorted(value.items())}
    if isinstance(value, set | frozenset):
        return [plain(each) for each in sorted(value)]
    if isinstance(value, Collection):
        return [plain(each) for each in value]
    raise TypeError(f"A {type(value).__name__} has no place in a declaration.")
