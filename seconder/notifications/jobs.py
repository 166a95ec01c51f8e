from __future__ import annotations

import uuid

from seconder.core.disposal import dispose
from seconder.engine import job
from seconder.notifications import hearing, mailing


@job("notifications.hear", purpose="service.notifications")
def hear(events: list[str]) -> None:
    """What could not be heard as it was sealed (`events.sealing`)."""
    hearing.hear_by_id([uuid.UUID(event) for event in events])


@job("notifications.mail", purpose="service.notifications")
def mail_due() -> None:
    """What waits on the queue from before there was a lane for it."""
    mailing.mail_due()


@job("notifications.forget_old", purpose="service.notifications")
def forget_old() -> None:
    """The app's part of `privacy.retain`."""
    for app in ("notifications", "core", "outbox"):
        dispose(app)
