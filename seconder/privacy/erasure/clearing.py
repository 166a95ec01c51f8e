"""Out of the database's files: PostgreSQL leaves what was deleted in its pages until they are written anew, in the
statistics of its planner, and in its log of changes until that goes on."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import apps
from django.db import connection
from django.db.utils import OperationalError, ProgrammingError

LARGE = 256 * 1024 * 1024  # bytes of a table from which on it is not written anew while people work
_WAIT = "3s"  # for whoever uses the table; everybody who comes later waits behind us meanwhile


class Busy(Exception):
    """A table is in use; to be tried again."""


def clear(labels: Sequence[str]) -> list[str]:
    """Writes the tables of these models anew, and that of keys; what could not be done, in words. Raises Busy."""
    tables = {apps.get_model(label)._meta.db_table for label in [*labels, "core.DataKey"]}
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_WAIT}'")
        try:
            remarks = [said for table in sorted(tables) if (said := _rewrite(table))]
            cursor.execute("VACUUM FULL pg_statistic")
        except OperationalError as failure:
            raise Busy(f"A table is in use: {failure}") from failure
        finally:
            cursor.execute("RESET lock_timeout")
    return remarks + _go_on_with_the_log()


def _rewrite(table: str) -> str:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s)", [name])
        is_large = cursor.fetchone()[0] > LARGE
        cursor.execute(f"VACUUM ({'' if is_large else 'FULL, '}ANALYZE) {name}")
    how = "is too large to be written anew while people work; its free space is used again in time."
    return f"{table} {how}" if is_large else ""


def _go_on_with_the_log() -> list[str]:
    """The embedded database deletes what lies behind; another one keeps its log as it is set up."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")
    except ProgrammingError:  # this user of the database may not
        return ["The database's own log of changes is kept as its operator set it up."]
    return []
