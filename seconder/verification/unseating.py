"""When somebody who is asked is not there any more: what waits for them goes to whoever takes over, and where the rule
cannot be met any more, to the default reviewers. No review waits for nobody."""

from __future__ import annotations

import uuid

from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.accounts.people.belongings import Belonging, Kind
from seconder.core.json import Object
from seconder.events.by import By
from seconder.events.recording import record
from seconder.verification.behind import default_reviewers
from seconder.verification.models import Assignment, Decision, Review
from seconder.verification.models.review import ReviewQuerySet
from seconder.verification.opening import ANY, Roster
from seconder.verification.rule import APPROVING, needed

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
            _reassign(review, seat, to, by)
    return len(reviews)


def _reassign(review: Review, seat: Membership, to: Membership | None, by: By) -> None:
    """A vote that was given counts on; the seats of those who have voted stay."""
    wanted = needed(review.rule["approve"], review.assignments.count())
    review.assignments.filter(person_id=seat.person_id).delete()
    facts: Object = {"out": str(seat.person_id), "step": review.step_id}
    if to and "reviews.decide" in to.verbs and not review.forbids(to.person_id):
        _seat(review, [to.person_id], "handed over")
        facts["people"] = [str(to.person_id)]
    if _reachable(review) < wanted:
        people = _default(review, seat)
        _unvoted(review).delete()
        _seat(review, people, "default")
        review.rule = dict(ANY)
        review.save(update_fields=["rule"])
        facts |= {"people": [str(person) for person in people], "because": BECAUSE}
    record("review.reassigned", review, by, review.run_id, **facts)


def _seat(review: Review, people: list[uuid.UUID], how: str) -> None:
    seats = [Assignment(review=review, person_id=person, how=how) for person in people]
    Assignment.objects.bulk_create(seats, ignore_conflicts=True)


def _votes(review: Review) -> dict[uuid.UUID, str]:
    votes = Decision.objects.filter(review=review, digest=review.digest)
    return dict(votes.values_list("person_id", "verdict"))


def _unvoted(review: Review):  # type: ignore[no-untyped-def]  # a query of assignments
    return review.assignments.exclude(person_id__in=_votes(review))


def _reachable(review: Review) -> int:
    """How many approvals there may still be: those given, and those of the people who have not voted."""
    return sum(verdict in APPROVING for verdict in _votes(review).values()) + int(_unvoted(review).count())


def _default(review: Review, seat: Membership) -> list[uuid.UUID]:
    """The default reviewers who may decide, or else whoever runs the organization; never the one who goes."""
    named, teams = default_reviewers(review)
    roster = Roster.of({review.organization_id}, with_teams=bool(teams))
    groups = (roster.find(review.organization_id, named, teams), roster.leaders(review.organization_id))
    gone = {seat.person_id, *_votes(review)}
    for group in groups:
        if people := [one for one in group if one not in gone and not review.forbids(one)]:
            return people
    return [one for one in groups[1] if one not in gone]
