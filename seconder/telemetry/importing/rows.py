"""A file of sums, as CSV with a heading or as a JSON list of objects. Its columns are exactly those asked for."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from seconder.core.refusals import Invalid

LARGEST = 20 * 1024 * 1024  # bytes
_OF_PERSONS = re.compile(
    r"user|person|people_id|visitor|e-?mail|name|\bip\b|ip_|address|phone|device_?id|client_?id|session|cookie|agent|"
    r"fingerprint|distinct|anonymous|message|body|query|url|referrer|title|context|tags|breadcrumb|lat|lon|city|zip",
    re.IGNORECASE,
)
Row = dict[str, str]


def read(path: Path, columns: Sequence[str]) -> list[tuple[str, Row]]:
    """(where it stands, its values as text). Raises Invalid, which names the line and the column, OSError."""
    if path.stat().st_size > LARGEST:
        raise Invalid(f"{path} is larger than {LARGEST // 1024 // 1024} MiB.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Invalid(f"{path} is not text in UTF-8.") from fault
    found = _of_json(text) if text.lstrip().startswith("[") else _of_csv(text)
    rows = [(f"Row {number}", row) for number, row in enumerate(found, 1)]
    if not rows:
        raise Invalid(f"{path} has no rows. Its columns are {', '.join(columns)}.")
    for where, row in rows:
        _check(where, row, columns)
    return rows


def _of_csv(text: str) -> Iterable[Row]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                raise Invalid(f"Line {reader.line_num} has another number of columns than the heading.")
            yield {name.strip(): value.strip() for name, value in row.items()}
    except csv.Error as fault:
        raise Invalid(f"Line {reader.line_num} cannot be read: {fault}.") from fault


def _of_json(text: str) -> Iterable[Row]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise Invalid("This is not JSON that can be read.") from fault
    for number, row in enumerate(found, 1):
        if not isinstance(row, dict) or not all(isinstance(value, str | int) for value in row.values()):
            raise Invalid(f"Row {number} is no object of texts and numbers.")
        yield {str(name): str(value) for name, value in row.items()}


def _check(where: str, row: Row, columns: Sequence[str]) -> None:
    wanted = ", ".join(columns)
    if further := sorted(set(row) - set(columns)):
        name = next((each for each in further if _OF_PERSONS.search(each)), further[0])
        why = "is about persons, or what they wrote" if _OF_PERSONS.search(name) else "is none of those"
        raise Invalid(f"{where}: the column {name[:40]!r} {why}. Only sums are taken in: {wanted}.")
    if missing := [name for name in columns if name not in row]:
        raise Invalid(f"{where} lacks {', '.join(missing)}. The columns are {wanted}.")
