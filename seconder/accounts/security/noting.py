"""Noting what matters to the safety of accounts (`SecurityEvent`): one statement, in the caller's transaction.

Of the request are kept the device's family, the country and, for 30 days, the network cut to /24 or /48.
"""

from __future__ import annotations

import uuid

from allauth.core import context
from django.http import HttpRequest

from seconder.accounts import networks
from seconder.accounts.devices import Device, device_of
from seconder.accounts.models import Organization, Person, SecurityEvent
from seconder.accounts.security.kinds import KINDS
from seconder.core.throttle import Throttle

# Of what anybody can cause at will: five, and then one in ten minutes, of a kind, network and person.
floods = Throttle(1 / 600, 5)


def observe(
    kind: str,
    *,
    person: Person | uuid.UUID | None = None,
    organization: Organization | None = None,
    request: HttpRequest | None = None,
    **facts: str,
) -> None:
    """Notes that it happened to the person, in the organization, by this request: the one at hand if none is given."""
    request = request or context.request
    network = networks.kept(request) if request else ""
    person_id = person.pk if isinstance(person, Person) else person
    if KINDS[kind].floods and floods.wait((kind, network, person_id)):
        return
    device = device_of(request) if request else Device()
    SecurityEvent.objects.create(
        kind=kind,
        person_id=person_id,
        organization=organization,
        browser=device.browser,
        system=device.system,
        device=device.kind,
        country=device.country,
        network=network,
        facts=facts,
    )
