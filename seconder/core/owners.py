"""From a row to whose it is: each `Datum` about a person has a path to them, or says why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from seconder.core import retention
from seconder.core.data_map import data_map
from seconder.core.vocabulary import Datum

_HOLDS: dict[str, tuple[type[models.Field[Any, Any]], ...]] = {  # Any: whatever a field takes
    "id": (models.UUIDField, models.ForeignKey),
    "ids": (models.JSONField,),
    "address": (models.CharField, models.TextField),
    "address hash": (models.CharField, models.TextField),
}


def register() -> None:
    checks.register(lost, "personal_data")


def data() -> Iterator[tuple[str, str, Datum]]:
    """(model, column, its Datum) of everything personal that is declared."""
    for model, table in sorted(data_map().items()):
        for column, datum in table.items():
            if datum:
                yield model, column, datum


def lost(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001  Django's check signature
    **_: Any,  # Any: Django's check signature
) -> list[checks.CheckMessage]:
    faults = retention.unknown({f"{model}.{column}": datum.keep for model, column, datum in data()})
    faults += [
        f"{model}.{column} {what}" for model, column, datum in data() if (what := _fault(model, datum))
    ]
    return [checks.Error(f"{fault}.", id="seconder.E002") for fault in faults]


def _fault(model: str, datum: Datum) -> str:
    if bool(datum.owner) == bool(datum.no_owner):
        return "needs an `owner` that leads to the person, or `no_owner` that says why there is none, and not both"
    if not datum.owner:
        return ""
    field = _at(model, datum.owner)
    if field is None:
        return f"has the owner {datum.owner!r}, to which no path leads"
    if not isinstance(field, _HOLDS[datum.known_by]):
        return f"has the owner {datum.owner!r}, which holds no {datum.known_by}"
    return ""


def _at(label: str, path: str) -> models.Field[Any, Any] | None:  # Any: as above
    """The field at the end of the path; None where there is none."""
    try:
        model: Any = apps.get_model(
            label
        )  # Any: a model class, or None where the path goes on behind a plain column
        field: Any = None
        for name in path.split("__"):
            field = next(
                (each for each in model._meta.concrete_fields if name in (each.name, each.attname)), None
            )
            model = field.related_model if field else None
    except (LookupError, AttributeError, FieldDoesNotExist):
        return None
    return field if isinstance(field, models.Field) else None
