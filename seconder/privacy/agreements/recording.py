from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from django.db import IntegrityError, transaction

from seconder.accounts.actor import Actor, demand
from seconder.accounts.names import seen
from seconder.core.clock import now
from seconder.core.json import JSON
from seconder.core.purposes import PURPOSES
from seconder.core.refusals import Conflict, Invalid, TooLarge
from seconder.events.recording import record
from seconder.privacy.disclosures import rules
from seconder.privacy.models import Agreement
from seconder.privacy.models.agreement import REGIONS, STANDINGS

LONGEST_TEXT = 200_000  # characters of a document
LARGEST_FILE = 20 * 1024 * 1024  # bytes of one that is only named
LONGEST_LINE = 200
MOST_SIGNED = 10
LONGEST_NOTICE = 365  # days


@dataclass(frozen=True)
class Terms:
    """What a signed version says. Of the document either the text, or a file's name and SHA-256."""

    standing: str
    version: str
    region: str
    purposes: Collection[str]
    notice_days: int
    signed_by: Sequence[str]
    signed_on: date
    effective_from: date
    effective_until: date | None = None
    text: str = ""
    file_name: str = ""
    file_hash: str = ""


def record_version(actor: Actor, terms: Terms) -> Agreement:
    """Raises NotAllowed, Invalid with the place, Conflict where there is this version already."""
    demand(actor, "agreements.manage")
    made = _agreement(actor, terms)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            rules.changed()
            purposes: JSON = [*made.purposes]
            record(
                "agreement.recorded",
                made,
                actor.by,
                standing=made.standing,
                region=made.region,
                purposes=purposes,
                document=made.document_hash,
                effective_from=made.effective_from.isoformat(),
            )
    except IntegrityError as there:
        raise Conflict(
            f"Version {made.version!r} is recorded already. It cannot change; give this another."
        ) from there
    return made


def hash_of_file(file: IO[bytes]) -> str:
    """Raises TooLarge. The file itself is not kept."""
    digest, size = hashlib.sha256(), 0
    while part := file.read(1 << 20):
        digest.update(part)
        size += len(part)
        if size > LARGEST_FILE:
            raise TooLarge(f"A document has at most {LARGEST_FILE // 2**20} MB.")
    if not size:
        raise Invalid("This file is empty.", path="file")
    return digest.hexdigest()


def _agreement(actor: Actor, terms: Terms) -> Agreement:
    text, name, digest = _document(terms)
    _order(terms)
    return Agreement(
        organization=actor.organization,
        standing=_one_of("standing", terms.standing, STANDINGS),
        version=_line("version", terms.version, 50),
        document=text,
        document_name=name,
        document_hash=digest,
        region=_one_of("region", terms.region, REGIONS),
        purposes=_purposes(terms.purposes),
        notice_days=_days(terms.notice_days),
        signed_by=_signed_by(terms.signed_by),
        signed_on=terms.signed_on,
        effective_from=terms.effective_from,
        effective_until=terms.effective_until,
        recorded_by_id=actor.person.pk,
    )


def _document(terms: Terms) -> tuple[str, str, str]:
    if bool(terms.text.strip()) == bool(terms.file_hash):
        raise Invalid("Give the document's text, or its file: one of the two.", path="text")
    if terms.file_hash:
        return "", _line("file", terms.file_name, LONGEST_LINE), terms.file_hash
    if len(terms.text) > LONGEST_TEXT:
        raise Invalid(
            f"A document's text has at most {LONGEST_TEXT:,} characters; name its file.", path="text"
        )
    return terms.text, "", hashlib.sha256(terms.text.encode()).hexdigest()


def _order(terms: Terms) -> None:
    if terms.signed_on > now().date():
        raise Invalid("This day has not come yet: record what was signed.", path="signed_on")
    if terms.effective_until and terms.effective_until < terms.effective_from:
        raise Invalid("It ends before it begins.", path="effective_until")


def _signed_by(lines: Sequence[str]) -> list[JSON]:
    names: list[JSON] = [_line("signed_by", line, LONGEST_LINE) for line in lines if line.strip()]
    if not 1 <= len(names) <= MOST_SIGNED:
        raise Invalid(f"Name the 1 to {MOST_SIGNED} people who signed, one a line.", path="signed_by")
    return names


def _purposes(given: Collection[str]) -> list[str]:
    if strange := sorted(set(given) - set(PURPOSES)):
        raise Invalid(f"There is no purpose {strange[0][:60]!r}.", path="purposes")
    if not given:
        raise Invalid(
            "Name at least one purpose: without any, nothing may be done with the data.", path="purposes"
        )
    return sorted(set(given))


def _days(given: int) -> int:
    if not 0 <= given <= LONGEST_NOTICE:
        raise Invalid(f"Notice is given 0 to {LONGEST_NOTICE} days ahead.", path="notice_days")
    return given


def _one_of(path: str, given: str, known: Collection[str]) -> str:
    if given not in known:
        raise Invalid(f"{given[:60]!r} is none of {', '.join(known)}.", path=path)
    return given


def _line(path: str, given: str, longest: int) -> str:
    line = seen(given)
    if not 1 <= len(line) <= longest:
        raise Invalid(f"This has 1 to {longest} characters.", path=path)
    return line
