"""What the versions in force say, as far as the code that runs asks for it again and again: kept in memory for a
minute.

`publish` forgets it in its own process; the others see a new version within that minute.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Max
from django_scopes import scopes_disabled

from seconder.core.clock import now
from seconder.core.purposes import purpose
from seconder.core.recipients import RECIPIENTS, Disclosure, DisclosureRefused, Recipient
from seconder.privacy.disclosures.rules import connected
from seconder.privacy.models import Agreement, PolicyVersion, RecipientNews

Facts = Any  # JSON of a version
FRESH = 60.0  # seconds


class Beginning(NamedTuple):
    """The version from which on a purpose was named without a break."""

    version_id: uuid.UUID
    number: int
    at: datetime


@dataclass(frozen=True)
class Standing:
    """`name`: of the version in force, "" before the first · `recipients`: those in it, as `address_of` writes them ·
    `notice_days`: how long before others are told of a new one; 0 where nobody is owed it."""

    is_published: bool = False
    name: str = ""
    recipients: frozenset[str] = frozenset()
    notice_days: int = 0
    beginnings: Mapping[str, Beginning] = field(default_factory=dict)


_lock = threading.Lock()
_read: tuple[float, Standing] | None = None  # until when, and what


def current() -> Standing:
    global _read
    with _lock:
        if _read is None or _read[0] < time.monotonic():
            _read = time.monotonic() + FRESH, _load()
        return _read[1]


def forget(known: Standing | None = None) -> None:
    """It is read anew. `known`: from now on it is this; for tests that have no database."""
    global _read
    _read = (float("inf"), known) if known else None


def judge(made: Disclosure) -> None:
    """Bound to the gateway: who is not in the policy in force gets nothing while somebody is owed notice of it. Raises
    DisclosureRefused."""
    if made.recipient.is_local:
        return
    standing = current()
    if (
        not standing.is_published
        or not standing.notice_days
        or address_of(made.recipient) in standing.recipients
    ):
        return
    raise DisclosureRefused(
        f"{made.recipient.name} is not in the privacy policy that is in force, and others are told "
        f"{standing.notice_days} days before anybody new gets data. Publish a version that names it.",
        may_change=True,
    )


def address_of(recipient: Recipient) -> str:
    """Who it is, and where: another server is another one, though it does the same."""
    return f"{recipient.id} at {', '.join(sorted(recipient.reached))}"


def ahead_of(facts: Facts) -> list[str]:
    """Who gets data by the settings as they are, and is not named in these facts of a version."""
    named = _named(facts)
    found = (each for each in RECIPIENTS.values() if each.enabled() and not each.is_local)
    return sorted(each.entity or each.name for each in found if address_of(each) not in named)


def _named(facts: Facts) -> frozenset[str]:
    return frozenset(f"{name} at {', '.join(each['hosts'])}" for name, each in facts["recipients"].items())


def owed_days() -> int:
    """How long before somebody new gets data others are told: as agreements in force say, and subscribers are owed."""
    day = now().date()
    with scopes_disabled():
        agreed = (
            Agreement.objects.filter(effective_from__lte=day)
            .exclude(effective_until__lt=day)
            .aggregate(most=Max("notice_days"))["most"]
        )
    asked = settings.PRIVACY_NOTICE_DAYS if RecipientNews.objects.exists() else 0
    return max(agreed or 0, asked)


def _load() -> Standing:
    """Whatever it was that asked, this is the service's own reading."""
    with purpose("service"), connected():
        versions = list(PolicyVersion.objects.filter(effective_from__lte=now()).order_by("-number"))
        if not versions:
            return Standing()
        newest = versions[0].text.read["facts"]
        return Standing(True, versions[0].name, _named(newest), owed_days(), _beginnings(versions))


def _beginnings(versions: list[PolicyVersion]) -> dict[str, Beginning]:
    """Of those that the newest names; `versions`: newest first."""
    found: dict[str, Beginning] = {}
    for name in versions[0].text.read["facts"]["purposes"]:
        for version in versions:
            if name not in version.text.read["facts"]["purposes"]:
                break
            found[name] = Beginning(version.pk, version.number, version.effective_from)
    return found
