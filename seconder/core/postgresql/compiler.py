from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import compiler
from django.db.models.sql.compiler import SQLAggregateCompiler, SQLDeleteCompiler, SQLUpdateCompiler

from seconder.core.reading import refuse_denied

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]
SQLInsertCompiler = compiler.SQLInsertCompiler


class SQLCompiler(compiler.SQLCompiler):
    """Each SELECT passes here, those within others too; what it joins is known once it is written."""

    def as_sql(self, *args: Any, **options: Any) -> Any:  # Any: Django's own signature
        made = super().as_sql(*args, **options)
        refuse_denied(self.query.alias_map.values())
        return made
