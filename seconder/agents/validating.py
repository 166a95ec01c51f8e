"""What publishing a file would say and change, without publishing it."""

from __future__ import annotations

from dataclasses import asdict

from seconder.accounts.actor import Actor, demand
from seconder.agents.file.differences import differences
from seconder.agents.models import Agent
from seconder.agents.publishing import checked
from seconder.core.json import JSON, Object


def validate(actor: Actor, raw: bytes, content_type: str | None, expected_id: str) -> Object:
    """`version`: the latest published, None for an agent that is new; `differences`: from it to the file."""
    from seconder.agents.file.faults import Refused

    demand(actor, "agents.build")
    latest = _latest(actor, expected_id)
    found: Object = {"valid": False, "version": latest and latest[0], "warnings": [], "differences": []}
    try:
        file = checked(actor, raw, content_type, expected_id)
    except Refused as refused:
        return {**found, "faults": [dict[str, JSON](asdict(fault)) for fault in refused.faults]}
    changed = differences(latest[1], file.normalised) if latest else []
    return {
        **found,
        "valid": True,
        "faults": [],
        "warnings": list[JSON](file.warnings),
        "differences": [
            {"path": one["path"], "before": one["before"], "after": one["after"]} for one in changed
        ],
    }


def _latest(actor: Actor, slug: str) -> tuple[int, Object] | None:
    """The number and the file of the latest version."""
    if "\x00" in slug:
        return None
    rows = Agent.objects.visible_to(actor).filter(slug=slug, latest__isnull=False)
    return rows.values_list("latest__number", "latest__file").first()
