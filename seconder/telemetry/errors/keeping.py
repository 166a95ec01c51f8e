from __future__ import annotations

import json
import uuid

from django.db import connection, transaction

from seconder import __version__
from seconder.core.refusals import NotFound
from seconder.telemetry.errors import sink
from seconder.telemetry.models import ErrorGroup

_KEEP = """
INSERT INTO telemetry_errorgroup
  (id, fingerprint, kind, code, stack, release, route, process, count, first_at, last_at, state)
VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'new')
ON CONFLICT (fingerprint) DO UPDATE SET
  count = telemetry_errorgroup.count + excluded.count, last_at = excluded.last_at,
  state = CASE telemetry_errorgroup.state WHEN 'solved' THEN 'new' ELSE telemetry_errorgroup.state END
"""


def keep() -> list[sink.Found]:
    """Writes what was noted, and answers it. What was solved and happens again is new again."""
    groups = sink.taken()
    if not groups:
        return []
    rows = [
        (name, one.kind, one.code, json.dumps(one.stack), __version__, one.route, one.process, one.count, one.first_at,
         one.last_at)
        for name, one in sorted(groups.items())
    ]  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_KEEP, rows)
    except Exception:
        sink.give_back(groups)
        raise
    return list(groups.values())


def say(error: uuid.UUID, state: str) -> None:
    """What somebody found of it. Raises NotFound."""
    if not ErrorGroup.objects.filter(pk=error).update(state=state):
        raise NotFound("There is no such error any more; it is forgotten after 30 days.")
