"""Allowing the like for a while: with an approval a person says that so many actions of the same kind need not be asked
for one by one.

It is a decision, of who may decide that action and of nobody else, for one agent, one version of it and of the tool.
Each action under it gets a review that is decided as it opens, by the one who gave the allowance and through it, so
that nothing happens without an approved decision. It ends at its time, when it is used up, when it is taken back, with
the membership of who gave it, and when another version of the agent is published.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor, demand
from seconder.accounts.models import Membership
from seconder.core import durations
from seconder.core.clock import now, rfc3339
from seconder.core.json import JSON, Object, is_storable
from seconder.core.refusals import Invalid, NotFound
from seconder.core.rows import Part, insertion
from seconder.engine import write
from seconder.events.by import By
from seconder.events.recording import prepare, record, recording
from seconder.verification.asking import Asked
from seconder.verification.likeness import is_like, pattern
from seconder.verification.models import Allowance, Assignment, Decision, Review
from seconder.verification.opening import prepared

USUAL, LONGEST, SHORTEST = timedelta(hours=1), timedelta(hours=24), timedelta(minutes=1)
MOST, FEW = 100, 10  # actions under one
AUTOMATIC = By("system", channel="allowance")
_ONLY_ACTIONS = "Only the like of an action of an agent can be allowed for a while."
_NOT_WHERE = "Not where the risk is high or the policy adds up, nor by a mail's link."


def wanted(review: Review, actor: Actor, verdict: str, asked: Object) -> Allowance:
    """What is asked for with a decision: `lasts` (1h), `most` (10), and `like`, rules by argument. Raises Invalid."""
    if verdict != "approve":
        raise Invalid("An allowance goes with the verdict `approve`, of what is shown.", path="allowance")
    if not may_be_given(review) or actor.strength == "link":
        raise Invalid(f"{_ONLY_ACTIONS} {_NOT_WHERE}", path="allowance")
    like, most = asked.get("like", {}), asked.get("most", FEW)
    if not isinstance(like, dict) or not is_storable(like):
        raise Invalid("`like` says rules by argument.", path="allowance.like")
    if type(most) is not int or not 1 <= most <= MOST:
        raise Invalid(f"An allowance is for 1 to {MOST} actions.", path="allowance.most")
    content: Any = review.card  # Any: an encrypted column holds any JSON
    arguments: Any = review.items[0]["value"]  # Any: as above
    return Allowance(
        organization_id=review.organization_id,
        agent=review.agent,
        agent_version=review.agent_version,
        tool=content["content"]["tool"],
        schema=content["content"]["schema"],
        title=str(review.items[0]["label"]),
        requester_id=review.requester_id,
        pattern=pattern(arguments, like),
        most=most,
        given_by=actor.person.pk,
        review_id=review.pk,
        given_at=(moment := now()),
        ends_at=moment + _lasts(asked.get("lasts")),
    )


def may_be_given(review: Review) -> bool:
    """Whether this is an action of which the like could be allowed, by whoever may decide it alone."""
    is_alone = review.risk != "high" and review.rule["approve"] == "any"
    return review.kind == "action" and is_alone and not is_added_up(review)


def is_added_up(review: Review) -> bool:
    """Whether the policy asks by running sums: an allowance, which knows nothing of them, would silence them."""
    card: Any = review.card  # Any: an encrypted column holds any JSON
    return isinstance(card, dict) and bool(card["content"].get("adds_up"))


def _lasts(text: JSON) -> timedelta:
    try:
        span = USUAL if text is None else durations.parse(str(text))
    except ValueError as fault:
        raise Invalid(f"lasts {fault}.", path="allowance.lasts") from None
    if not SHORTEST <= span <= LONGEST:
        raise Invalid("An allowance lasts from a minute to 24 hours.", path="allowance.lasts")
    return span


def giving(allowance: Allowance, decision: Decision, actor: Actor, run_id: uuid.UUID) -> list[Part]:
    """What is written with the decision that gives it."""
    allowance.decision_id = decision.pk
    facts: Object = {
        "agent": allowance.agent,
        "version": allowance.agent_version,
        "tool": allowance.tool,
        "most": allowance.most,
        "until": rfc3339(allowance.ends_at),
        "decision": str(decision.pk),
    }
    return [
        insertion([allowance]),
        recording([prepare("allowance.given", allowance, actor.by, run_id, **facts)]),
    ]


def let_through(asked: Asked) -> Decision | None:
    """By which a living allowance approves an action, with its review; None where people are to be asked."""
    with transaction.atomic(), scopes_disabled():
        # Held until the commit: it is not used beyond its number, nor while it is taken back or its giver leaves.
        held = Allowance.objects.live().filter(
            organization=asked.organization_id,
            agent=asked.agent,
            agent_version=asked.agent_version,
            tool=asked.content["tool"],
            schema=asked.content["schema"],
        )
        for allowance in held.order_by("pk").select_for_update(of=("self",)):
            like = allowance.like
            if like and is_like(asked.items[0]["value"], like) and (made := _approved(asked, allowance)):
                return made
    return None


def _approved(asked: Asked, allowance: Allowance) -> Decision | None:
    """None where its giver would not be asked: they asked for it themselves, or may decide no more."""
    made = Decision.objects.select_related("review").filter(
        review__run_id=asked.run_id,
        review__step_id=asked.step_id,
        review__call_id=asked.call_id,
        review__attempt=asked.attempt,
    )
    if before := made.first():
        return before  # another worker had the run in hand, and was here first
    review, seats, opened = prepared(asked)
    if allowance.given_by not in {seat.person_id for seat in seats} or review.forbids(allowance.given_by):
        return None
    review.status, review.outcome, review.closed_at, review.next_at = "decided", "approved", now(), None
    decision = Decision(
        review=review,
        person_id=allowance.given_by,
        verdict="approve",
        digest=review.digest,
        channel="allowance",
        strength="none",
        allowance_id=allowance.pk,
    )
    facts: Object = {
        "verdict": "approve",
        "decision": str(decision.pk),
        "shown": review.digest,
        "outcome": "approved",
        "step": review.step_id,
        "allowance": str(allowance.pk),
    }
    decided = prepare("review.decided", review, AUTOMATIC, review.run_id, **facts)
    seat = Assignment(review=review, person_id=allowance.given_by, how="allowance")
    opened.facts["people"] = [str(seat.person_id)]
    write([insertion([review]), insertion([seat]), insertion([decision]), recording([opened, decided])])
    allowance.used += 1
    allowance.save(update_fields=["used"])
    return decision


def end(allowance_id: uuid.UUID, actor: Actor) -> Allowance:
    """By who gave it and decides here, or who runs the organization. What is over stays as it is."""
    with transaction.atomic():
        held = Allowance.objects.visible_to(actor).select_for_update(of=("self",))
        found = held.filter(pk=allowance_id, organization=actor.organization).first()
        if found is None:
            raise NotFound("There is no such allowance here, or it is not yours to see.")
        demand(actor, "reviews.decide", found)
        if found.is_live:
            close(found, actor.by, "taken back")
    return found


def close(allowance: Allowance, by: By, because: str) -> None:
    """In the caller's transaction, which has locked it."""
    allowance.ended_at, allowance.ended_by, allowance.because = now(), by.id, because
    allowance.save(update_fields=["ended_at", "ended_by", "because"])
    record("allowance.ended", allowance, by, because=because)


def end_of_versions(organization: uuid.UUID, agent: str, version: int, by: By) -> None:
    """Those for another version of the agent end when this one is published; in the caller's transaction."""
    with scopes_disabled():
        others = Allowance.objects.live().filter(organization=organization, agent=agent)
        for allowance in others.exclude(agent_version=version).order_by("pk").select_for_update(of=("self",)):
            close(allowance, by, "the agent has another version")


def end_of(seat: Membership, by: By) -> None:
    """Those that a member gave end with the seat, or with the right to decide; in the caller's transaction."""
    with scopes_disabled():
        theirs = Allowance.objects.live().filter(organization=seat.organization_id, given_by=seat.person_id)
        for allowance in theirs.order_by("pk").select_for_update(of=("self",)):
            close(allowance, by, "who gave it decides here no more")
