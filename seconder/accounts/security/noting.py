"""Noting what matters to the safety of accounts (`SecurityEvent`): one statement, in the caller's transaction.

Of the request are kept the device's family, the country and, for 30 days, the network cut to /24 or /48.
"""

from __future__ import annotations

import uuid

from allauth.core import context
from django.contrib.auth import SESSION_KEY
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
    """Notes that it happened to the person, in the organization, by this request: the one at hand if none is given.
    Of what a colleague did to somebody, the colleague's device and network are nobody's business."""
    person_id = person.pk if isinstance(person, Person) else person
    request = request or context.request
    if request and not _is_of(request, person_id):
        request = None
    network = networks.kept(request) if request else ""
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


def _is_of(request: HttpRequest, person_id: uuid.UUID | None) -> bool:
    """Whether it may be this person's own: nobody's else, as far as is known."""
    caller = getattr(getattr(request, "auth", None), "person", None)  # of a call of the API
    session = getattr(request, "session", None) or {}
    by = str(caller.pk) if caller else session.get(SESSION_KEY)
    return person_id is None or by in (None, str(person_id))
