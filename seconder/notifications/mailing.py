"""One mail for all that a person should hear by mail just now, of each letter (`kinds`): what waits, and links to the
pages. No content.

A link is a plain address; it lets nobody in and decides nothing. There is nothing in a mail that tells
whether it was opened.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import connection, transaction
from django.db.models import Min
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership, Person
from seconder.core import mail
from seconder.core.clock import now
from seconder.core.mail.posting import post, withdraw
from seconder.core.purposes import purpose
from seconder.engine.outage import is_outage
from seconder.events.news import Mention
from seconder.notifications.hearing import GRACE
from seconder.notifications.letter import Line, letter
from seconder.notifications.models import Notification
from seconder.notifications.topics import news, topics

log = structlog.get_logger()
AT_ONCE = 500  # people in one run of the job
AGAIN = 60.0  # seconds, after a mail could not be sent
GIVE_UP = timedelta(days=1)
_LOCK = 0x3A11


class Due(NamedTuple):
    """One letter to one person; `first`: when the first of what it tells was due."""

    person_id: uuid.UUID
    letter: str
    first: datetime

    @property
    def key(self) -> str:
        return f"notifications-{self.person_id}-{self.letter}-{self.first:%Y%m%dT%H%M%S.%f}"


def mail_due() -> bool:
    """Sends what is due; False where some of it could not be sent, and should be tried AGAIN later."""
    with purpose("service.notifications"), scopes_disabled():
        sent = [_mailed(each) for each in due()]
        return all(sent)


def seconds_until_next() -> float | None:
    with scopes_disabled():
        first: datetime | None = Notification.objects.filter(mail_due_at__isnull=False).aggregate(
            first=Min("mail_due_at")
        )["first"]
    return None if first is None else max(0.0, (first - now()).total_seconds())


def _mailed(due: Due) -> bool:
    """What goes wrong with one letter keeps no others from going."""
    try:
        return _mail(due)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("notification.broke", person=str(due.person_id))
        return False


def due() -> list[Due]:
    rows = Notification.objects.filter(mail_due_at__lte=now()).values("person_id", "letter")
    first = rows.annotate(first=Min("mail_due_at")).order_by("first")
    return [Due(*row) for row in first.values_list("person_id", "letter", "first")[:AT_ONCE]]


def _mail(due: Due) -> bool:
    """False where it should be tried again later."""
    with transaction.atomic():
        if not _take_turn(due):
            return True  # another worker is at it
        batch = _batch(due)
        person = Person.objects.filter(pk=due.person_id, is_active=True).first()
        lines = _lines(batch) if person and due.first > now() - GIVE_UP else []
        is_done = _send(person, lines, due) if person and lines else _let_be(due)
        if is_done:
            sent = [one.event_id for one in batch]
            Notification.objects.filter(person_id=due.person_id, event_id__in=sent).update(mail_due_at=None)
        return is_done


def _let_be(due: Due) -> bool:
    """Nothing of it is worth a mail any more, or it could not be sent for so long that it is not."""
    is_over = due.first <= now() - GIVE_UP
    if is_over:
        log.warning("notification.given_up", person=str(due.person_id))
    withdraw(due.key, "failed" if is_over else "withdrawn")
    return True


def _take_turn(due: Due) -> bool:
    """A lock of its own rather than on the rows, so that reading them in the product never waits for a mail server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, f"{due.person_id} {due.letter}"]
        )
        return bool(cursor.fetchone()[0])


def _batch(due: Due) -> list[Notification]:
    """Those that fell due within one GRACE from the first. By the time that the first is due no more can join
    them, as each new one waits a GRACE: so the same mail is put together again after a crash, under the same key."""
    rows = Notification.objects.filter(
        person_id=due.person_id,
        letter=due.letter,
        mail_due_at__gte=due.first,
        mail_due_at__lt=due.first + GRACE,
    )
    return list(rows.select_related("organization").order_by("at", "event_id"))


def _lines(batch: list[Notification]) -> list[Line]:
    """What is still worth a mail: not read, of an organization that the person has not left, and where something is
    asked, it still is. One line a page."""
    unread = {_mention(one): one for one in _of_members(batch) if one.read_at is None}
    told = news(unread)
    lines: dict[tuple[object, str], Line] = {}
    for mention, one in unread.items():
        item = told.get(mention)
        kind = topics[one.name].kind if item else None
        if item and kind and (item.waits or not kind.is_asked):
            lines[one.organization_id, item.path] = Line(one.organization, kind, item)
    return list(lines.values())


def _of_members(batch: list[Notification]) -> list[Notification]:
    """All of it is one person's."""
    seats = Membership.objects.active().filter(person_id__in={one.person_id for one in batch})
    homes = set(seats.values_list("organization_id", flat=True))
    return [one for one in batch if one.organization_id in homes]


def _mention(one: Notification) -> Mention:
    return Mention(one.name, one.subject_id, one.person_id)


def _send(person: Person, lines: list[Line], due: Due) -> bool:
    try:
        homes = {line.organization.pk for line in lines}
        post(letter(person, lines, due.letter), due.key, person_id=person.pk, organizations=homes)
    except mail.MailFailed as error:
        log.warning("notification.mail_failed", person=str(person.pk), outcome=error.happened)
        # Where it may have gone out, a second mail would be noise: the product shows it in any case.
        return not error.retryable or (error.happened == "unknown" and not mail.takes_key())
    return True
