"""The words of a notification by mail."""

from __future__ import annotations

import re
import zoneinfo
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from seconder.accounts.models import Organization, Person
from seconder.core.mail import Mail
from seconder.core.mail.kinds import declare_mail
from seconder.core.mail.linting import ONE_CLICK
from seconder.events.news import News
from seconder.notifications import unsubscribing
from seconder.notifications.kinds import ASKED, DIGEST, KINDS, Kind

NAME_LIMIT = 200  # characters of an agent's name in a mail
_WWW = re.compile(r"\bwww\.", re.IGNORECASE)
# By its name: each letter, and what it is for.
LETTERS = {
    name: declare_mail(name, "service.notifications", is_transactional=name == ASKED)
    for name in (ASKED, DIGEST, *(kind.name for kind in KINDS.values() if not kind.is_asked))
}


@dataclass(frozen=True)
class Line:
    organization: Organization
    kind: Kind
    news: News


def letter(person: Person, lines: list[Line], name: str) -> Mail:
    """`lines` holds at least one; `name`: which letter it is."""
    parts = [f"Hello {plain(person.name)},", _summary(lines) + "."]
    several = _several(lines)
    parts += [_paragraph(line, person, several=several) for line in lines]
    parts.append(_ending(lines))
    headers = {"Auto-Submitted": "auto-generated"}
    if not LETTERS[name].is_transactional:
        stop = f"{settings.BASE_URL}{unsubscribing.address(person, name)}"
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": ONE_CLICK}
        parts.append(f"Stop this mail: {stop}")
        parts += _addresses(lines)
    return Mail(
        to=(person.email,),
        subject=f"Digest: {_summary(lines)}" if name == DIGEST else _summary(lines),
        text="\n\n".join(parts) + "\n",
        headers=headers,
        kind=name,
    )


def plain(text: str) -> str:
    """What others named, in one line, and no link: a mail leads to this site alone."""
    line = " ".join(text.split())[:NAME_LIMIT].replace("://", ": //")
    return _WWW.sub("www. ", line)


def _addresses(lines: list[Line]) -> list[str]:
    """Whom it is from, and where they can be written to."""
    homes = {line.organization.pk: line.organization for line in lines}.values()
    return [
        f"{plain(home.name)}\n{plain(home.postal_address.replace(chr(10), ', '))}".strip() for home in homes
    ]


_OWN = (
    "A link without signing in is for you alone and works once: do not pass it on. The others open the pages in\n"
    "Seconder, where you sign in first. "
)
_PLAIN = "The links open the pages in Seconder, where you sign in first.\n"


def _ending(lines: list[Line]) -> str:
    opening = _OWN if any(line.news.answer for line in lines) else _PLAIN
    return (
        f"{opening}This message decides nothing, and nobody reads an answer to it.\n"
        f"Choose what you hear by mail, and when: {settings.BASE_URL}{reverse('notifications:preferences')}"
    )


def _summary(lines: list[Line]) -> str:
    """`2 reviews wait for you, 1 run failed`."""
    counts = Counter((line.kind.one, line.kind.many) for line in lines)
    order = dict.fromkeys((kind.one, kind.many) for kind in KINDS.values())
    return ", ".join(
        one if counts[one, many] == 1 else many.format(counts[one, many])
        for one, many in order
        if counts[one, many]
    )


def _paragraph(line: Line, person: Person, *, several: bool) -> str:
    where = f" ({plain(line.organization.name)})" if several else ""
    until = f", by {moment(line.news.due_at, person.timezone)}" if line.news.due_at else ""
    said = f"{plain(line.news.text)}{where}{until}\n{settings.BASE_URL}/{line.organization.slug}/{line.news.path}"
    if line.news.answer:
        said += f"\nAnswer without signing in, once: {settings.BASE_URL}{line.news.answer}"
    return said


def moment(at: datetime, zone: str) -> str:
    """`24 November 2026, 14:05 (America/New_York)`, in the person's own zone."""
    try:
        local = at.astimezone(zoneinfo.ZoneInfo(zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        local, zone = at, "UTC"
    return f"{local.day} {local:%B %Y, %H:%M} ({zone})"


def _several(lines: list[Line]) -> bool:
    return len({line.organization.pk for line in lines}) > 1
