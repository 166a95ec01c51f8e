"""What belongs together written in one statement, and whoever is to hear of it woken with it.

A statement costs most by going to the database and back, and two processes are woken each time. So those who write
hand out Parts, and whoever has all of them writes them at once. The parts do not see each other's rows, and none of
them changes a row that another one does.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from seconder.core.rows import Part
from seconder.engine.wake import CHANNEL


def write(parts: Iterable[Part], *wakes: str) -> None:
    """All of them, or, where one cannot be written, none; a transaction of its own outside of one. The lanes in
    `wakes`, and those that the parts name, are woken as it commits."""
    made = list(parts)
    lanes = sorted({*wakes, *(part.wakes for part in made if part.wakes)})
    if not made and not lanes:
        return
    named = ", ".join([f"{part.name or f'part{number}'} AS ({part.sql})" for number, part in enumerate(made)])
    told = ", ".join(["pg_notify(%s, %s)"] * len(lanes)) or "1"
    given = [value for part in made for value in part.given]
    given += [value for lane in lanes for value in (CHANNEL, lane)]
    with connection.cursor() as cursor:
        cursor.execute(f"{f'WITH {named} ' if named else ''}SELECT {told}", given)
