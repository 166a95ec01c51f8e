from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session

from seconder.accounts.models import RepeatedCall, SignInLink
from seconder.core.clock import now
from seconder.engine import job

REPEATED_CALLS_KEPT = timedelta(hours=24)


@job("accounts.forget_old")
def forget_old() -> None:
    """Deletes what has served: answers kept for repeated calls, sign-in links and sessions that have expired."""
    moment = now()
    RepeatedCall.objects.filter(at__lt=moment - REPEATED_CALLS_KEPT).delete()
    SignInLink.objects.filter(expires_at__lt=moment).delete()
    Session.objects.filter(expire_date__lt=moment).delete()
