"""Errors for an error tracker of the operator's, in the Sentry envelope protocol: what the page of errors shows, and
nothing else. No SDK: one that is set up for this has to be told of each thing that it must not collect."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from seconder import __version__
from seconder.core import http
from seconder.core.clock import now, rfc3339
from seconder.core.recipients import Recipient, declare_recipient
from seconder.telemetry.errors.sink import Found

log = structlog.get_logger()
CATEGORIES = ("system.operations",)
AT_ONCE = 20  # events of one round; the page has all
PATIENCE = 5.0  # seconds for all of them, and for each
CLIENT = f"seconder/{__version__}"
_FRAME = re.compile(r"(.+):(\d+) (.+)")

RECIPIENT = declare_recipient(
    Recipient(
        id="error-tracker",
        name="The error tracker that the operator set",
        kind="error monitoring",
        module="seconder.telemetry.forwarding.sentry",
        hosts=("*",),
        categories=CATEGORIES,
        purposes=("service.errors",),
        enabled=lambda: bool(settings.ERROR_TRACKER),
        reaches=lambda: (urlsplit(settings.ERROR_TRACKER or "").hostname or "",),
    )
)


def forward(groups: Iterable[Found]) -> None:
    """An event for each group, once a round. What cannot be sent is not sent again: it stands on the page."""
    if not settings.ERROR_TRACKER:
        return
    until = time.monotonic() + PATIENCE
    for group in list(groups)[:AT_ONCE]:
        if time.monotonic() > until:
            log.warning("error_tracker.slow")
            return
        try:
            answer = _post(envelope(event(group)))
        except http.HttpFailed as failure:
            log.warning("error_tracker.away", kind=type(failure).__name__)
            return
        if answer.status >= 300:
            log.warning("error_tracker.refused", status=answer.status)
            return


def event(group: Found) -> dict[str, Any]:  # Any: JSON
    """Type and code in the place of the message; our own frames without lines of source or values."""
    frames = [
        {"filename": part[1], "lineno": int(part[2]), "function": part[3], "in_app": True}
        for place in group.stack
        if (part := _FRAME.fullmatch(place))
    ]
    shown = {"type": group.kind, "value": group.code, "stacktrace": {"frames": frames}}
    return {
        "event_id": uuid.uuid4().hex,
        "timestamp": rfc3339(group.last_at),
        "platform": "python",
        "level": "error",
        "release": f"seconder@{__version__}",
        "transaction": group.route,
        "fingerprint": [group.fingerprint],
        "tags": {"process": group.process},
        "extra": {"times": group.count},
        "exception": {"values": [shown]},
    }


def envelope(event: dict[str, Any]) -> bytes:  # Any: as above
    body = json.dumps(event).encode()
    head = {"event_id": event["event_id"], "sent_at": rfc3339(now())}
    item = {"type": "event", "content_type": "application/json", "length": len(body)}
    return b"\n".join([json.dumps(head).encode(), json.dumps(item).encode(), body, b""])


def _post(body: bytes) -> http.Answer:
    to = urlsplit(str(settings.ERROR_TRACKER))
    before, _, project = to.path.rpartition("/")
    port = f":{to.port}" if to.port else ""
    return http.request(
        "POST",
        f"{to.scheme}://{to.hostname}{port}{before}/api/{project}/envelope/",
        headers={
            "Content-Type": "application/x-sentry-envelope",
            "User-Agent": CLIENT,
            "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_client={CLIENT}, sentry_key={to.username}",
        },
        body=body,
        timeout=PATIENCE,
        recipient=RECIPIENT.id,
        categories=CATEGORIES,
        allow_private=True,
    )
