"""A read of personal data states its purpose, or is refused: a model's rows are read for what its columns are declared
for, for what stands above or below that in the tree, and for what says that it reads them (`Purpose.reads`).

The plain service needs no words, but for what needs a person's consent: that is read under its own name or not at all.
Asked is the set of tables that a query joins, once, when it is written; no query is made for it. Statements written by
hand are not seen here, nor is what changes rows without reading them.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

import structlog
from django.apps import apps

from seconder.core import denials
from seconder.core.purposes import PLAIN, PURPOSES, current_purpose, reads

log = structlog.get_logger()
_OURS = Path(__file__).resolve().parents[1]


class Table(Protocol):
    @property
    def table_name(self) -> str: ...


class PurposeDenied(Exception):
    """The code reads personal data for what they are not declared for. `DeniedRead` has the account of it."""


def refuse_denied(tables: Iterable[Table]) -> None:
    """Raises PurposeDenied where the current purpose is not one for which all of these tables may be read."""
    purpose = current_purpose()
    denied = _denied().get(purpose)
    if not denied:
        return
    names = sorted({table.table_name for table in tables} & denied.keys())
    if names:
        place = _place()
        log.error("purpose.denied", purpose=purpose, tables=", ".join(names), place=place)
        denials.note(purpose, ", ".join(names), place)
        raise PurposeDenied(
            f"{names[0]} holds data for {', '.join(sorted(denied[names[0]]))} and is not read for {purpose}: "
            "state the right purpose around the read (core.purposes), or declare that this one reads it."
        )


def _denied() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """purpose → table → what its data are for; of tables that are not read under it."""
    return _of_declarations() if apps.ready else {}


@cache
def _of_declarations() -> Mapping[str, Mapping[str, frozenset[str]]]:
    kept = {table: frozenset(names) for table, names in _purposes_of_tables().items()}
    return {
        purpose: {table: names for table, names in kept.items() if not _may(purpose, names)}
        for purpose in PURPOSES
    }


def _may(purpose: str, kept_for: Iterable[str]) -> bool:
    if purpose == PLAIN:
        return any(not PURPOSES[name].needs_consent for name in kept_for)
    return any(reads(purpose, name) for name in kept_for)


def _purposes_of_tables() -> Mapping[str, set[str]]:
    """Of each table that holds personal data."""
    from seconder.core.owners import data

    names = {
        model._meta.label_lower: model._meta.db_table for model in apps.get_models(include_auto_created=True)
    }
    found = defaultdict(set)
    for model, _, datum in data():
        found[names.get(model, model)].add(datum.purpose)
    return found


def _place() -> str:
    """Of the frames of ours, the innermost that is none of these."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        path = Path(frame.f_code.co_filename)
        if _OURS in path.parents and path.parent.name != "postgresql" and path != Path(__file__):
            return f"{path.relative_to(_OURS.parent)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""
