"""When somebody who is asked is not there any more: what waits for them goes to whoever takes over, and where the rule
cannot be met any more, to the default reviewers. No review waits for nobody."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import Exists, OuterRef
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.accounts.people.belongings import Belonging, Kind
from seconder.core.json import Object
from seconder.events.by import By
from seconder.events.recording import record
from seconder.verification.behind import default_reviewers
from seconder.verification.models import Assignment, Review
from seconder.verification.moving import move
from seconder.verification.roster import Roster
from seconder.verification.rule import settled, still_reachable
from seconder.verification.seating import ANY
from seconder.verification.working import going_on

BECAUSE = "the rule cannot be met any more by the people assigned"


def _of(seat: Membership) -> list[Belonging]:
    open_ones = Review.objects.filter(organization=seat.organization_id, status="open")
    rows = open_ones.unvoted_by(seat.person_id).order_by("due_at")
    return [Belonging(str(review.question), f"reviews/{review.pk}/") for review in rows]


def _pass_on(seat: Membership, to: Membership, by: By) -> int:
    return _unseat(seat, to, by)


def unseat(seat: Membership, by: By) -> None:
    """For a seat that ends, or may decide no more; in the caller's transaction."""
    _unseat(seat, None, by)


SEATS = Kind("open reviews", _of, _pass_on)


def _unseat(seat: Membership, to: Membership | None, by: By) -> int:
    """How many. Whether somebody gave the place away, voted, or has to vote anew is asked once the review is locked."""
    who, instead = seat.person_id, to.person_id if to and "reviews.decide" in to.verbs else None
    with scopes_disabled():
        open_ones = Review.objects.filter(organization=seat.organization_id, status="open")
        seats = Assignment.objects.filter(review=OuterRef("pk"), person_id=who)
        theirs = open_ones.filter(Exists(seats)).order_by("id")
        locked = list(theirs.select_for_update(of=("self",)))
        waiting = [(review, stage) for review in locked for stage in _silent_at(review, who)]
        for review, stage in waiting:
            _reassign(review, [who], instead, by, stage)
    return len({review.pk for review, _ in waiting})


def _silent_at(review: Review, who: uuid.UUID) -> list[int]:
    """The stages, from the one at which it is, that ask them and where they have not voted."""
    asked = review.assignments.filter(person_id=who, stage__gte=review.stage).order_by("stage")
    return [stage for stage in asked.values_list("stage", flat=True) if who not in review.votes_at(stage)]


def leave_out_departed(review: Review, by: By) -> None:
    """After an edit, which starts the vote anew: the vote of somebody who has left since counted on until now, and
    cannot be given again. In the caller's transaction, which has locked the review."""
    with scopes_disabled():
        seats = set(review.seats)
        rows = Membership.objects.assignable().filter(organization=review.organization_id, person__in=seats)
        if gone := seats - set(rows.values_list("person_id", flat=True)):
            _reassign(review, sorted(gone), None, by, review.stage)


def _reassign(review: Review, gone: Collection[uuid.UUID], to: uuid.UUID | None, by: By, stage: int) -> None:
    with going_on(review):
        _seat_others(review, gone, to, by, stage)


def _seat_others(
    review: Review, gone: Collection[uuid.UUID], to: uuid.UUID | None, by: By, stage: int
) -> None:
    """A vote that was given counts on; the seats of those who have voted stay. As many must approve as before."""
    before, votes = review.seats_at(stage), review.votes_at(stage)
    facts: Object = {"out": [str(person) for person in gone], "step": review.step_id}
    if review.stages:
        facts["stage"] = stage
    taker = to if to and to not in before and not review.forbids(to) else None
    move(review, dict.fromkeys(gone, taker), "handed over", stage)
    if taker:
        facts["people"] = [str(taker)]
    seats, rule = review.seats_at(stage), review.rule_at(stage)
    if len(seats) < len(before):
        rule = settled(rule, len(before))
    if not still_reachable(rule, seats, votes):
        people = _default(review, {*gone, *votes})
        move(review, dict.fromkeys(seats.keys() - votes), "default", stage)
        seated = [Assignment(review=review, stage=stage, person_id=one, how="default") for one in people]
        Assignment.objects.bulk_create(seated)
        rule = dict(ANY)
        facts |= {"people": [str(person) for person in people], "because": BECAUSE}
    review.set_rule(stage, rule)
    record("review.reassigned", review, by, review.run_id, **facts)


def _default(review: Review, out: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """The default reviewers who may decide, or else whoever runs the organization; never those who are out."""
    named, teams = default_reviewers(review)
    roster = Roster.of({review.organization_id}, with_teams=bool(teams))
    groups = (roster.find(review.organization_id, named, teams), roster.leaders(review.organization_id))
    for group in groups:
        if people := [one for one in group if one not in out and not review.forbids(one)]:
            return people
    return [one for one in groups[1] if one not in out]
