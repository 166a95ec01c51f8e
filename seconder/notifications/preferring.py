"""Choosing how one hears; what waits to be mailed follows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django_scopes import scopes_disabled

from seconder.accounts.models import Person
from seconder.core.clock import now
from seconder.core.mail.posting import withdraw
from seconder.core.refusals import Invalid
from seconder.core.rows import rowset
from seconder.notifications.hearing import GRACE
from seconder.notifications.kinds import KINDS, WAYS
from seconder.notifications.models import Notification, Preferences
from seconder.notifications.posting import Thing, postings
from seconder.notifications.topics import topics

_HOLD = """
UPDATE notifications_notification AS n SET mail_due_at = v.mail_due_at, letter = v.letter
FROM json_to_recordset(%s::json) AS v(event_id uuid, mail_due_at timestamptz, letter text)
WHERE n.person_id = %s AND n.event_id = v.event_id AND n.mail_due_at IS NOT NULL
"""


@dataclass(frozen=True)
class Chosen:
    """What to change; what is left out stays. `quiet`: from and until, hours; () for never."""

    ways: Mapping[str, str] = field(default_factory=dict)
    digest_hour: int | None = None
    digest_days: Sequence[int] | None = None
    quiet: Sequence[int] | None = None


@transaction.atomic
def choose(person: Person, chosen: Chosen) -> Preferences:
    """Raises Invalid."""
    _check(chosen)
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)  # one after the other
    kept = Preferences.objects.filter(person=person).first() or Preferences(person=person)
    kept.person = person
    ways = {**kept.ways, **chosen.ways}
    kept.ways = {name: way for name, way in ways.items() if name in KINDS and way != KINDS[name].usual}
    if chosen.digest_hour is not None:
        kept.digest_hour = chosen.digest_hour
    if chosen.digest_days is not None:
        kept.digest_days = sorted(set(chosen.digest_days))
    if chosen.quiet is not None:
        kept.quiet_from, kept.quiet_until = chosen.quiet or (None, None)
    kept.save()
    _hold(kept)
    return kept


def _check(chosen: Chosen) -> None:
    for name, way in chosen.ways.items():
        if name not in KINDS:
            raise Invalid(f"There is no kind {name[:40]!r}; there are {', '.join(KINDS)}.", path="ways")
        if way not in WAYS:
            raise Invalid(f"One hears by {', '.join(WAYS)}, not by {way[:40]!r}.", path=name)
    if chosen.digest_hour is not None and chosen.digest_hour not in range(24):
        raise Invalid("The hour of the digest is one of 0 to 23.", path="digest_hour")
    days = chosen.digest_days
    if days is not None and (not days or set(days) - set(range(7))):
        raise Invalid("Choose at least one day of the week for the digest.", path="digest_days")
    if chosen.quiet and (len(chosen.quiet) != 2 or set(chosen.quiet) - set(range(24))):
        raise Invalid("Quiet hours have two hours of 0 to 23: from and until.", path="quiet_until")
    if chosen.quiet and chosen.quiet[0] == chosen.quiet[1]:
        raise Invalid("Quiet hours end at another hour than they begin.", path="quiet_until")


def _hold(preferences: Preferences) -> None:
    """What waits to be mailed goes as is chosen now. It waits a GRACE anew, as what is new does (`mailing`)."""
    with scopes_disabled():
        waiting = Notification.objects.filter(person_id=preferences.person_id, mail_due_at__isnull=False)
        pending = [one for one in waiting if one.name in topics]
        things = [Thing(one.name, one.subject_id, preferences) for one in pending]
        posted = postings(things, now() + GRACE)
    rows = [
        {"event_id": one.event_id, "mail_due_at": due_at, "letter": letter}
        for one, (letter, due_at) in zip(pending, posted, strict=True)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [rowset(rows), preferences.person_id])
        withdraw(f"notifications-{preferences.person_id}-", "withdrawn")  # each goes in another mail now
