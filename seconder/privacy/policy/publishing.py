"""Making versions of the policy: the first by itself, every other by somebody who runs the installation and says what
is new, and from when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction

from seconder.accounts.actor import Actor, demand
from seconder.core.clock import now
from seconder.core.json import JSON
from seconder.core.refusals import Conflict, Invalid
from seconder.engine import enqueue
from seconder.events.recording import record
from seconder.privacy.models import PolicyVersion
from seconder.privacy.policy import document, news, standing, telling
from seconder.privacy.policy.comparing import WEIGHTS, Change, Weight, changes, new_purposes, weight_of
from seconder.privacy.policy.document import Document

LONGEST_SUMMARY = 2_000  # characters
FURTHEST = timedelta(days=400)  # a little more than the longest notice
FIRST = "The first version."
_LOCK = 0x901C  # a number of ours


@dataclass(frozen=True)
class Draft:
    """What would be published just now, beside the latest version that is."""

    latest: PolicyVersion | None
    document: Document
    changes: list[Change]

    @property
    def is_new(self) -> bool:
        return self.latest is None or self.latest.digest != self.document.digest

    @property
    def weight(self) -> Weight:
        return weight_of(self.changes)

    def notice_days(self, weight: Weight) -> int:
        """How long before people are told of what matters to them, and others of somebody new who gets data."""
        days = 0 if weight == "editorial" else settings.PRIVACY_NOTICE_DAYS
        return max(days, standing.owed_days()) if any(change.begins for change in self.changes) else days

    def earliest(self, weight: Weight) -> date:
        """The first day on which it may count."""
        first = now().date() + timedelta(days=self.notice_days(weight))
        return max(first, self.latest.effective_from.date()) if self.latest else first

    @property
    def earliest_found(self) -> date:
        return self.earliest(self.weight)


def draft() -> Draft:
    latest = PolicyVersion.objects.order_by("-number").first()
    made = document.current()
    found = changes(latest.text.read["facts"], made.read["facts"]) if latest else []
    return Draft(latest, made, found)


def in_force() -> PolicyVersion:
    """The version that counts now. Where none was published yet, the first as it would be, not stored."""
    return PolicyVersion.objects.in_force() or _first()


@transaction.atomic
def begin() -> PolicyVersion:
    """The version in force; the first is made where there is none, so that no person ever meets an installation without
    a policy."""
    if found := PolicyVersion.objects.in_force():
        return found
    _take_turn()
    found = PolicyVersion.objects.in_force()
    if found is None:
        found = _first()
        found.save(force_insert=True)
        transaction.on_commit(standing.forget)
    return found


@transaction.atomic
def publish(actor: Actor, summary: str, effective_on: date, weight: str = "") -> PolicyVersion:
    """`weight`: heavier than was found, never lighter; "" for what was found. Tells those concerned. Raises NotAllowed,
    Conflict where nothing is new, Invalid with the place."""
    demand(actor, "privacy.manage")
    _take_turn()
    made = draft()
    if made.latest is None or not made.is_new:
        raise Conflict("Nothing has changed since the latest version, so there is nothing to publish.")
    weighs = _weight(made, weight)
    version = PolicyVersion(
        number=made.latest.number + 1,
        digest=made.document.digest,
        document=made.document.content,
        weight=weighs,
        summary=_summary(summary),
        changes=[change.words for change in made.changes],
        purposes=new_purposes(made.latest.text.read["facts"], made.document.read["facts"]),
        changes_recipients=any(change.about in ("recipients", "abroad") for change in made.changes),
        effective_from=_beginning(made, effective_on, weighs),
        published_by_id=actor.person.pk,
    )
    version.save(force_insert=True)
    transaction.on_commit(standing.forget)
    _announce(actor, version)
    return version


def _announce(actor: Actor, version: PolicyVersion) -> None:
    if version.weight != "editorial":
        telling.give_notice(version)
    if version.changes_recipients:
        enqueue(news.TELL, version=str(version.pk))
    purposes: JSON = [*version.purposes]
    record(
        "policy.published",
        Policy(version, actor),
        actor.by,
        number=version.number,
        digest=version.digest,
        weight=version.weight,
        effective_from=version.effective_from.isoformat(),
        purposes=purposes,
    )


class Policy:
    """What the record is about. It is kept per organization: this one in that of whoever runs the installation."""

    def __init__(self, version: PolicyVersion, actor: Actor) -> None:
        self.pk, self.organization_id = version.pk, actor.organization.pk


def _first() -> PolicyVersion:
    made = document.current()
    return PolicyVersion(
        number=1,
        digest=made.digest,
        document=made.content,
        weight="editorial",
        summary=FIRST,
        effective_from=now(),
    )


def _take_turn() -> None:
    """One at a time, as numbers follow each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _weight(made: Draft, given: str) -> Weight:
    if not given:
        return made.weight
    if given not in WEIGHTS or WEIGHTS.index(given) < WEIGHTS.index(made.weight):
        raise Invalid(f"What has changed is {made.weight}; it can be called no less.", path="weight")
    return given


def _summary(given: str) -> str:
    said = given.strip()
    if not 1 <= len(said) <= LONGEST_SUMMARY:
        raise Invalid(f"Say what is new, in 1 to {LONGEST_SUMMARY:,} characters.", path="summary")
    return said


def _beginning(made: Draft, day: date, weight: Weight) -> datetime:
    earliest = made.earliest(weight)
    if day < earliest:
        raise Invalid(
            f"It can count from {earliest} on: those concerned are told {made.notice_days(weight)} days before.",
            path="effective_on",
        )
    if day > now().date() + FURTHEST:
        raise Invalid(
            f"A version counts within {FURTHEST.days} days: it can never be taken back.", path="effective_on"
        )
    at = datetime.combine(day, time(), UTC)
    assert made.latest  # there is one, or nothing could be published
    return max(at, now(), made.latest.effective_from)
