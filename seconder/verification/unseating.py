"""When somebody who is asked is not there any more: what waits for them goes to whoever takes over, and where the rule
cannot be met any more, to the default reviewers. No review waits for nobody."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.accounts.people.belongings import Belonging, Kind
from seconder.core.json import Object
from seconder.events.by import By
from seconder.events.recording import record
from seconder.verification.behind import default_reviewers
from seconder.verification.models import Assignment, Review
from seconder.verification.models.review import ReviewQuerySet
from seconder.verification.opening import ANY, Roster
from seconder.verification.rule import settled, still_reachable

BECAUSE = "the rule cannot be met any more by the people assigned"


def _waiting_for(seat: Membership) -> ReviewQuerySet:
    """The open reviews of which this person has a seat and has not voted."""
    open_ones = Review.objects.filter(organization=seat.organization_id, status="open")
    return open_ones.unvoted_by(seat.person_id)


def _of(seat: Membership) -> list[Belonging]:
    rows = _waiting_for(seat).order_by("due_at")
    return [Belonging(str(review.question), f"reviews/{review.pk}/") for review in rows]


def _pass_on(seat: Membership, to: Membership, by: By) -> int:
    return _unseat(seat, to, by)


def unseat(seat: Membership, by: By) -> None:
    """For a seat that ends, or may decide no more; in the caller's transaction."""
    _unseat(seat, None, by)


SEATS = Kind("open reviews", _of, _pass_on)


def _unseat(seat: Membership, to: Membership | None, by: By) -> int:
    with scopes_disabled():
        reviews = list(_waiting_for(seat).order_by("id").select_for_update(of=("self",)))
        for review in reviews:
            instead = to.person_id if to and "reviews.decide" in to.verbs else None
            _reassign(review, [seat.person_id], instead, by)
    return len(reviews)


def leave_out_departed(review: Review, by: By) -> None:
    """After an edit, which starts the vote anew: the vote of somebody who has left since counted on until now, and
    cannot be given again. In the caller's transaction, which has locked the review."""
    with scopes_disabled():
        seats = set(review.seats)
        rows = Membership.objects.assignable().filter(organization=review.organization_id, person__in=seats)
        if gone := seats - set(rows.values_list("person_id", flat=True)):
            _reassign(review, sorted(gone), None, by)


def _reassign(review: Review, gone: Collection[uuid.UUID], to: uuid.UUID | None, by: By) -> None:
    """A vote that was given counts on; the seats of those who have voted stay. As many must approve as before."""
    before = review.seats
    review.assignments.filter(person_id__in=gone).delete()
    facts: Object = {"out": [str(person) for person in gone], "step": review.step_id}
    if to and not review.forbids(to):
        _seat(review, [to], "handed over", before[next(iter(gone))])
        facts["people"] = [str(to)]
    seats = review.seats
    rule = settled(review.rule, len(before)) if len(seats) < len(before) else review.rule
    if not still_reachable(rule, seats, review.votes):
        people = _default(review, gone)
        review.assignments.exclude(person_id__in=review.votes).delete()
        _seat(review, people, "default", [])
        rule = dict(ANY)
        facts |= {"people": [str(person) for person in people], "because": BECAUSE}
    review.rule = rule
    if review.claimed_by in gone:
        review.claimed_by = review.claimed_until = None
    review.save(update_fields=["rule", "claimed_by", "claimed_until"])
    record("review.reassigned", review, by, review.run_id, **facts)


def _seat(review: Review, people: list[uuid.UUID], how: str, teams: list[str]) -> None:
    seats = [Assignment(review=review, person_id=person, how=how, teams=teams) for person in people]
    Assignment.objects.bulk_create(seats, ignore_conflicts=True)


def _default(review: Review, gone: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """The default reviewers who may decide, or else whoever runs the organization; never those who go."""
    named, teams = default_reviewers(review)
    roster = Roster.of({review.organization_id}, with_teams=bool(teams))
    groups = (roster.find(review.organization_id, named, teams), roster.leaders(review.organization_id))
    out = {*gone, *review.votes}
    for group in groups:
        if people := [one for one in group if one not in out and not review.forbids(one)]:
            return people
    return [one for one in groups[1] if one not in out]
