"""Pages that were opened, for an analytics provider: only of those who said yes to it, and sent from here, so that it
learns no address. Nothing in it says which two are of one person."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from seconder.accounts.devices import described
from seconder.core import http
from seconder.core.json import JSON, Object
from seconder.core.purposes import allowed
from seconder.core.recipients import Recipient, concerning, declare_recipient
from seconder.telemetry.measures import OTHERS
from seconder.telemetry.measuring import Look

log = structlog.get_logger()
CATEGORIES = ("user.behavior.browsing_history", "user.device")
PATIENCE = 5.0  # seconds, for all of a round and for each call

RECIPIENT = declare_recipient(
    Recipient(
        id="analytics-provider",
        name="The analytics provider that the operator set",
        kind="analytics",
        module="seconder.telemetry.forwarding.relay",
        hosts=("*",),
        categories=CATEGORIES,
        purposes=(OTHERS,),
        enabled=lambda: bool(settings.ANALYTICS_RELAY),
        reaches=lambda: (urlsplit(settings.ANALYTICS_RELAY or "").hostname or "",),
    )
)


def forward(looks: Sequence[Look]) -> None:
    """A call for each person, so that the ledger of disclosures knows whose it was. What cannot be sent is lost."""
    if not settings.ANALYTICS_RELAY:
        return
    of: dict[uuid.UUID | None, list[JSON]] = defaultdict(list)
    for look in looks:
        of[look.who.person].append(page_of(look))
    until = time.monotonic() + PATIENCE
    for person, pages in of.items():
        if person and not allowed(person, OTHERS):
            continue
        if time.monotonic() > until:
            log.warning("relay.slow")
            return
        try:
            with concerning(person_id=person, reference="analytics"):
                answer = _post(pages)
        except http.HttpFailed as failure:
            log.warning("relay.away", kind=type(failure).__name__)
            return
        if answer.status >= 300:
            log.warning("relay.refused", status=answer.status)
            return


def page_of(look: Look) -> Object:
    """All that is told. The hour in the place of the moment, and the page by its name."""
    browser, system, kind = described(look.agent)
    return {
        "page": look.route,
        "hour": f"{look.at:%Y-%m-%dT%H:00:00Z}",
        "browser": browser,
        "system": system,
        "device": kind,
    }


def _post(pages: list[JSON]) -> http.Answer:
    return http.request(
        "POST",
        str(settings.ANALYTICS_RELAY),
        json={"pages": pages},
        timeout=PATIENCE,
        recipient=RECIPIENT.id,
        categories=CATEGORIES,
        allow_private=True,
    )
