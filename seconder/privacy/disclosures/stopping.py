"""Stopping a recipient, and resuming it: whoever runs the installation does, and nothing needs to be started anew."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from seconder.core.clock import now
from seconder.core.recipients import RECIPIENTS
from seconder.core.refusals import Conflict, NotFound
from seconder.privacy.disclosures import rules
from seconder.privacy.models import Stop


def stop(recipient_id: str) -> Stop:
    """From now on nothing goes there. Raises NotFound, or Conflict where it is stopped already."""
    _known(recipient_id)
    try:
        with transaction.atomic():
            made = Stop.objects.create(recipient=recipient_id)
            rules.changed()
    except IntegrityError as there:
        raise Conflict(f"{recipient_id} is stopped already.") from there
    return made


def resume(recipient_id: str) -> None:
    """Raises NotFound, or Conflict where it is not stopped."""
    _known(recipient_id)
    with transaction.atomic():
        if not Stop.objects.filter(recipient=recipient_id, ended_at=None).update(ended_at=now()):
            raise Conflict(f"{recipient_id} is not stopped.")
        rules.changed()


def _known(recipient_id: str) -> None:
    if recipient_id not in RECIPIENTS:
        raise NotFound(f"There is no recipient {recipient_id!r}; there are {', '.join(sorted(RECIPIENTS))}.")
