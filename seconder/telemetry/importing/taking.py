from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from seconder.core.clock import now
from seconder.core.refusals import Invalid
from seconder.core.retention import RULES
from seconder.telemetry.gate import INSIDE
from seconder.telemetry.importing.rows import read
from seconder.telemetry.models import ErrorGroup, ImportedAggregate

USAGE = ("day", "measure", "cell", "people")
ERRORS = ("kind", "release", "count", "first_at", "last_at")
# As our own.
KEEP, KEPT = (timedelta(days=RULES[keep].days or 0) for keep in ("25 months", "30 d"))
_SOURCE = re.compile(r"[\w .-]{1,60}", re.ASCII)
# Names of pages, browsers, countries. No @, no slash or question mark of an address, and no long number or id.
_CELL = re.compile(r"(?!.*[0-9a-fA-F-]{16,})(?!.*\d{7,})(?!.*\d+\.\d+\.\d+\.\d+)[\w .:+()_-]{1,80}")
_MEASURE = re.compile(r"[a-z][a-z _-]{0,39}")
_KIND = re.compile(r"[\w.]{1,120}", re.ASCII)


@dataclass(frozen=True)
class Taken:
    """`left_out`: of fewer people than may be shown, or older than they may be kept."""

    rows: int
    left_out: int


@transaction.atomic
def take_usage(path: Path, source: str) -> Taken:
    """Numbers of people by day and cell. The same day of the same source is replaced. Raises Invalid, OSError."""
    _source(source)
    found: dict[tuple[date, str, str], int] = {}
    left_out, oldest = 0, now().date() - KEEP
    for where, row in read(path, USAGE):
        day, people = _day(where, row["day"]), _number(where, row["people"])
        if not _MEASURE.fullmatch(row["measure"]):
            raise Invalid(f"{where}: a measure is a word or two in small letters, like browsers.")
        if not _CELL.fullmatch(row["cell"]):
            raise Invalid(
                f"{where}: this cell may be an address or somebody's id. A cell is a name, like Firefox 132."
            )
        if people < INSIDE or day < oldest:
            left_out += 1
            continue
        found[day, row["measure"], row["cell"]] = people
    ImportedAggregate.objects.filter(source=source, day__in={day for day, _, _ in found}).delete()
    ImportedAggregate.objects.bulk_create(
        ImportedAggregate(source=source, day=day, measure=measure, cell=cell, people=people)
        for (day, measure, cell), people in found.items()
    )
    return Taken(len(found), left_out)


@transaction.atomic
def take_errors(path: Path, source: str) -> Taken:
    """Errors by kind and release, without a message, for the page of errors. Raises Invalid, OSError."""
    _source(source)
    taken = left_out = 0
    for where, row in read(path, ERRORS):
        if not _KIND.fullmatch(row["kind"]) or not re.fullmatch(r"[\w.+@-]{1,60}", row["release"], re.ASCII):
            raise Invalid(
                f"{where}: a kind is the name of a class, like ValueError, and a release a version."
            )
        first, last = (_moment(where, row[name]) for name in ("first_at", "last_at"))
        if last < now() - KEPT:
            left_out += 1
            continue
        facts = {"count": _number(where, row["count"]), "first_at": first, "last_at": last}
        mark = hashlib.sha256(
            "\0".join(("imported", source, row["kind"], row["release"])).encode()
        ).hexdigest()
        same = {"kind": row["kind"], "release": row["release"], "code": "", "stack": [], "route": ""}
        ErrorGroup.objects.update_or_create(
            fingerprint=mark,
            defaults=facts,
            create_defaults={**facts, **same, "process": f"from {source}"},
        )
        taken += 1
    return Taken(taken, left_out)


def _source(name: str) -> None:
    if not _SOURCE.fullmatch(name):
        raise Invalid(
            "A source is the name of who counted, like Plausible: letters, digits, blanks, at most 60."
        )


def _day(where: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{where}: {text[:40]!r} is no day, like 2026-11-23.") from None
    if found >= now().date():
        raise Invalid(f"{where}: {found} is not over yet.")
    return found


def _number(where: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise Invalid(f"{where}: {text[:40]!r} is no whole number.")
    return int(text)


def _moment(where: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{where}: {text[:40]!r} is no time, like 2026-11-23T21:58:00Z.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
