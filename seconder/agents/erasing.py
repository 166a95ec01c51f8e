"""Somebody who is erased, in the files of agents that others keep: whom a step asks is written there by address."""

from __future__ import annotations

import json
import re
import uuid

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from django_scopes import scopes_disabled

from seconder.accounts.people.belongings import Belonging
from seconder.accounts.people.inheriting import seats_of
from seconder.agents.models import Agent, AgentVersion
from seconder.agents.owning import naming_person
from seconder.core.json import JSON
from seconder.privacy.subject import Subject

NOBODY = "erased@erased.invalid"  # whom no step finds, so that the default reviewers are asked


def naming(subject: Subject) -> list[Belonging]:
    """The agents of their organizations whose file names them."""
    seats = seats_of(subject.id) if subject.id else []
    with scopes_disabled():
        return [one for seat in seats for one in naming_person(seat.organization_id, subject.address)]


def forget_address(subject: Subject) -> list[str]:
    """In every version of every agent's file, wherever it stands in it. The digest stays that of what was published."""
    written = json.dumps(subject.address)[1:-1]
    found = re.compile(rf"(?<![\w.+-]){re.escape(subject.address)}(?![\w-]|\.\w)", re.IGNORECASE)
    rows = AgentVersion.objects.annotate(text=Cast("file", TextField())).filter(text__icontains=written)
    changed = [
        (version.pk, after) for version in rows if (after := _without(version.file, found)) != version.file
    ]
    for version, after in changed:
        _rewrite(version, after)
    return ["agents.agentversion"] if changed else []


def close(organization: uuid.UUID) -> None:
    with scopes_disabled():
        agents = Agent.objects.filter(organization=organization)
        agents.update(latest=None)
        agents.delete()


def _without(part: JSON, found: re.Pattern[str]) -> JSON:
    if isinstance(part, str):
        return found.sub(NOBODY, part)
    if isinstance(part, list):
        return [_without(each, found) for each in part]
    if isinstance(part, dict):
        return {found.sub(NOBODY, key): _without(each, found) for key, each in part.items()}
    return part


def _rewrite(version: uuid.UUID, file: JSON) -> None:
    """The one change that the table's trigger lets through, and only in a transaction that says so."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL seconder.erasing = 'on'")
        cursor.execute(
            "UPDATE agents_agentversion SET file = %s::json WHERE id = %s",
            [json.dumps(file, ensure_ascii=False), version],
        )
        cursor.execute("SET LOCAL seconder.erasing = 'off'")
