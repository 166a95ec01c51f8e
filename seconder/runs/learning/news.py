"""Who hears of a proposal, and what they are told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from seconder.events.models import Event
from seconder.events.news import Mention, News
from seconder.runs.learning.models import Proposal


def owners(events: list[Event]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Whose agent it is."""
    rows = Proposal.objects.filter(pk__in={event.subject_id for event in events})
    owner = dict(rows.values_list("pk", "agent__owner_id"))
    return {event.pk: {owner[event.subject_id]} for event in events if event.subject_id in owner}


def say(mentions: Iterable[Mention]) -> dict[Mention, News]:
    asked = list(mentions)
    rows = Proposal.objects.filter(pk__in={mention.subject_id for mention in asked})
    known = {row.pk: row for row in rows.select_related("agent").defer("note")}
    return {mention: _news(known[mention.subject_id]) for mention in asked if mention.subject_id in known}


def _news(row: Proposal) -> News:
    done = (
        "again and again rejected the same"
        if row.verdict == "rejected"
        else "again and again changed the same"
    )
    text = f"{row.agent.name}: people {done}, so a change is proposed"
    return News(text, f"agents/{row.agent.slug}/proposals/", "spark")
