from __future__ import annotations

import uuid
from datetime import timedelta

from django_scopes import scopes_disabled

from seconder.core import mail
from seconder.core.clock import now
from seconder.core.mail import aftermath
from seconder.core.mail.suppressing import forget_deliveries
from seconder.engine import job
from seconder.notifications import hearing, mailing
from seconder.notifications.models import Notification

KEPT = timedelta(days=90)


@job("notifications.hear")
def hear(events: list[str]) -> None:
    """What could not be heard as it was sealed (`events.sealing`)."""
    hearing.hear_by_id([uuid.UUID(event) for event in events])


@job("notifications.mail")
def mail_due() -> None:
    """What waits on the queue from before there was a lane for it."""
    mailing.mail_due()


@job("notifications.forget_old")
def forget_old() -> None:
    """Deletes notifications and lines of the log of deliveries when their time to be kept is over, and mail that a
    crash left half written."""
    with scopes_disabled():
        Notification.objects.filter(at__lt=now() - KEPT).delete()
    forget_deliveries(now() - KEPT)
    aftermath.forget(now() - KEPT)
    mail.tidy()
