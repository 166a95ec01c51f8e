"""I look at this: a mark that the others see for half an hour. It keeps nobody from deciding; pages ask the others to
confirm that they know of it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from seconder.accounts.actor import Actor
from seconder.core.clock import now, rfc3339
from seconder.core.refusals import Conflict
from seconder.events.recording import record
from seconder.verification.deciding import hindrance
from seconder.verification.models import Review

LASTS = timedelta(minutes=30)


def claimant(review: Review) -> uuid.UUID | None:
    """Who looks at it now; nobody once it has closed or half an hour has passed."""
    is_on = review.status == "open" and review.claimed_until is not None and review.claimed_until > now()
    return review.claimed_by if is_on else None


def claim(review: Review, actor: Actor) -> None:
    """For half an hour from now; claiming anew begins it again. Whoever may not decide now may not claim either."""
    with transaction.atomic():
        locked = Review.objects.hold(actor, review.pk)
        if refused := hindrance(locked, actor):
            raise refused
        if (holder := claimant(locked)) and holder != actor.person.pk:
            raise Conflict(
                "Somebody else looks at this. You may decide it all the same.",
                claimed_by=str(holder),
                claimed_until=rfc3339(locked.claimed_until),
            )
        locked.claimed_by, locked.claimed_until = actor.person.pk, now() + LASTS
        locked.save(update_fields=["claimed_by", "claimed_until"])
        record("review.claimed", locked, actor.by, locked.run_id, step=locked.step_id)
    review.__dict__.update(locked.__dict__)


def release(review: Review, actor: Actor) -> None:
    """Gives one's own claim up; where there is none, nothing happens."""
    with transaction.atomic():
        locked = Review.objects.hold(actor, review.pk)
        if claimant(locked) == actor.person.pk:
            locked.unclaim()
            record("review.released", locked, actor.by, locked.run_id, step=locked.step_id)
    review.__dict__.update(locked.__dict__)
