"""What the page of measures shows: plain values for its charts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from seconder.accounts.actor import Actor
from seconder.accounts.naming import people
from seconder.accounts.places import is_zone
from seconder.verification import pages
from seconder.verification.measures import DAYS, LOOKED_AT, Measures, measure

SHOWN = 20  # of the answers that came sooner than read


def page(actor: Actor, wanted: str) -> dict[str, Any]:  # Any: what the template names at its top
    """`wanted`: one of DAYS; anything else is a month."""
    slug, days = actor.organization.slug, int(wanted) if wanted in map(str, DAYS) else 30
    here = reverse("verification:measures", args=[slug])
    zone = actor.person.timezone
    found = measure(actor.organization.pk, days, zone if is_zone(zone) else "UTC")
    closed = sum(found.outcomes.values())
    return {
        "spans": [
            {"label": f"{each} days", "url": f"{here}?days={each}", "here": each == days} for each in DAYS
        ],
        "days": days,
        "open": found.open,
        "oldest": found.oldest,
        "median": found.median,
        "p95": found.p95,
        "closed": closed,
        "ages": list(found.ages.items()),
        "outcomes": list(found.outcomes.items()),
        "rates": [
            (name, round(100 * count / closed) if closed else 0) for name, count in found.outcomes.items()
        ],
        "opened_by_day": [(str(day), opened) for day, opened, _ in found.by_day],
        "closed_by_day": [(str(day), ended) for day, _, ended in found.by_day],
        "looked_at": LOOKED_AT,
        "fine": found.looks["fine"],
        "second_looks": sum(found.looks.values()),
        "inbox_url": reverse("verification:inbox", args=[slug]),
        **_by_person(found, slug),
    }


def _by_person(found: Measures, slug: str) -> dict[str, Any]:  # Any: as above
    quick = found.quick[:SHOWN]
    names = people([*(who for who, _ in [*found.waits, *found.gave]), *(one.person_id for one in quick)])
    return {
        "waiting": [(pages.name_of(names, who), count) for who, count in found.waits],
        "gave": [(pages.name_of(names, who), count) for who, count in found.gave],
        "quick": [
            {
                "url": pages.address(one.review, slug),
                "question": str(one.review.question),
                "by": pages.name_of(names, one.person_id),
                "seconds": one.took.total_seconds(),  # type: ignore[attr-defined]  # annotated
            }
            for one in quick
        ],
    }
