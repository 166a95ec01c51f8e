from __future__ import annotations

from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.core.clock import now
from seconder.core.refusals import AlreadyFinished, NotFound
from seconder.events.by import By
from seconder.events.recording import record
from seconder.runs.models import TERMINAL, Run
from seconder.verification.withdrawing import withdraw


def cancel(run: Run, actor: Actor) -> None:
    """Ends the run now. What a worker has in hand of it is fenced off; an effect that is already happening is
    still recorded. Raises AlreadyFinished where the run has ended."""
    demand(actor, "runs.control")
    if run.organization_id != actor.organization.pk:
        raise NotFound("There is no such run here.")
    end(run, actor.by)


def end(run: Run, by: By) -> None:
    """`cancel`, for whoever may."""
    with transaction.atomic():
        withdraw([run.pk], by)
        moment = now()
        changed = (
            Run.objects.filter(pk=run.pk)
            .exclude(status__in=TERMINAL)
            .update(status="canceled", lease=None, next_at=None, finished_at=moment)
        )
        if not changed:
            raise AlreadyFinished("This run has already ended.", run=str(run.pk))
        # Once more, for what a worker opened until now. Who decides one of these holds it and waits for the run,
        # so that it is left to them.
        withdraw([run.pk], by, wait=False)
        record("run.canceled", run, by, run.pk)
    run.status, run.finished_at = "canceled", moment
