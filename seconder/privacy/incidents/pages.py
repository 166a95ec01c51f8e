"""What the pages and the API show of incidents."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from seconder.accounts.naming import people
from seconder.core.clock import rfc3339
from seconder.core.json import Object
from seconder.privacy.incidents.clock import clock
from seconder.privacy.incidents.kinds_of_data import label
from seconder.privacy.incidents.register import TOLD
from seconder.privacy.models import Entry, Incident
from seconder.privacy.models.incident import RISKS, ROLES
from seconder.ui import words

GONE = "Somebody who has left"
A_MOMENT = timedelta(minutes=1)  # between what happened and the line about it
_SAID = {
    "opened": "Opened the incident",
    "noted": "Added",
    "changed": "Changed what is known",
    "closed": "Closed the incident",
    "reopened": "Opened it again",
}


class Line(TypedDict):
    said: str
    who: str
    at: datetime
    text: str
    happened_at: datetime | None


def entries_of(incident: Incident) -> list[Entry]:
    """Oldest first."""
    return list(incident.entries.select_related("incident").order_by("pk"))


def lines(entries: list[Entry]) -> list[Line]:
    names = people(entry.by_id for entry in entries)
    return [
        Line(
            said=_said(entry),
            who=str(names[entry.by_id]["name"] or GONE),
            at=entry.at,
            text=str(entry.text or ""),
            happened_at=entry.happened_at if entry.at - entry.happened_at > A_MOMENT else None,
        )
        for entry in entries
    ]


def _said(entry: Entry) -> str:
    if entry.kind == "notified":
        whom = TOLD[str(entry.facts["to"])].lower()
        return f"Told {whom}{', late' if entry.facts.get('late') else ''}"
    if entry.kind == "changed":
        names = ", ".join(words.label(str(name)).lower() for name in entry.facts.get("changed", ()))
        return f"Changed what is known: {names}. Before, it said"
    return _SAID[entry.kind]


def rows(incident: Incident) -> list[dict[str, object]]:
    """For `{% keyvalues %}`."""
    return [
        {"label": "What happened", "value": incident.description},
        {"label": "Known since", "value": words.exact(incident.aware_at)},
        {"label": "Began", "value": _or_not(incident.began_at)},
        {"label": "Ended", "value": _or_not(incident.ended_at)},
        {"label": "Whose data", "value": ROLES[incident.role]},
        {"label": "Kinds of data", "value": [label(kind) for kind in incident.kinds] or "Not known yet"},
        {
            "label": "People, roughly",
            "value": "Not known yet" if incident.people is None else incident.people,
        },
        {"label": "Risk", "value": RISKS[incident.risk]},
        {"label": "What may follow", "value": incident.consequences or "Not known yet"},
        {"label": "Measures", "value": incident.measures or "None yet"},
        *([{"label": "What was learned", "value": incident.lessons}] if incident.lessons else []),
    ]


def _or_not(moment: datetime | None) -> str:
    return words.exact(moment) if moment else "Not known"


def out(incident: Incident, entries: list[Entry] | None = None) -> Object:
    """As the API says it; with its history where that is given."""
    found = clock(incident, entries if entries is not None else entries_of(incident))
    said: Object = {
        "id": str(incident.pk),
        "number": incident.number,
        "status": "closed" if incident.closed_at else "open",
        "title": str(incident.title),
        "description": str(incident.description),
        "role": incident.role,
        "risk": incident.risk,
        "aware_at": rfc3339(incident.aware_at),
        "began_at": rfc3339(incident.began_at),
        "ended_at": rfc3339(incident.ended_at),
        "kinds": [*incident.kinds],
        "people": incident.people,
        "consequences": str(incident.consequences or ""),
        "measures": str(incident.measures or ""),
        "lessons": str(incident.lessons or ""),
        "clock": {"state": found.state, "text": found.text, "due_at": rfc3339(found.due_at)},
        "opened_at": rfc3339(incident.opened_at),
        "closed_at": rfc3339(incident.closed_at),
    }
    if entries is not None:
        named = people(entry.by_id for entry in entries)
        said["entries"] = [_entry(entry, named[entry.by_id]) for entry in entries]
    return said


def _entry(entry: Entry, by: Object) -> Object:
    return {
        "id": str(entry.pk),
        "kind": entry.kind,
        "by": by,
        "at": rfc3339(entry.at),
        "happened_at": rfc3339(entry.happened_at),
        "text": str(entry.text or ""),
        "facts": entry.facts,
    }
