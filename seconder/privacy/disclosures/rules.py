"""What stands against a disclosure: the operator stopped the recipient, or the organization's agreement does not allow
the purpose or the country.

A worker's lane reads them when they change (`lane`). Another process reads them at most once a second, so that a stop
holds everywhere within that second.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection, transaction
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.core import regions
from seconder.core.clock import now
from seconder.core.purposes import PURPOSES, purpose
from seconder.core.recipients import CHOSEN, Disclosure, DisclosureRefused, Recipient
from seconder.engine.wake import NET, notify
from seconder.privacy.models import Agreement, Stop
from seconder.privacy.models.agreement import REGIONS

LANE = "rules"
FRESH = 1.0  # seconds, where nobody keeps them up
KEPT_UP = 3 * NET  # seconds, where the lane does


class Terms(NamedTuple):
    """What the agreement in force of an organization says."""

    region: str
    purposes: tuple[str, ...]

    def allows(self, purpose: str) -> bool:
        return any(purpose == named or purpose.startswith(f"{named}.") for named in self.purposes)


@dataclass(frozen=True)
class Rules:
    stopped: frozenset[str] = frozenset()
    terms: Mapping[uuid.UUID, Terms] = field(default_factory=dict)


_lock = threading.Lock()
_read: tuple[float, Rules] | None = None  # until when, and what


def judge(made: Disclosure) -> None:
    """Raises DisclosureRefused."""
    rules = current()
    if made.recipient.id in rules.stopped:
        raise DisclosureRefused(
            f"Nothing goes to {made.recipient.name} just now: whoever runs this installation stopped it.",
            may_change=True,
        )
    for organization in made.concern.organization_ids:
        if terms := rules.terms.get(organization):
            _hold_to(terms, made)


def by_agreement(person_id: uuid.UUID, name: str) -> bool:
    """Whether the agreements of all organizations that the person belongs to allow it."""
    terms = current().terms
    if not terms:
        return True
    with purpose("service.accounts"), scopes_disabled():  # whatever is done around it
        seats = Membership.objects.active().filter(person_id=person_id, organization_id__in=[*terms])
        return all(terms[home].allows(name) for home in seats.values_list("organization_id", flat=True))


def current() -> Rules:
    global _read
    with _lock:
        if _read is None or _read[0] < time.monotonic():
            _read = time.monotonic() + FRESH, _load()
        return _read[1]


def refresh() -> None:
    """Reads them now, for as long as the lane may take to come by again."""
    global _read
    read = _load()
    with _lock:
        _read = time.monotonic() + KEPT_UP, read


def changed() -> None:
    """Called in the transaction that changes them: they are read anew, here and in every worker."""
    notify(LANE)
    forget()
    transaction.on_commit(forget)


def forget(known: Rules | None = None) -> None:
    """What was read is read anew. `known`: from now on it is this; for tests that have no database."""
    global _read
    _read = (float("inf"), known) if known else None


def _load() -> Rules:
    day = now().date()
    with purpose("service.record"), scopes_disabled(), connected():  # whatever is done around it
        begun = Agreement.objects.filter(effective_from__lte=day)
        latest = begun.order_by("organization_id", "-effective_from", "-pk").distinct("organization_id")
        said = latest.values_list("organization_id", "effective_until", "region", "purposes")
        terms = {
            organization: Terms(region, tuple(allowed))
            for organization, until, region, allowed in said
            if (until or day) >= day
        }
        stopped = Stop.objects.filter(ended_at=None).values_list("recipient", flat=True)
        return Rules(frozenset(stopped), terms)


@contextmanager
def connected() -> Iterator[None]:
    """On the thread's connection; one that had none, as those of tools, keeps none."""
    had_one = connection.connection is not None
    try:
        yield
    finally:
        if not had_one:
            connection.close()


def _hold_to(terms: Terms, made: Disclosure) -> None:
    recipient = made.recipient
    if not terms.allows(made.purpose):
        raise DisclosureRefused(
            f"Nothing goes to {recipient.name} for this: the organization's agreement does not allow "
            f"“{PURPOSES[made.purpose].words}”."
        )
    if terms.region == "any" or recipient.is_local:
        return
    countries = recipient.countries_at(made.host)
    if not countries:
        raise DisclosureRefused(_unknown(recipient, made.host, terms.region))
    if outside := regions.outside(countries, terms.region):
        raise DisclosureRefused(
            f"{recipient.name} keeps or reads data in {', '.join(outside)}, and the organization's agreement holds it "
            f"to this region: {REGIONS[terms.region]}."
        )


def _unknown(recipient: Recipient, host: str, region: str) -> str:
    where = host if recipient.kind == CHOSEN else recipient.name
    return (
        f"Nobody has said in which country {where} is, and the organization's agreement holds its data to this region: "
        f"{REGIONS[region]}. Whoever runs this installation says it in SECONDER_RECIPIENTS."
    )
