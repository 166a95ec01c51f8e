"""Undeclared does not run: each column of each installed model must be declared in some `personal_data.py`."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from seconder.core.purposes import PURPOSES
from seconder.core.vocabulary import DECLARED, Datum

# Django's own bookkeeping of migrations: app, name, when applied.
_UNMODELLED = {"django_migrations"}


def register() -> None:
    checks.register(undeclared_columns, "personal_data")


def data_map() -> dict[str, dict[str, Datum | None]]:
    """model (`app.model`, lower case) → column → its Datum, or None where it is impersonal."""
    autodiscover_modules("personal_data")
    return DECLARED


def columns() -> Iterator[tuple[str, str]]:
    """(model, column) of every installed model, third parties' and many-to-many tables included."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed or model._meta.db_table.startswith("procrastinate_"):
            for field in model._meta.concrete_fields:
                yield model._meta.label_lower, field.name


def undeclared_columns(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001  Django's check signature
    **_: Any,  # Any: Django's check signature
) -> list[checks.CheckMessage]:
    declared = data_map()
    existing = set(columns())
    faults = [
        (f"{model}.{name}", "is not declared: add it to the app's personal_data.py, as a Datum or impersonal")
        for model, name in sorted(existing)
        if name not in declared.get(model, {})
    ]
    faults += [
        (f"{model}.{name}", "is declared but does not exist: remove it from personal_data.py")
        for model, table in sorted(declared.items())
        for name in table
        if (model, name) not in existing
    ]
    faults += [
        (f"{model}.{name}", f"names the purpose {datum.purpose!r}, which core.purposes does not know")
        for model, table in sorted(declared.items())
        for name, datum in table.items()
        if datum and datum.purpose not in PURPOSES
    ]
    return [checks.Error(f"{where} {what}.", id="seconder.E001") for where, what in faults]


def undeclared_in_database() -> list[str]:
    """`table.column` of each that the database itself has and nobody declared: also what no model knows of."""
    declared, modelled = data_map(), _modelled()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c "
            "JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1, 2"
        )
        rows = [(table, column) for table, column in cursor.fetchall() if table not in _UNMODELLED]
    undeclared = []
    for table, column in rows:
        label, names = modelled.get(table, (table, {}))
        if names.get(column, column) not in declared.get(label, {}):
            undeclared.append(f"{table}.{column}")
    return undeclared


def _modelled() -> dict[str, tuple[str, dict[str, str]]]:
    """table → (model, column → field)."""
    return {
        model._meta.db_table: (
            model._meta.label_lower,
            {str(field.column): field.name for field in model._meta.concrete_fields},
        )
        for model in apps.get_models(include_auto_created=True)
    }
