"""How deciding goes in one organization, over so many days: counted by the database, in as many statements however
much there is. Nothing here is kept; it is worked out when somebody looks. What was approved by itself, under an
allowance, was not decided just then: it is left out of rates, times and answers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from seconder.core.clock import now
from seconder.verification.models import Assignment, Decision, Review
from seconder.verification.models.second_look import VERDICTS

DAYS = (7, 30, 90)
AGES = {"under an hour": 1 / 24, "under a day": 1, "under 3 days": 3, "under a week": 7, "older": 10_000}
WORDS_PER_SECOND = 4.0  # a fast reader
LOOKED_AT = 500  # answers, the quickest of the time, that are held against their card

_OPEN = """
SELECT count(*), min(opened_at), {} FROM verification_review WHERE organization_id = %s AND status = 'open'
"""
_CLOSED = """
SELECT count(*) FILTER (WHERE outcome = 'approved' AND NOT edited), count(*) FILTER (WHERE edited),
  count(*) FILTER (WHERE status = 'decided' AND outcome = 'rejected'),
  count(*) FILTER (WHERE outcome IN ('changes_requested', 'answered')), count(*) FILTER (WHERE status = 'expired'),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE status = 'decided'),
  percentile_cont(0.95) WITHIN GROUP (ORDER BY took) FILTER (WHERE status = 'decided')
FROM (SELECT status, outcome, extract(epoch FROM closed_at - opened_at)::float AS took,
    outcome = 'approved' AND EXISTS (SELECT FROM verification_decision d WHERE d.review_id = r.id AND d.verdict = 'edit'
      AND d.digest = r.digest) AS edited
  FROM verification_review r WHERE organization_id = %s AND status IN ('decided', 'expired') AND closed_at >= %s
    AND NOT EXISTS (SELECT FROM verification_decision d WHERE d.review_id = r.id AND d.allowance_id IS NOT NULL)) closed
"""
_BY_DAY = """
SELECT (moment AT TIME ZONE %s)::date, sum(opened)::int, sum(closed)::int FROM (
  SELECT opened_at AS moment, 1 AS opened, 0 AS closed FROM verification_review
  WHERE organization_id = %s AND opened_at >= %s
  UNION ALL SELECT closed_at, 0, 1 FROM verification_review WHERE organization_id = %s AND closed_at >= %s) happened
GROUP BY 1
"""
_WAITS = """
SELECT a.person_id, count(*) FROM verification_review r
JOIN verification_assignment a ON a.review_id = r.id AND a.stage = r.stage
WHERE r.organization_id = %s AND r.status = 'open' AND NOT EXISTS (SELECT FROM verification_decision d
  WHERE d.review_id = r.id AND d.person_id = a.person_id AND d.digest = r.digest AND d.stage = r.stage)
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
"""
_GAVE = """
SELECT d.person_id, count(*) FROM verification_review r JOIN verification_decision d ON d.review_id = r.id
WHERE r.organization_id = %s AND d.at >= %s AND d.allowance_id IS NULL
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
"""
_LOOKS = """
SELECT verdict, count(*) FROM verification_secondlook WHERE organization_id = %s AND answered_at >= %s GROUP BY 1
"""


@dataclass(frozen=True)
class Measures:
    """Seconds are None where nothing was decided. `by_day`: (day, opened, closed), days without any too. `waits`
    and `gave`: for whom how many wait, and who gave how many answers, the most first. `quick`: answers, each with
    `took`, that came sooner after their person was asked than the card can be read; of the LOOKED_AT quickest."""

    open: int
    oldest: datetime | None
    ages: dict[str, int]
    outcomes: dict[str, int]
    median: float | None
    p95: float | None
    by_day: list[tuple[date, int, int]]
    waits: list[tuple[uuid.UUID, int]]
    gave: list[tuple[uuid.UUID, int]]
    quick: list[Decision]
    looks: dict[str, int]  # second looks: by their verdict


def measure(organization_id: uuid.UUID, days: int, zone: str) -> Measures:
    since = now() - timedelta(days=days)
    count, oldest, *ages = _open(organization_id)
    [closed] = _rows(_CLOSED, organization_id, since)
    return Measures(
        open=count,
        oldest=oldest,
        ages=dict(zip(AGES, ages, strict=True)),
        outcomes=dict(
            zip(
                ("approved", "edited", "rejected", "sent back or answered", "expired"),
                closed[:5],
                strict=True,
            )
        ),
        median=closed[5],
        p95=closed[6],
        by_day=_by_day(organization_id, since, zone),
        waits=[(who, count) for who, count in _rows(_WAITS, organization_id)],
        gave=[(who, count) for who, count in _rows(_GAVE, organization_id, since)],
        quick=_quick(since),
        looks=dict.fromkeys(VERDICTS, 0) | dict(_rows(_LOOKS, organization_id, since)),
    )


def _open(organization_id: uuid.UUID) -> tuple[Any, ...]:  # Any: a row
    moment, later = now(), now()
    parts, given = [], []
    for days in AGES.values():
        earlier = moment - timedelta(days=days)
        parts.append("count(*) FILTER (WHERE opened_at > %s AND opened_at <= %s)")
        given += [earlier, later]
        later = earlier
    with connection.cursor() as cursor:
        cursor.execute(_OPEN.format(", ".join(parts)), [*given, organization_id])
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _by_day(organization_id: uuid.UUID, since: datetime, zone: str) -> list[tuple[date, int, int]]:
    found = {
        day: (opened, closed)
        for day, opened, closed in _rows(_BY_DAY, zone, organization_id, since, organization_id, since)
    }
    local = ZoneInfo(zone)
    first, last = since.astimezone(local).date(), now().astimezone(local).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(day, *found.get(day, (0, 0))) for day in days]


def _rows(statement: str, *given: uuid.UUID | datetime | str) -> list[tuple[Any, ...]]:  # Any: as above
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _quick(since: datetime) -> list[Decision]:
    """The quickest first, from when their person was asked. Cards are sealed, so they are opened here and their words
    counted."""
    asked = {name: OuterRef(name) for name in ("review", "person_id", "stage")}
    seats = Assignment.objects.filter(**asked)
    seated = Coalesce(Subquery(seats.values("at")[:1]), F("review__opened_at"))
    given = Decision.objects.filter(review__in=Review.objects.all(), at__gte=since, allowance_id=None)
    quickest = given.annotate(took=F("at") - Greatest(seated, F("review__opened_at"))).order_by("took")
    looked_at = quickest.select_related("review").defer("note", "changes", "answer")[:LOOKED_AT]
    return [one for one in looked_at if one.took.total_seconds() < reading(one.review)]


def reading(review: Review) -> float:
    """Seconds that a fast reader needs for the card."""
    texts = [str(review.question), *(f"{item['label']} {item['value']}" for item in review.items)]
    return sum(len(text.split()) for text in texts) / WORDS_PER_SECOND
