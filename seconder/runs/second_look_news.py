"""Who hears that a second look found something not fine: who gave the allowance, and who runs the organization."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from seconder.agents.models import Agent
from seconder.events.models import Event
from seconder.events.news import Mention, News
from seconder.verification.models import SecondLook
from seconder.verification.roster import Roster


def not_fine(events: list[Event]) -> dict[uuid.UUID, set[uuid.UUID]]:
    found = {event.subject_id for event in events if event.facts["verdict"] == "not_fine"}
    looks = SecondLook.objects.only("organization_id", "given_by").in_bulk(found)
    if not looks:
        return {}
    roster = Roster.of({look.organization_id for look in looks.values()}, with_teams=False)
    return {
        event.pk: {*roster.leaders(look.organization_id), *([look.given_by] if look.given_by else [])}
        for event in events
        if (look := looks.get(event.subject_id))
    }


def say(mentions: Iterable[Mention]) -> dict[Mention, News]:
    asked = list(mentions)
    looks = SecondLook.objects.only("organization_id", "agent", "allowance_id").in_bulk(
        {mention.subject_id for mention in asked}
    )
    rows = Agent.objects.filter(slug__in={look.agent for look in looks.values()})
    names = {(home, slug): name for home, slug, name in rows.values_list("organization", "slug", "name")}
    return {
        mention: _news(look, names.get((look.organization_id, look.agent), look.agent))
        for mention in asked
        if (look := looks.get(mention.subject_id))
    }


def _news(look: SecondLook, agent: str) -> News:
    ended = ", so what allowed it is over" if look.allowance_id else ""
    return News(f"{agent}: a second look found something not fine{ended}", "reviews/second-looks/", "warning")
