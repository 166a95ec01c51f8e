"""Whether an error of the database is its state, and passes, or the statement's own fault, and stays."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

# Classes of SQLSTATE: connection, rolled back for another's sake, out of room, in use, shut down, system.
_PASSING = {"08", "40", "53", "55", "57", "58"}


def is_outage(error: BaseException) -> bool:
    """True where the same can be tried again: the database is away, starting, full, or gave way to somebody else."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state: str | None = getattr(error.__cause__, "sqlstate", None)  # None: there was no answer at all
    return state is None or state[:2] in _PASSING
