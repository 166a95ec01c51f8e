"""What the lists of runs show: plain values for the templates."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse

from seconder.accounts.actor import Actor
from seconder.accounts.naming import people
from seconder.agents.activity import Activity
from seconder.agents.models import Agent
from seconder.core.json import Object
from seconder.core.refusals import Invalid
from seconder.runs import about
from seconder.runs.models import Run, RunQuerySet
from seconder.verification.models import Assignment, Review

PAGE = 30
GONE = "Somebody who has left"
TABS = {
    "": "All",
    "waiting": "Waiting",
    "running": "Running",
    "succeeded": "Succeeded",
    "rejected": "Rejected",
    "failed": "Failed",
    "canceled": "Canceled",
}
_MEANS = {"running": ["running", "queued"]}
Context = dict[str, Any]  # Any: what the template names at its top


def listed(actor: Actor, status: str = "", agent: str = "") -> RunQuerySet:
    rows = Run.objects.visible_to(actor)
    if status in TABS and status:
        rows = rows.filter(status__in=_MEANS.get(status, [status]))
    if agent:
        rows = rows.filter(agent__slug=agent)
    return rows


def page(rows: RunQuerySet, cursor: str = "", size: int = PAGE) -> tuple[list[Run], str | None]:
    """The runs of one page, newest first, and the cursor of the next. One query."""
    if cursor:
        rows = rows.filter(pk__lt=_position(cursor))
    found = list(rows.select_related("agent").defer("input", "output", "error").order_by("-pk")[: size + 1])
    kept = found[:size]
    return kept, base64.urlsafe_b64encode(kept[-1].pk.bytes).decode() if len(found) > size else None


def _position(cursor: str) -> uuid.UUID:
    try:
        return uuid.UUID(bytes=base64.urlsafe_b64decode(cursor))
    except (ValueError, binascii.Error):
        raise Invalid("This is no page of the runs. Open the list from its start.") from None


def lines(runs: Sequence[Run], organization: str) -> list[Context]:
    """Runs in a list, with their agents loaded; five queries however many they are."""
    abouts = about.of(runs)
    waits = waiting_for([run.pk for run in runs if run.status == "waiting"])
    names = people(run.requester_id for run in runs)
    return [
        {
            "url": reverse("runs:run", args=[organization, run.pk]),
            "name": run.agent.name,
            "about": abouts[run.pk],
            "status": run.status,
            "started_at": run.created_at,
            "duration": (run.finished_at - run.created_at).total_seconds() if run.finished_at else None,
            "waiting_for": waits.get(run.pk, ""),
            "requester": name_of(names, run.requester_id),
        }
        for run in runs
    ]


def waiting_for(run_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """ "waits for Bob or Finance", of those that wait for people; two queries."""
    open_ones = Review.objects.filter(run_id__in=run_ids, status="open")
    rows = (
        Assignment.objects.filter(review__in=open_ones, stage=F("review__stage")).order_by("at")
        if run_ids
        else None
    )
    # Not the reviews themselves: each would be opened once for each of its people.
    asked = list(rows.values_list("review__run_id", "person_id")) if rows is not None else []
    names = people(person for _, person in asked)
    by_run: dict[uuid.UUID, list[str]] = {}
    for run_id, person in asked:
        by_run.setdefault(run_id, []).append(name_of(names, person))
    return {run_id: f"waits for {either(named)}" for run_id, named in by_run.items()}


def either(named: Sequence[str]) -> str:
    """ "Alice", "Alice or Bob", "Alice, Bob or 3 others"."""
    unique = list(dict.fromkeys(named))
    if len(unique) > 3:
        return f"{unique[0]}, {unique[1]} or {len(unique) - 2} others"
    return " or ".join(filter(None, [", ".join(unique[:-1]), *unique[-1:]]))


def joined(*texts: str) -> str:
    return " · ".join(filter(None, texts))


def name_of(names: dict[uuid.UUID, Object], person: uuid.UUID) -> str:
    return str(names.get(person, {}).get("name") or GONE)


def counts(actor: Actor, agents: Sequence[Agent]) -> dict[uuid.UUID, Activity]:
    """Bound to the pages of agents."""
    rows = Run.objects.visible_to(actor).filter(agent__in=[agent.pk for agent in agents]).order_by()
    counted = rows.values("agent").annotate(runs=Count("pk"), waiting=Count("pk", filter=Q(status="waiting")))
    return {row["agent"]: Activity(row["runs"], row["waiting"]) for row in counted}


def latest(actor: Actor, agent: Agent, count: int) -> list[Context]:
    """Bound to the page of an agent."""
    rows, _ = page(Run.objects.visible_to(actor).filter(agent=agent), size=count)
    return lines(rows, actor.organization.slug)
