"""Who stands in for those who are out of office: when a review opens, when it reminds and when it asks more people.

A stand-in takes the place only where anybody could be asked: a member who may be assigned, whom `forbid` does not keep
out, and who is not asked already. Where there is none, whoever is away stays asked.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.core.json import Object
from seconder.events.by import SYSTEM
from seconder.events.recording import record
from seconder.verification.models import Absence, Review
from seconder.verification.moving import move

Ids = Iterable[uuid.UUID]


def absences(people: Ids, moment: datetime) -> list[Absence]:
    """Of these people and of those who stand in for them, at that moment."""
    found: dict[uuid.UUID, list[Absence]] = {}
    wanted = set(people)
    while wanted:
        rows = list(Absence.objects.at(moment).filter(person_id__in=wanted))
        found |= {person: [row for row in rows if row.person_id == person] for person in wanted}
        wanted = {row.stand_in_id for row in rows} - found.keys()
    return [row for of in found.values() for row in of]


def instead(
    people: Ids,
    away: Iterable[Absence],
    organization: uuid.UUID,
    agent: str,
    may: Callable[[uuid.UUID], bool],
    taken: Ids = (),
) -> dict[uuid.UUID, uuid.UUID]:
    """Each of those people to whoever is asked in their place: the same person where nobody else is. Nobody twice."""
    rows = sorted((row for row in away if row.covers(organization, agent)), key=lambda row: row.narrowness)
    stands_in = {row.person_id: row.stand_in_id for row in rows}
    asked = list(people)
    out, made = {*taken, *asked}, {}
    for person in asked:
        found = _end_of(person, stands_in)
        made[person] = found if found and found not in out and may(found) else person
        out.add(made[person])
    return made


def _end_of(person: uuid.UUID, stands_in: dict[uuid.UUID, uuid.UUID]) -> uuid.UUID | None:
    """Down the line of those who are away themselves; None where it leads back."""
    seen, at = {person}, stands_in.get(person)
    while at is not None and at not in seen and at in stands_in:
        seen.add(at)
        at = stands_in[at]
    return None if at in seen else at


def of_members(review: Review, people: Ids, *, taken: Ids = ()) -> dict[uuid.UUID, uuid.UUID]:
    """`instead` for a review that is open, now."""
    asked = list(people)
    away = absences(asked, now())
    if not away:
        return {person: person for person in asked}
    with scopes_disabled():
        named = {row.stand_in_id for row in away}
        rows = Membership.objects.assignable().filter(organization=review.organization_id, person__in=named)
        members = set(rows.values_list("person_id", flat=True))
    return instead(
        asked,
        away,
        review.organization_id,
        review.agent,
        lambda person: person in members and not review.forbids(person),
        taken,
    )


def move_places(review: Review) -> Object:
    """The places of those who have not voted and are away go to whoever stands in for them: who does, for whom."""
    seats, votes = review.seats, review.votes
    silent = [person for person in seats if person not in votes]
    moved = {who: to for who, to in of_members(review, silent, taken=seats).items() if who != to}
    if moved:
        move(review, moved, "stand-in")
    return {str(to): str(who) for who, to in moved.items()}


def take_over(review: Review) -> None:
    """At a reminder."""
    facts = move_places(review)
    if not facts:
        return
    record(
        "review.stood_in",
        review,
        SYSTEM,
        review.run_id,
        people=list(facts),
        instead=facts,
        step=review.step_id,
    )
