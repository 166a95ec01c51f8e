from __future__ import annotations

import uuid

from seconder.accounts import attempts
from seconder.accounts.identity import letters
from seconder.accounts.invitations import lists
from seconder.core.disposal import dispose
from seconder.engine import job


@job("accounts.forget_old", purpose="service.accounts")
def forget_old() -> None:
    """The app's part of `privacy.retain`: answers kept for repeated calls; links, sessions, letters and invitations
    that ended; security events after their time, and their networks before; days off and holidays."""
    dispose("accounts")


@job("accounts.forget_attempts", purpose="service.security")
def forget_attempts() -> None:
    """Deletes what counted attempts, soon after its time: it stood for addresses and networks."""
    attempts.forget_expired()


@job(lists.INVITE, purpose="service.accounts")
def invite_list(list: str) -> None:  # noqa: A002  what the list is called in the queue
    lists.go_on(uuid.UUID(list))


@job(letters.SEND, purpose="service.accounts")
def send_letter(letter: str) -> None:
    letters.send(uuid.UUID(letter))
