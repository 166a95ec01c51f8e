"""Row by row what is held of somebody, as plain values under plain labels: theirs alone, and no secret."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.functions import Lower

from seconder.accounts.models import Person
from seconder.core.clock import rfc3339
from seconder.core.data_map import data_map
from seconder.core.json import JSON, Object
from seconder.core.vocabulary import Datum
from seconder.privacy.holdings.finding import Holding, holdings
from seconder.privacy.holdings.words import Kind, category
from seconder.privacy.subject import Subject
from seconder.ui.words import label as in_words

SOMEBODY = "[somebody else]"
_SECRET = "user.authorization"  # noqa: S105  a category of data
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# Definitions that a whole organization works with: whom else they name is not the person's.
_SHARED = "agents."
_PLAIN = (
    models.CharField,
    models.TextField,
    models.DateField,
    models.BooleanField,
    models.IntegerField,
    models.DecimalField,
    models.JSONField,
)


@dataclass(frozen=True)
class Gathered:
    """One table's part. `columns`: column → what it is; `left_out`: what is held and not in it, and why."""

    label: str
    kind: Kind
    columns: dict[str, Object]
    rows: list[Object]
    left_out: dict[str, str]


def gather(subject: Subject) -> Iterator[Gathered]:
    for held in holdings(subject):
        rows = list(_rows(held))
        if rows:
            yield Gathered(
                held.label, held.kind, _columns(held), _masked(rows, subject, held.label), _left_out(held)
            )


def _left_out(held: Holding) -> dict[str, str]:
    return {column: why for column, datum in held.data.items() if (why := _why_not(held, column, datum))}


def _why_not(held: Holding, column: str, datum: Datum) -> str:
    if datum.category.startswith(_SECRET):
        return "It opens your account: a copy of it could be used by whoever finds the file."
    if isinstance(held.model._meta.get_field(column), models.BinaryField) and not hasattr(
        held.model._meta.get_field(column), "seal"
    ):
        return "It is sealed, and read by the program alone while you are signed in."
    if column == "hash" or column.endswith("_hash"):
        return "It is a keyed hash, from which nobody can read anything."
    return ""


def _columns(held: Holding) -> dict[str, Object]:
    """Of each column what a reader has to know: its words, kind of data, type, use and time."""
    left_out = _left_out(held)
    told: dict[str, Object] = {}
    for column, datum in held.data.items():
        if column not in left_out:
            told[column] = {
                "label": in_words(column.removesuffix("_id")),
                "category": datum.category,
                "what": category(datum.category),
                "type": _type(held.model, column),
                "source": datum.source,
                "purpose": datum.purpose,
                "kept": datum.keep,
            }
    for column in _context(held.model, held.label):
        told[column] = {"label": in_words(column), "type": _type(held.model, column)}
    return dict(sorted(told.items()))


def _context(model: type[models.Model], label: str) -> list[str]:
    """What says nothing of a person by itself, and makes a row understood: when, in which state, how many."""
    names = [name for name, datum in data_map()[label].items() if datum is None]
    return [
        name
        for name in names
        if isinstance(field := model._meta.get_field(name), _PLAIN) and not field.primary_key
    ]


def _type(model: type[models.Model], column: str) -> str:
    field = model._meta.get_field(column)
    kinds = {
        models.BooleanField: "boolean",
        models.IntegerField: "integer",
        models.DateTimeField: "date-time",
        models.DateField: "date",
        models.UUIDField: "id",
        models.ForeignKey: "id",
        models.JSONField: "any",
    }
    return next((name for kind, name in kinds.items() if isinstance(field, kind)), "text or any")


def _rows(held: Holding) -> Iterator[Object]:
    """Each row once, with those of its columns that are theirs by whatever way it is."""
    left_out, context = _left_out(held), _context(held.model, held.label)
    found: dict[str, Object] = {}
    for way, columns in held.ways:
        names = [name for name in columns if name not in left_out]
        for row in held.rows_where(way).order_by("pk").iterator(chunk_size=200):
            told = found.setdefault(str(row.pk), _told(row, context))
            told.update({name: _plain(getattr(row, _attribute(row, name))) for name in names})
    yield from found.values()


def _told(row: models.Model, context: list[str]) -> Object:
    told: Object = {"id": _plain(row.pk)}
    organization: Any = getattr(row, "organization", None)  # Any: models of every app
    if organization is not None:
        told["organization"] = organization.slug
    return told | {name: _plain(getattr(row, name)) for name in context}


def _attribute(row: models.Model, name: str) -> str:
    attname: str = row._meta.get_field(name).attname  # type: ignore[union-attr]  # a column always has one
    return attname


def _plain(value: Any) -> JSON:  # Any: whatever a column holds
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, uuid.UUID | Decimal | date):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, bytes | memoryview):
        return None
    plain: JSON = value
    return plain


def _masked(rows: list[Object], subject: Subject, label: str) -> list[Object]:
    """Without whom else the rows name: ids of other people here, and in shared definitions their addresses."""
    text = json.dumps(rows, ensure_ascii=False)
    ids = _others(_UUID.findall(text), subject)
    addresses = _colleagues(_ADDRESS.findall(text), subject) if label.startswith(_SHARED) else set()
    if not ids and not addresses:
        return rows

    def without(value: JSON) -> JSON:
        if isinstance(value, str):
            value = _UUID.sub(lambda found: SOMEBODY if found[0] in ids else found[0], value)
            return _ADDRESS.sub(lambda found: SOMEBODY if found[0].lower() in addresses else found[0], value)
        if isinstance(value, list):
            return [without(each) for each in value]
        if isinstance(value, dict):
            return {key: without(each) for key, each in value.items()}
        return value

    return [{name: without(value) for name, value in row.items()} for row in rows]


def _others(found: Iterable[str], subject: Subject) -> set[str]:
    known = (
        Person.objects.filter(pk__in=set(found))
        .exclude(pk=subject.id or uuid.UUID(int=0))
        .values_list("pk", flat=True)
    )
    return {str(each) for each in known}


def _colleagues(found: Iterable[str], subject: Subject) -> set[str]:
    rows = Person.objects.annotate(lower=Lower("email")).filter(lower__in={each.lower() for each in found})
    return set(rows.exclude(pk=subject.id or uuid.UUID(int=0)).values_list("lower", flat=True))
