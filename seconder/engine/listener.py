"""One LISTEN connection per process; what it hears is handed to whoever asked for that word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from django.db import connection

from seconder.engine.wake import CHANNEL

log = structlog.get_logger()
Heard = Callable[[str], None]


def conninfo() -> str:
    """The address of Django's default database, for connections of our own."""
    params = connection.get_connection_params()
    known = ("host", "port", "user", "password", "dbname", "sslmode")
    return psycopg.conninfo.make_conninfo(**{k: params[k] for k in known if params.get(k)})


async def listen(heard: Heard, ready: asyncio.Event | None = None) -> None:
    """Calls `heard(word)` for each notification, for ever; `heard("")` after each (re)connection, since what
    was said in between is lost."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(conninfo(), autocommit=True) as listening:
                await listening.execute(f"LISTEN {CHANNEL}")
                heard("")
                if ready:
                    ready.set()
                async for notification in listening.notifies():
                    heard(notification.payload)
        except psycopg.OperationalError as error:
            log.warning("listener.lost", error=type(error).__name__)
            await asyncio.sleep(1)
