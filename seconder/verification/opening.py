"""Opening reviews, many in a few statements, inside the caller's transaction. The people are fixed here (`seating`)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from seconder.core.clock import now, rfc3339
from seconder.core.ids import new_id
from seconder.core.json import JSON, Object
from seconder.core.rows import Part, insertion
from seconder.core.spans import Span, Working
from seconder.core.working_time import Calendar
from seconder.engine import NET, write
from seconder.events.by import SYSTEM
from seconder.events.recording import Occurrence, prepare, recording
from seconder.verification.asking import Asked
from seconder.verification.attempts import answers_at
from seconder.verification.models import Assignment, Review
from seconder.verification.roster import Roster
from seconder.verification.seating import Seating, default_reviewers, kept_out, seated
from seconder.verification.working import Shifts, due_after, is_beyond, moment_of

People = dict[uuid.UUID, list[str]]  # each with the teams that the vote may count for
LANE = "reviews"
_SOON = timedelta(seconds=NET)  # what is due later, the lane finds by itself


def open_reviews(asked: list[Asked]) -> list[Review]:
    """Opens all of them. The same run, step, call and attempt opens once; a second time is an IntegrityError."""
    reviews, parts = opening(asked)
    write(parts)
    return reviews


def opening(asked: list[Asked]) -> tuple[list[Review], list[Part]]:
    """The reviews to open, and what to write for that."""
    if not asked:
        return [], []
    made = _made(asked)
    reviews = [review for review, _, _ in made]
    seats = [seat for _, seats, _ in made for seat in seats]
    parts = [insertion(reviews), recording([event for _, _, event in made])]
    if seats:
        parts.append(insertion(seats))
    if any(review.next_at and review.next_at < review.opened_at + _SOON for review in reviews):
        parts[0] = parts[0]._replace(wakes=LANE)
    return reviews, parts


def prepared(asked: Asked) -> tuple[Review, list[Assignment], Occurrence]:
    """One review with its seats and its event, not written yet."""
    [made] = _made([asked])
    return made


class Places(NamedTuple):
    """Whom a review asks at each stage. `people` are those of the first, less those who are away; `away`: by stand-in,
    who is out of office."""

    stages: list[Seating]
    people: People
    away: dict[uuid.UUID, uuid.UUID]


def _made(asked: list[Asked]) -> list[tuple[Review, list[Assignment], Occurrence]]:
    roster, moment = Roster.load(asked), now()
    placed = [(one, _places(one, roster)) for one in asked]
    counting = [(one.organization_id, places.people) for one, places in placed if one.counts_working_time]
    shifts = Shifts.load(counting, moment)
    return [_make(one, places, roster, shifts) for one, places in placed]


def _places(asked: Asked, roster: Roster) -> Places:
    stages = [seated(one, roster) for one in asked.stages]
    places = roster.instead(asked, stages[0].people, kept_out(asked))
    people = {places[person]: of for person, of in stages[0].people.items()}
    return Places(stages, people, {to: who for who, to in places.items() if to != who})


def _make(
    asked: Asked, places: Places, roster: Roster, shifts: Shifts
) -> tuple[Review, list[Assignment], Occurrence]:
    moment, (seating, *later), people, away = shifts.moment, places.stages, places.people, places.away
    at_work = shifts.calendars(asked.organization_id, asked.agent, people)
    due_at = due_after(asked.due, moment, at_work)
    review = Review(
        id=new_id(),
        organization_id=asked.organization_id,
        kind=asked.kind,
        run_id=asked.run_id,
        step_id=asked.step_id,
        call_id=asked.call_id,
        attempt=asked.attempt,
        agent=asked.agent,
        agent_version=asked.agent_version,
        requester_id=asked.requester_id,
        owner_id=asked.owner_id,
        question=asked.question,
        rule=seating.rule,
        stages=[one.rule for one in (seating, *later)] if later else [],
        forbid=asked.forbid,
        answers=answers_at(asked.attempt, asked.answers),
        risk=asked.risk,
        on_timeout=asked.on_timeout,
        timers=_timers(asked, roster, moment, due_at, at_work),
        opened_at=moment,
        due_at=due_at,
        working_seconds=(counted := _seconds(asked.due)),
        working_left=counted,
        wake=asked.wake,
    )
    review.card = {
        "items": [],
        "schemas": asked.schemas,
        "content": asked.bound,
        **({"follows": str(asked.follows)} if asked.follows else {}),
        "expires": rfc3339(review.due_at),
    }
    review.bind(asked.items)
    review.next_at = review.first_moment
    seats = _seats(review, people, seating.how, away)
    for stage, one in enumerate(later, start=2):
        seats += _seats(review, one.people, one.how, {}, stage)
    facts: Object = {
        "step": asked.step_id,
        "kind": asked.kind,
        "digest": review.digest,
        "rule": seating.rule,
        "people": [str(person) for person in people],
    }
    if asked.follows:
        facts |= {"attempt": asked.attempt, "follows": str(asked.follows)}
    if away:
        facts["instead"] = {str(to): str(who) for to, who in away.items()}
    if is_beyond(review):
        facts["due_beyond"] = True  # those people work less within a year
    if seating.because:
        facts["because"] = seating.because
    if later:
        facts["stages"] = len(review.stages)
        reasons: Object = {str(n): one.because for n, one in enumerate(later, start=2) if one.because}
        facts |= {"because_of": reasons} if reasons else {}
    return review, seats, prepare("review.opened", review, SYSTEM, review.run_id, **facts)


def _seats(
    review: Review, people: People, how: str, away: dict[uuid.UUID, uuid.UUID], stage: int = 1
) -> list[Assignment]:
    """A microsecond apart, so that people are shown in the order in which the author named them. `away`: by stand-in,
    who is out of office."""
    return [
        Assignment(
            review=review,
            stage=stage,
            person_id=person,
            how="stand-in" if person in away else how,
            teams=of,
            for_id=away.get(person),
            at=review.opened_at + timedelta(microseconds=place),
        )
        for place, (person, of) in enumerate(people.items())
    ]


def _timers(
    asked: Asked, roster: Roster, moment: datetime, due_at: datetime, at_work: list[Calendar]
) -> list[JSON]:
    """In order; what would come only when it is due is left out."""
    spans: list[tuple[Span, str, list[str]]] = [(after, "remind", []) for after in asked.remind]
    spans += [
        (after, "escalate", [str(p) for p in roster.find(asked.organization_id, people, teams)])
        for after, people, teams in asked.escalate
    ]
    timers = [
        (at, _timer(at, what, to, after))
        for after, what, to in spans
        if (at := moment_of(after, moment, at_work)) and at < due_at
    ]
    made = [timer for _, timer in sorted(timers, key=lambda timer: timer[0])]
    if asked.on_timeout == "escalate":
        others = [str(p) for p in default_reviewers(asked, roster)]
        made.append(_timer(due_at, "once more", others, asked.due))
    return made


def _timer(at: datetime, what: str, to: list[str], after: Span) -> JSON:
    timer: Object = {"at": rfc3339(at), "do": what, "to": list[JSON](to)}
    counted = _seconds(after)
    return timer if counted is None or what == "once more" else {**timer, "left": counted}


def _seconds(span: Span) -> int | None:
    return int(span.length.total_seconds()) if isinstance(span, Working) else None
