"""The ledger of one person as a file: JSON, or CSV for a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from seconder.accounts.models import Person
from seconder.core.clock import now, rfc3339
from seconder.core.json import Object
from seconder.core.purposes import PURPOSES
from seconder.privacy.disclosures import words
from seconder.privacy.models import Disclosure

COLUMNS = {
    "recipient": "Who received it",
    "recipient_name": "The same, in words",
    "kinds": "Kinds of data, as fideslang names them",
    "purpose": "What for",
    "purpose_words": "The same, in words",
    "work": "In which work: of a run its id and step, of a mail its kind",
    "organization_id": "In which organization",
    "day": "On which day (UTC)",
    "times": "How often that day",
    "first_at": "The first time",
    "last_at": "The last time",
    "others": "To how many other addresses the same mail went",
}


def as_json(person: Person) -> str:
    said = {"made_at": rfc3339(now()), "columns": COLUMNS, "disclosures": [*_lines(person)]}
    return json.dumps(said, ensure_ascii=False, indent=1)


def as_csv(person: Person) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, [*COLUMNS])
    writer.writeheader()
    for line in _lines(person):
        kinds = line["kinds"]
        writer.writerow({**line, "kinds": " ".join(map(str, kinds)) if isinstance(kinds, list) else ""})
    return out.getvalue()


def _lines(person: Person) -> Iterator[Object]:
    """Nothing in them was written by anybody, so that no line can be a formula to a program of tables."""
    for row in Disclosure.objects.filter(person_id=person.pk).order_by("-day", "-last_at").iterator():
        purpose = PURPOSES.get(row.purpose)
        yield {
            "recipient": row.recipient,
            "recipient_name": words.recipient(row.recipient),
            "kinds": [*row.categories],
            "purpose": row.purpose,
            "purpose_words": purpose.words if purpose else "",
            "work": row.reference,
            "organization_id": str(row.organization_id) if row.organization_id else None,
            "day": row.day.isoformat(),
            "times": row.times,
            "first_at": rfc3339(row.first_at),
            "last_at": rfc3339(row.last_at),
            "others": row.others,
        }
