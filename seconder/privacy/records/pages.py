"""The records as the page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from seconder.core.taxonomy import label
from seconder.privacy.records.activities import Activity

WAYS = {
    "consent": "taking back one's consent",
    "objection": "an objection",
    "signal": "the browser's signal (GPC)",
    "opt-out": "an opt-out",
    "agreement": "the organization's agreement",
}


class KindRow(TypedDict):
    """A kind of data with its activities, and the names of those who receive it."""

    words: str
    category: str
    uses: list[Activity]
    recipients: list[str]


def kinds(found: Sequence[Activity]) -> list[KindRow]:
    """What the picture says, as rows."""
    categories = sorted({kind.category for each in found for kind in each.kinds}, key=label)
    return [_row(category, found) for category in categories]


def _row(category: str, found: Sequence[Activity]) -> KindRow:
    uses = [each for each in found if any(kind.category == category for kind in each.kinds)]
    names = {one.name for each in found for one in each.recipients if category in one.categories}
    return {"words": label(category), "category": category, "uses": uses, "recipients": sorted(names)}


class Record(TypedDict):
    activity: Activity
    facts: list[dict[str, object]]


def record(each: Activity) -> Record:
    """An activity with its facts, for `{% keyvalues %}`."""
    basis = "; ".join(f"{place}: {words}" for place, words in each.purpose.bases.items())
    stops = [WAYS[way] for way in each.purpose.stoppable_by]
    facts: list[dict[str, object]] = [
        {"label": "Legal basis", "value": basis},
        {"label": "Whose data", "value": _all(name for kind in each.kinds for name in kind.subjects)},
        {"label": "Who receives some", "value": [one.name for one in each.recipients] or "nobody outside"},
        {"label": "Stopped by", "value": stops or "nothing: the service cannot do without"},
        {"label": "Clauses of the policy", "value": ", ".join(each.purpose.clauses)},
    ]
    return {"activity": each, "facts": facts}


def _all(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))
