"""What the pages and the API show of security events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from django.db.models import Q

from seconder.accounts.actor import Actor
from seconder.accounts.devices import Device
from seconder.accounts.models import Membership, Person, SecurityEvent
from seconder.accounts.models.security_event import SecurityEventQuerySet
from seconder.accounts.security.kinds import KINDS, sentence
from seconder.accounts.security.signs import LOOKED_BACK, Sign, signs
from seconder.core.clock import now
from seconder.core.json import Object

PERIODS = {"7": "The last 7 days", "30": "The last 30 days", "180": "All that is kept (180 days)"}
LOOKED_AT = 2000  # events of the last week, at most, when looking for what stands out
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "signing-in": ("Signing in and out", ("session", "sessions", "sign-up", "device", "code", "link")),
    "failures": ("What failed", ("sign-in", "proof", "limit", "request")),
    "factors": ("Factors, passwords, addresses", ("factor", "provider", "password", "reset", "email")),
    "keys": ("API keys", ("key",)),
    "people": ("People and roles", ("invitation", "member")),
    "decisions": ("Decisions of high risk", ("review",)),
}


class Line(TypedDict):
    text: str
    tone: str
    at: object
    person: Person | None
    place: str


@dataclass(frozen=True)
class Filter:
    """What somebody wants to look at; what cannot be read counts as not asked."""

    person: str = ""
    group: str = ""
    days: str = "30"

    def of(self, events: SecurityEventQuerySet) -> SecurityEventQuerySet:
        found = events.filter(at__gt=now() - timedelta(days=int(self.days if self.days in PERIODS else "30")))
        if self.person:
            found = found.filter(person__id__in=[self.person])
        if self.group in GROUPS:
            nouns = GROUPS[self.group][1]
            found = found.filter(Q(*(("kind__startswith", f"{noun}.") for noun in nouns), _connector=Q.OR))
        return found


def visible(actor: Actor) -> SecurityEventQuerySet:
    return SecurityEvent.objects.visible_to(actor).select_related("person")


def members(actor: Actor) -> list[tuple[str, str]]:
    """Those who can be asked for: everybody who is or was let in here."""
    seats = Membership.objects.filter(organization=actor.organization).select_related("person")
    return sorted(
        ((str(seat.person_id), seat.person.name) for seat in seats), key=lambda each: each[1].casefold()
    )


def standing_out(actor: Actor) -> list[Sign]:
    return signs(visible(actor).filter(at__gt=now() - LOOKED_BACK).order_by("-id")[:LOOKED_AT])


def lines(events: Iterable[SecurityEvent]) -> list[Line]:
    return [
        Line(
            text=sentence(event.kind, event.facts),
            tone=KINDS[event.kind].tone,
            at=event.at,
            person=event.person,
            place=place(event),
        )
        for event in events
    ]


def place(event: SecurityEvent) -> str:
    """`Firefox 132 on Linux, DE, 203.0.113.0/24`, as far as it is known or still kept."""
    device = Device(event.browser, event.system).name if event.browser or event.system else ""
    return ", ".join(part for part in (device, event.country, event.network) if part)


def out(event: SecurityEvent) -> Object:
    """As the API says it, less the person."""
    return {
        "id": str(event.pk),
        "kind": event.kind,
        "text": sentence(event.kind, event.facts),
        "at": event.at.isoformat().replace("+00:00", "Z"),
        "browser": event.browser or None,
        "system": event.system or None,
        "device": event.device,
        "country": event.country or None,
        "network": event.network or None,
        "facts": event.facts,
    }
