"""What ends with a person who is erased, and with an organization that has nobody left."""

from __future__ import annotations

import contextlib
import uuid

from django_scopes import scopes_disabled

from seconder.core.refusals import AlreadyFinished
from seconder.events.by import SYSTEM
from seconder.privacy.subject import Subject
from seconder.runs.ending import end
from seconder.runs.models import TERMINAL, Run


def end_runs(subject: Subject) -> None:
    """Nothing more is done for somebody whose words cannot be read any more."""
    if subject.id is None:
        return
    with scopes_disabled():
        for run in Run.objects.filter(requester_id=subject.id).exclude(status__in=TERMINAL):
            with contextlib.suppress(AlreadyFinished):  # it came to its end by itself meanwhile
                end(run, SYSTEM)


def close(organization: uuid.UUID) -> None:
    with scopes_disabled():
        Run.objects.filter(organization=organization).delete()
