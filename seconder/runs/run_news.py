"""Who hears of how a run ended, and what they are told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from seconder.events.models import Event
from seconder.events.news import Mention, News
from seconder.runs.models import Run
from seconder.verification.models import Review

_WORDS = {
    "run.succeeded": ("has finished", "tick"),
    "run.failed": ("has failed", "warning"),
    "run.rejected": ("was rejected", "cross"),
    "run.canceled": ("was canceled", "stop"),
}


def requesters(events: list[Event]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Who asked for the run."""
    rows = Run.objects.filter(pk__in={event.subject_id for event in events})
    asked = dict(rows.values_list("pk", "requester_id"))
    return {event.pk: {asked[event.subject_id]} for event in events if event.subject_id in asked}


def requesters_where_people_decided(events: list[Event]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Who asked for the run, where it had to wait for somebody: the others ended while the requester looked on."""
    runs = {event.subject_id for event in events}
    rows = Review.objects.filter(run_id__in=runs, status="decided").values_list("run_id", "requester_id")
    asked = dict(rows)
    return {event.pk: {asked[event.subject_id]} for event in events if event.subject_id in asked}


def say(mentions: Iterable[Mention]) -> dict[Mention, News]:
    asked = list(mentions)
    runs = Run.objects.filter(pk__in={mention.subject_id for mention in asked})
    names = dict(runs.values_list("pk", "agent__name"))
    return {
        mention: _news(mention, names[mention.subject_id]) for mention in asked if mention.subject_id in names
    }


def _news(mention: Mention, agent: str) -> News:
    words, icon = _WORDS[mention.name]
    return News(f"{agent}: the run {words}", f"runs/{mention.subject_id}/", icon)
