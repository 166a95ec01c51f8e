"""The words of a notification by mail."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from seconder.accounts.models import Organization, Person
from seconder.core.mail import Mail
from seconder.events.news import News

NAME_LIMIT = 200  # characters of an agent's name in a mail


@dataclass(frozen=True)
class Line:
    organization: Organization
    news: News


def letter(person: Person, lines: list[Line]) -> Mail:
    """`lines` holds at least one."""
    parts = [f"Hello {person.name},", _summary(lines) + "."]
    several = _several(lines)
    parts += [_paragraph(line, person, several=several) for line in lines]
    parts.append(_ending(lines))
    return Mail(
        to=(person.email,),
        subject=_summary(lines),
        text="\n\n".join(parts) + "\n",
        headers={"Auto-Submitted": "auto-generated"},
    )


_OWN = (
    "A link without signing in is for you alone and works once: do not pass it on. The others open the pages in\n"
    "Seconder, where you sign in first. "
)
_PLAIN = "The links open the pages in Seconder, where you sign in first.\n"


def _ending(lines: list[Line]) -> str:
    opening = _OWN if any(line.news.answer for line in lines) else _PLAIN
    return f"{opening}This message decides nothing, and nobody reads an answer to it."


def _summary(lines: list[Line]) -> str:
    waiting = sum(line.news.waits for line in lines)
    ended = len(lines) - waiting
    parts = []
    if waiting:
        parts.append("1 review waits for you" if waiting == 1 else f"{waiting} reviews wait for you")
    if ended:
        parts.append("1 run failed" if ended == 1 else f"{ended} runs failed")
    return ", ".join(parts)


def _paragraph(line: Line, person: Person, *, several: bool) -> str:
    where = f" ({line.organization.name})" if several else ""
    until = f", by {moment(line.news.due_at, person.timezone)}" if line.news.due_at else ""
    text = " ".join(line.news.text.split())[:NAME_LIMIT]
    said = f"{text}{where}{until}\n{settings.BASE_URL}/{line.organization.slug}/{line.news.path}"
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
