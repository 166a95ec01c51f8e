"""Rows read and written by statements whose text never changes, for what every step of every run does.

Such a statement is planned once per connection; Django makes its text anew each time, which takes longer than the
database needs to do what it says. Many rows are one parameter, a JSON array:

    INSERT INTO t (id, at) SELECT id, at FROM json_to_recordset(%s::json) AS v(id uuid, at timestamptz)

An array per column would do as well, but the driver makes each value of an array in Python, which costs four times
as much. PostgreSQL takes such a table to have a hundred rows; where it is joined with a large one, name the rows of
that once more (`AND t.id = ANY(%s::uuid[])`, with `ids`), or all of it may be read to find one.
"""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
Convert = Callable[..., Any]  # Any: from what the driver gives to what a field holds


def rowset(rows: Sequence[Mapping[str, object]]) -> str:
    """The parameter: rows of plain JSON, UUIDs, times and bytes; a key that is missing is NULL."""
    return _encoder.encode(rows)


def ids(given: Iterable[uuid.UUID | str]) -> str:
    """The parameter for `= ANY(%s::uuid[])`."""
    return f"{{{','.join([one if isinstance(one, str) else one.hex for one in given])}}}"


class Part(NamedTuple):
    """A statement that writes, as a part of a larger one. `wakes`: a lane that is woken with it
    (`seconder.engine.writing`). `name`: under which the parts after it find the rows that it returns."""

    sql: str
    given: list[Any]
    wakes: str = ""
    name: str = ""


def load(
    model: type[Row], condition: str, given: Sequence[Any], *, without: tuple[str, ...] = ()
) -> list[Row]:
    """The rows for which `condition` holds (`WHERE …` and what may follow it), with the fields in `without`
    deferred. It passes by the scope of an organization: the condition names one, or rows that are known to be
    of it."""
    return [row for row, _ in load_with("true", model, condition, given, without=without)]


def load_with(
    more: str,
    model: type[Row],
    condition: str,
    given: Sequence[Any],
    *,
    without: tuple[str, ...] = (),
    first: str = "",
) -> list[tuple[Row, tuple[Any, ...]]]:  # Any: what the columns in `more` hold
    """The same, each row with what `more`, further columns in SQL, says of it. `first` stands before all of it, a WITH.
    What they take is given in the order in which they stand."""
    shape = _shape(model, without)
    width = len(shape.fields)
    with connection.cursor() as cursor:
        cursor.execute(f"{first}SELECT {shape.columns}, {more} FROM {shape.table} {condition}", given)  # noqa: S608  our own words
        found = cursor.fetchall()
    return [(shape.made(model, list(row[:width])), row[width:]) for row in found]


def insertion(rows: Sequence[models.Model]) -> Part:
    """Writes new rows of one model, at least one, as `bulk_create` does."""
    shape = _shape(type(rows[0]), ())
    values = rowset([shape.plain(row) for row in rows])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return Part(shape.insertion, [values])


@dataclass(frozen=True)
class _Shape:
    table: str
    fields: list[models.Field[Any, Any]]  # Any: of every kind
    converts: list[tuple[int, Convert]]  # the places whose value is not yet what the field holds

    @functools.cached_property
    def names(self) -> list[str]:
        return [field.attname for field in self.fields]

    @functools.cached_property
    def columns(self) -> str:
        return ", ".join(f"{self.table}.{field.column}" for field in self.fields)

    @functools.cached_property
    def insertion(self) -> str:
        columns = ", ".join(str(field.column) for field in self.fields)
        typed = ", ".join(f"{field.column} {field.db_type(connection)}" for field in self.fields)
        return f"INSERT INTO {self.table} ({columns}) SELECT * FROM json_to_recordset(%s::json) AS v({typed})"  # noqa: S608  as above

    def made(self, model: type[Row], row: list[Any]) -> Row:  # Any: as the driver gives them
        for place, convert in self.converts:
            row[place] = convert(row[place], None, connection)
        return model.from_db(connection.alias, self.names, row)

    def plain(self, row: models.Model) -> dict[str, object]:
        return {str(field.column): field.pre_save(row, add=True) for field in self.fields}


@functools.cache
def _shape(model: type[models.Model], without: tuple[str, ...]) -> _Shape:
    fields = [field for field in model._meta.concrete_fields if field.name not in without]
    converts = [
        (place, field.from_db_value) for place, field in enumerate(fields) if hasattr(field, "from_db_value")
    ]
    return _Shape(model._meta.db_table, fields, converts)


def _plain(value: object) -> str:
    """As PostgreSQL reads it where the column is of that type."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} has no place in a row")


_encoder = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
