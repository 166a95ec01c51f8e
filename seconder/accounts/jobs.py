from __future__ import annotations

import uuid
from datetime import timedelta

from django_scopes import scopes_disabled

from seconder.accounts import attempts
from seconder.accounts.identity import letters
from seconder.accounts.invitations import forgetting, lists
from seconder.accounts.models import DayOff, Holiday, RepeatedCall, SecurityEvent, Session, SignInLink
from seconder.core.clock import now
from seconder.engine import job

DAYS_KEPT = timedelta(days=90)
REPEATED_CALLS_KEPT = timedelta(hours=24)


@job("accounts.forget_old")
def forget_old() -> None:
    """Deletes what has served: answers kept for repeated calls; links, sessions, letters and invitations that ended;
    security events after their time, and their networks before; days off and holidays once they are long over."""
    moment = now()
    RepeatedCall.objects.filter(at__lt=moment - REPEATED_CALLS_KEPT).delete()
    SignInLink.objects.filter(expires_at__lt=moment).delete()
    Session.objects.filter(expires_at__lt=moment).delete()
    letters.forget_old()
    forgetting.forget_old()
    SecurityEvent.objects.forget_old()
    long_ago = moment.date() - DAYS_KEPT
    DayOff.objects.filter(day__lt=long_ago).delete()
    with scopes_disabled():
        Holiday.objects.filter(day__lt=long_ago).delete()


@job("accounts.forget_attempts")
def forget_attempts() -> None:
    """Deletes what counted attempts, soon after its time: it stood for addresses and networks."""
    attempts.forget_expired()


@job(lists.INVITE)
def invite_list(list: str) -> None:  # noqa: A002  what the list is called in the queue
    lists.go_on(uuid.UUID(list))


@job(letters.SEND)
def send_letter(letter: str) -> None:
    letters.send(uuid.UUID(letter))
