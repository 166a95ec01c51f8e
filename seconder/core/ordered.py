"""JSON that keeps the order in which its author wrote it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Json


class OrderedJSON(models.JSONField):
    """A column of the type `json`, which stores the text; `jsonb` would sort the keys of objects by their length.
    The values in a document are not looked up by the database."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002  Django's signature
        return "json"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002  # Any: as Django says
        return None if value is None else Json(value)

    def from_db_value(self, value: Any, *_: object) -> Any:  # Any: any JSON, which psycopg has read
        return value
