"""This installation's database and Django, for the commands that work without the HTTP API."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from seconder.cli.terminal import Failed
from seconder.core import embedded

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor


@contextlib.contextmanager
def opened(*, database: bool = True) -> Iterator[None]:
    """Django ready for use, the embedded database running unless another one is set.

    Where no other process uses the database, it is stopped at the end. `database=False`: it runs already.
    """
    import django
    from django.conf import settings

    with contextlib.ExitStack() as stack:
        if database and settings.EMBEDDED_DATABASE:
            stack.enter_context(embedded.use(settings.DATA_DIR))
        django.setup()
        from seconder.privacy.disclosures import book

        book.keep_up()
        try:
            yield
        except Exception as failure:
            _note(failure)
            raise
        finally:
            book.stop()
            _disconnect()


def _note(failure: Exception) -> None:
    """What is a fault of ours is shown to the operator beside those of the other processes."""
    import typer
    from django.db import DatabaseError

    from seconder.cli.terminal import complaint

    if not isinstance(failure, typer.Exit) and not complaint(failure)[1]:
        from seconder.telemetry.errors import keeping, sink

        sink.note(failure)
        with contextlib.suppress(DatabaseError):  # it is about to be told on the terminal all the same
            keeping.keep()


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def refuse_undeclared() -> None:
    """Raises Failed, naming each thing that is not declared, and what to do about it."""
    from seconder.core import starting

    _refuse(starting.faults())


def refuse_undeclared_tables() -> None:
    """As above, of what the database holds; said when its tables are those of this version."""
    from seconder.core import starting

    try:
        _refuse(starting.faults_of_database())
    finally:
        _disconnect()  # threads have connections of their own


def _refuse(faults: list[str]) -> None:
    if faults:
        raise Failed(f"Seconder does not start with what is not declared. {' '.join(faults)}")


def migrate() -> list[str]:
    """Applies the migrations that are missing and names them. Of several processes, one does it; it erases anew whoever
    an older backup has brought back."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from seconder.privacy.erasure.replaying import replay

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            executor = MigrationExecutor(connection)
            _refuse_newer(executor)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if plan:
                call_command("migrate", verbosity=0, interactive=False)
            replay()
            _begin_policy()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _begin_policy() -> None:
    """No installation is opened to people without a policy in force."""
    from seconder.privacy.policy.publishing import begin

    begin()


_LOCK = 0x5EC0DE  # a number of ours
_RETIRED = {"sessions"}  # apps that were installed once; what they left is cleared by a migration of ours


def _refuse_newer(executor: MigrationExecutor) -> None:
    known = executor.loader.disk_migrations or {}
    strange = set(executor.loader.applied_migrations) - set(known)
    newer = sorted(each for each in strange if each[0] not in _RETIRED)
    if newer:
        raise Failed(
            f"A newer Seconder used this database (it has {'.'.join(newer[-1])}); run that version or newer."
        )
