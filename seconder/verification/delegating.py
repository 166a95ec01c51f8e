"""A seat goes from one person to another: given by who has it (delegated), or by who runs things, with a reason
(reassigned). What is bound does not change, nor does the rule; the one who takes it is judged like anybody."""

from __future__ import annotations

import uuid

from django.db import transaction

from seconder.accounts.actor import Actor, can, demand
from seconder.accounts.models import Membership
from seconder.core.json import UNSTORABLE, Object, is_storable
from seconder.core.refusals import Invalid, NotAllowed, Refusal
from seconder.events.recording import record
from seconder.verification.deciding import NOTE_LIMIT, hindrance, still_open
from seconder.verification.models import Assignment, Delegation, Review
from seconder.verification.moving import move
from seconder.verification.working import going_on


def delegate(review: Review, actor: Actor, to: str, *, note: str = "", whose: str = "") -> Delegation:
    """`to` and `whose` are e-mail addresses; without `whose` it is the actor's own seat. Raises a Refusal where the
    actor may not, it is too late, or that person cannot take it."""
    with transaction.atomic():
        _keep(actor, to)
        locked = Review.objects.hold(actor, review.pk)
        admit(locked, actor)
        is_own = whose.strip().lower() in ("", actor.person.email.lower())
        seat = _own(locked, actor) if is_own else _of_another(locked, actor, whose)
        _noted(note, is_needed=not is_own)
        made = _pass(locked, seat, _taker(locked, to), actor, note)
    review.__dict__.update(locked.__dict__)
    return made


def may_reassign(review: Review, actor: Actor) -> bool:
    """Who runs the organization, and the agent's owner; whoever may not decide it does not choose who does either."""
    is_theirs = actor.sees_all or actor.person.pk == review.owner_id
    return is_theirs and can(actor, "reviews.delegate", review)


def admit(review: Review, actor: Actor) -> None:
    """Raises NotAllowed for whoever gives no place away here, neither their own nor another's."""
    if reason := review.forbids(actor.person.pk):
        raise NotAllowed(f"{reason} Nor do you say who.", review=str(review.pk))
    demand(actor, "reviews.delegate", review)


def places(review: Review, actor: Actor, refused: Refusal | None) -> list[uuid.UUID]:
    """Whose places this actor may give away now, their own first; `refused` is what stands against deciding it
    (`hindrance`). Raises what stands against giving away where there is none."""
    admit(review, actor)
    me = actor.person.pk
    mine = [me] if refused is None else []
    if not may_reassign(review, actor):
        if refused is not None:
            raise refused
        return mine
    still_open(review)
    votes = review.votes
    if not (found := [*mine, *(one for one in review.seats if one != me and one not in votes)]):
        raise NotAllowed("Everybody who is asked has voted, so there is nothing to give away.")
    return found


def _keep(actor: Actor, email: str) -> None:
    """Nobody takes a place while they are made to leave: whoever removes somebody locks their membership first and the
    reviews that they are asked in second, so this does too."""
    rows = Membership.objects.filter(organization=actor.organization, person__email__iexact=email.strip())
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


def _own(review: Review, actor: Actor) -> Assignment:
    """What would keep the actor from deciding keeps the actor from saying who else does."""
    if refused := hindrance(review, actor):
        raise refused
    return review.assignments.get(person_id=actor.person.pk, stage=review.stage)


def _of_another(review: Review, actor: Actor, whose: str) -> Assignment:
    if not may_reassign(review, actor):
        raise NotAllowed("Only your own place is yours to give away here.", review=str(review.pk))
    still_open(review)
    member = _member(review, whose)
    here = review.assignments.filter(stage=review.stage)
    seat = here.filter(person_id=member.person_id).first() if member else None
    if seat is None:
        raise Invalid(f"{whose} is not asked in this review.", path="from")
    if seat.person_id in review.votes:
        raise Invalid(f"{whose} has voted already; that vote stands.", path="from")
    return seat


def _noted(note: str, *, is_needed: bool) -> None:
    if is_needed and not note.strip():
        raise Invalid("Say why: giving somebody else's review away needs a note.", path="note")
    if len(note) > NOTE_LIMIT:
        raise Invalid(f"A note has at most {NOTE_LIMIT} characters; this has {len(note)}.", path="note")
    if not is_storable(note):
        raise Invalid(UNSTORABLE.format("The note"), path="note")


def _member(review: Review, email: str) -> Membership | None:
    rows = Membership.objects.active().filter(organization=review.organization_id)
    return rows.select_related("person", "custom_role").filter(person__email__iexact=email.strip()).first()


def _taker(review: Review, to: str) -> Membership:
    """Judged like anybody who is asked."""
    found = _member(review, to)
    if found is None:
        raise Invalid(f"{to} is not a member here.", path="to")
    if "reviews.decide" not in found.verbs:
        raise Invalid(f"{found.person.name} is a {found.role_name}, who cannot be asked.", path="to")
    if "requester" in review.forbid and found.person_id == review.requester_id:
        raise Invalid(f"{found.person.name} asked for this, so somebody else decides.", path="to")
    if review.forbids(found.person_id):
        raise Invalid(f"{found.person.name} owns this agent, so somebody else decides.", path="to")
    if found.person_id in review.seats:
        raise Invalid(f"{found.person.name} is asked already.", path="to")
    return found


def _pass(review: Review, seat: Assignment, to: Membership, actor: Actor, note: str) -> Delegation:
    given_by = seat.person_id
    with going_on(review):
        move(review, {given_by: to.person_id}, "delegated")
    facts: Object = {"out": [str(given_by)], "people": [str(to.person_id)], "step": review.step_id}
    if given_by == actor.person.pk:
        record("review.delegated", review, actor.by, review.run_id, **facts)
    else:
        record("review.given", review, actor.by, review.run_id, **facts)
    return Delegation.objects.create(
        review=review,
        from_id=given_by,
        to_id=to.person_id,
        by_id=actor.person.pk,
        note=note.strip() or None,
    )
