"""THE rule of a decision: who may, whether it is still open, whether it is what was shown, and what follows.

Page, API and command line all come here. One transaction: vote, outcome, record and wake-up commit together.
The order of refusal is the contract's: not yours to see, not yours to decide, decided, expired, voted,
not the current digest, malformed; and where the risk is high, no second factor of the last minutes.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from seconder.accounts import security
from seconder.accounts.actor import Actor, demand
from seconder.accounts.freshness import NotFresh
from seconder.core.clock import now, rfc3339
from seconder.core.json import JSON, UNSTORABLE, Object, is_storable
from seconder.core.refusals import (
    AlreadyDecided,
    AlreadyVoted,
    DigestChanged,
    Expired,
    Invalid,
    NotAllowed,
    NotFound,
    Refusal,
)
from seconder.core.rows import Part, insertion, load_with
from seconder.engine import waking, write
from seconder.events.recording import prepare, recording
from seconder.verification import allowing, staging
from seconder.verification import edits as editing
from seconder.verification.answers import check_answer
from seconder.verification.models import Allowance, Decision, Review
from seconder.verification.rule import APPROVING, ENDING, OUTCOMES, outcome
from seconder.verification.unseating import leave_out_departed

NOTE_LIMIT = 10_000  # characters
_NOTED = {
    "reject": "Say why: a rejection needs a note, so that the requester knows what to change.",
    "request_changes": "Say what to change: the agent tries again with your note.",
}


def decide(
    review: Review,
    actor: Actor,
    verdict: str,
    *,
    digest: str,
    note: str = "",
    edits: Object | None = None,
    answer: JSON = None,
    allowance: Object | None = None,
    stage: int | None = None,
) -> Decision:
    """Raises a Refusal where the actor may not, came too late, saw something else, or gave something malformed.
    `allowance`: for how long and how often the like need not be asked (`verification.allowing`). `stage`: the one that
    the actor looked at; who has voted at an earlier one names it, so that a vote that is sent twice is no vote at the
    next. On return `review` holds the state after the vote."""
    try:
        with transaction.atomic():
            locked, decision = _decided(review, actor, verdict, digest, note, edits, answer, allowance, stage)
    except IntegrityError:
        # The same person in two places in one instant: the vote met the other one.
        _not_voted(review, actor, _standing(review.pk, actor, digest, stage), digest, stage)
        raise
    review.__dict__.update(locked.__dict__)
    return decision


def _decided(
    review: Review,
    actor: Actor,
    verdict: str,
    digest: str,
    note: str,
    edits: Object | None,
    answer: JSON,
    allowance: Object | None,
    stage: int | None,
) -> tuple[Review, Decision]:
    locked, standing = _lock(review, actor, stage)
    if verdict == "edit" or locked.stages:
        # An edit's vote meets none that was before it, nor does one at the next stage.
        standing = _standing(locked.pk, actor, locked.digest, stage)
    _may(locked, actor, standing)
    still_open(locked)
    _not_voted(locked, actor, standing, locked.digest, stage)
    if digest != locked.digest or stage not in (None, locked.stage):
        raise DigestChanged(
            "What you looked at is not what the review shows now. Open it again and decide on that.",
            review=str(locked.pk),
        )
    _well_formed(locked, verdict, note, edits, answer)
    given = None if allowance is None else allowing.wanted(locked, actor, verdict, allowance)
    _proved(locked, actor)
    decision = _vote(locked, actor, verdict, note, edits, answer)
    _conclude(locked, actor, decision, given)
    return locked, decision


@dataclass(frozen=True)
class _Standing:
    """Of the actor, in this review: asked now, or at another of its stages; `has_voted` on what it shows now, at the
    stage in question."""

    is_assigned: bool
    is_asked: bool
    has_voted: bool


def hindrance(review: Review, actor: Actor) -> Refusal | None:
    """What `decide` would refuse this actor with, whatever the verdict, of a review that the actor may see; None
    where nothing stands against it. Only looks, so that a page can say it before somebody writes a note."""
    standing = _standing(review.pk, actor, review.digest, review.stage)
    try:
        _may(review, actor, standing)
        still_open(review)
        _not_voted(review, actor, standing, review.digest, review.stage)
    except Refusal as refused:
        return refused
    return None


_STANDING = """
EXISTS (SELECT FROM verification_assignment a WHERE a.review_id = %s AND a.person_id = %s),
EXISTS (SELECT FROM verification_assignment a JOIN verification_review r ON r.id = a.review_id
    WHERE r.id = %s AND a.person_id = %s AND a.stage = r.stage),
EXISTS (SELECT FROM verification_decision d WHERE d.review_id = %s AND d.person_id = %s AND d.digest = %s
    AND d.stage = COALESCE(%s::smallint, d.stage) AND d.stage > 0)
"""
# The review, then the seat in it. What the statement sees is from before it waited for the review: a seat that was
# given away meanwhile is still seen, and found to be gone when it is locked. The first name stands for the locked row.
_LOCKING = """
WITH verification_review AS MATERIALIZED (
    SELECT * FROM verification_review WHERE id = %s AND organization_id = %s FOR UPDATE
), seat AS MATERIALIZED (
    SELECT a.stage = r.stage AS is_asked
    FROM verification_review r JOIN verification_assignment a ON a.review_id = r.id AND a.person_id = %s
    FOR KEY SHARE OF a
)
"""
_OF_LOCKED = """
EXISTS (SELECT FROM seat),
EXISTS (SELECT FROM seat WHERE is_asked),
EXISTS (SELECT FROM verification_decision d WHERE d.review_id = verification_review.id AND d.person_id = %s
    AND d.digest = verification_review.digest AND d.stage = COALESCE(%s::smallint, d.stage) AND d.stage > 0)
"""


def _lock(review: Review, actor: Actor, stage: int | None) -> tuple[Review, _Standing]:
    """The review as it is once nobody else decides it, and whether the seat is still the actor's. What was voted may be
    older by as long as another had it: a vote that it misses is met by the constraint, one per person and digest."""
    me = actor.person.pk
    given = [review.pk, actor.organization.pk, me, me, stage]
    found = load_with(_OF_LOCKED, Review, "", given, first=_LOCKING)
    if not found:
        raise NotFound("There is no such review here.")
    locked, standing = found[0][0], _Standing(*found[0][1])
    if not locked.is_visible_to(actor, is_assigned=standing.is_assigned):
        raise NotFound("There is no such review here.")
    return locked, standing


def _standing(review_id: uuid.UUID, actor: Actor, digest: str, stage: int | None) -> _Standing:
    me = actor.person.pk
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_STANDING}", [review_id, me, review_id, me, review_id, me, digest, stage])
        return _Standing(*cursor.fetchone())


_OTHERS = "This review is assigned to other people."


def _may(review: Review, actor: Actor, standing: _Standing) -> None:
    demand(actor, "reviews.decide")
    if reason := review.forbids(actor.person.pk):
        raise NotAllowed(reason, review=str(review.pk))
    if not standing.is_asked:
        raise NotAllowed(
            "Others decide now: this review has stages, and is not at yours."
            if standing.is_assigned
            else _OTHERS,
            review=str(review.pk),
        )
    if review.risk == "high" and actor.strength == "key":
        raise NotAllowed(
            "A high-risk review is decided on its page, with a second factor; a key is not enough.",
            review=str(review.pk),
        )
    if review.risk != "low" and actor.strength == "link":
        raise NotAllowed(
            "This review is decided by who is signed in; the link of a mail is not enough.",
            review=str(review.pk),
        )


def still_open(review: Review) -> None:
    """Raises the refusal of an answer that comes too late."""
    overdue = review.status == "open" and review.due_at <= now() and review.on_timeout != "escalate"
    if review.status == "expired" or overdue:
        raise Expired(
            "The time to decide this has passed.", due_at=rfc3339(review.due_at), review=str(review.pk)
        )
    if review.status == "withdrawn":
        raise Expired("This review was withdrawn: no decision is needed any more.", review=str(review.pk))
    if review.status == "decided":
        last = review.decisions.order_by("at", "id").last()
        raise AlreadyDecided(
            "This was already decided.",
            review=str(review.pk),
            decision=plain(last) if last else None,
            outcome=review.outcome,
        )


def _not_voted(review: Review, actor: Actor, standing: _Standing, digest: str, stage: int | None) -> None:
    if standing.has_voted:
        mine = Decision.objects.filter(review=review, person_id=actor.person.pk, digest=digest, stage__gt=0)
        vote = (mine.filter(stage=stage) if stage is not None else mine).latest("at")
        is_earlier = review.stages and stage is None and vote.stage != review.stage
        raise AlreadyVoted(_NAME_IT if is_earlier else _VOTED, decision=plain(vote))


_VOTED = "You have already voted; the others have not yet."
_NAME_IT = "You voted at an earlier stage. Look at it as it is now, and name the stage at which you vote."


def _well_formed(review: Review, verdict: str, note: str, edits: Object | None, answer: JSON) -> None:
    if verdict not in review.answers:
        raise Invalid(f"This review takes {', '.join(review.answers)}; not {verdict!r}.", path="verdict")
    if not is_storable([note, edits, answer]):
        raise Invalid(UNSTORABLE.format("The decision"), path="edits" if edits else "note")
    if len(note) > NOTE_LIMIT:
        raise Invalid(f"A note has at most {NOTE_LIMIT} characters; this has {len(note)}.", path="note")
    if verdict in _NOTED and not note.strip():
        raise Invalid(_NOTED[verdict], path="note")
    if (verdict == "edit") != bool(edits):
        raise Invalid(
            "Edits go with the verdict `edit`, and an edit changes at least one value.", path="edits"
        )
    if verdict == "edit":
        editing.check(review, edits or {})
    if answer is not None and verdict != "answer":
        raise Invalid("An answer goes with the verdict `answer`.", path="answer")
    if verdict == "answer":
        check_answer(review, answer)


def _proved(review: Review, actor: Actor) -> None:
    """Asked last, so that nobody proves who they are for a decision that would be refused all the same."""
    if review.risk == "high" and actor.strength != "factor":
        raise NotFresh(
            "Deciding a high-risk review needs a second factor of the last ten minutes.", needs="factor"
        )


def _vote(
    review: Review, actor: Actor, verdict: str, note: str, edits: Object | None, answer: JSON
) -> Decision:
    changes: Any = None  # Any: the encrypted column holds any JSON
    if verdict == "edit":
        changes, items = editing.apply(review, edits or {})
        review.bind(items)
    return Decision(
        review=review,
        stage=0 if staging.begins_anew(review, verdict) else review.stage,
        person_id=actor.person.pk,
        verdict=verdict,
        note=note.strip() or None,
        changes=changes,
        answer=answer,
        # An edit is a vote for what it makes of the card; it starts the vote again for everybody else.
        digest=review.digest,
        is_own_request=actor.person.pk == review.requester_id,
        channel=actor.channel,
        strength=actor.strength,
    )


def _conclude(review: Review, actor: Actor, decision: Decision, given: Allowance | None) -> None:
    """Vote, outcome, record and wake-up, in one statement."""
    ended = ENDING.get(decision.verdict) or _tally(review, decision)
    following = staging.following(review, decision.verdict, ended)
    if following:
        ended = None
    facts: Object = {
        "verdict": decision.verdict,
        "decision": str(decision.pk),
        "shown": decision.digest,
        "outcome": ended,
        "step": review.step_id,
    }
    if decision.is_own_request:
        facts["own_request"] = True
    if review.stages:
        facts["stage"] = review.stage
    event = prepare("review.decided" if ended else "review.voted", review, actor.by, review.run_id, **facts)
    parts = [insertion([decision]), recording([event])]
    if given:
        parts += allowing.giving(given, decision, actor, review.run_id)
    if decision.verdict == "edit":
        review.save(update_fields=["card", "content_digest", "digest"])
    if review.risk == "high":
        security.observe("review.decided-high-risk", person=actor.person, organization=actor.organization)
    if ended:
        review.status, review.outcome, review.closed_at, review.next_at = "decided", ended, now(), None
        parts += [Part(_CLOSE, [review.status, review.outcome, review.closed_at, review.pk])]
        parts += waking(review.wake)
    elif review.claimed_by == actor.person.pk:
        review.claimed_by = review.claimed_until = None
        parts += [Part(_RELEASE, [review.pk])]
    write(parts)
    if following:
        staging.begin(review, following, actor.by)
    elif decision.verdict == "edit" and not ended:
        leave_out_departed(review, actor.by)


_CLOSE = (
    "UPDATE verification_review SET status = %s, outcome = %s, closed_at = %s, next_at = NULL WHERE id = %s"
)

_RELEASE = "UPDATE verification_review SET claimed_by = NULL, claimed_until = NULL WHERE id = %s"


def _tally(review: Review, decision: Decision) -> str | None:
    """With the votes until now, and this one."""
    if review.rule["approve"] == "any" and decision.verdict in APPROVING:
        return OUTCOMES["approve"]
    if review.rule["reject"] == "any" and decision.verdict == "reject":
        return OUTCOMES["reject"]
    return outcome(review.rule, review.seats, {**review.votes, decision.person_id: decision.verdict})


def plain(decision: Decision) -> Object:
    """A decision as the API and refusals show it; `by` is the person's id."""
    return {
        "id": str(decision.pk),
        "by": str(decision.person_id),
        "verdict": decision.verdict,
        "note": decision.note,
        "edits": decision.edits or None,
        "answer": decision.answer,
        "at": rfc3339(decision.at),
        "channel": decision.channel,
        "allowance": str(decision.allowance_id) if decision.allowance_id else None,
        "stage": decision.stage,
    }
