"""How long answers took, for the operator's own collector, in OpenTelemetry's protocol (OTLP over HTTP, JSON): a span
for each answer and a histogram for each route. Attributes are those of a list; none says who it was."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings

from seconder import __version__
from seconder.core import http
from seconder.core.recipients import Recipient, declare_recipient
from seconder.telemetry.measures import BOUNDS, bucket_of
from seconder.telemetry.measuring import Look

log = structlog.get_logger()
CATEGORIES = ("user.telemetry",)
ATTRIBUTES = frozenset(
    ("service.name", "service.version", "http.route", "http.request.method", "http.response.status_code")
)
PATIENCE = 5.0  # seconds
AT_ONCE = 1000  # spans of one round; histograms count all
_SERVER, _DELTA = 2, 1  # a span's kind, and a histogram of what is new

RECIPIENT = declare_recipient(
    Recipient(
        id="telemetry-collector",
        name="The collector of traces and metrics that the operator set",
        kind="performance monitoring",
        module="seconder.telemetry.forwarding.otlp",
        hosts=("*",),
        categories=CATEGORIES,
        purposes=("analytics.performance",),
        enabled=lambda: bool(settings.OTLP_ENDPOINT),
        reaches=lambda: (urlsplit(settings.OTLP_ENDPOINT or "").hostname or "",),
    )
)


class NotOnTheList(ValueError):
    """An attribute that nobody allowed."""


def forward(looks: Sequence[Look], since: int) -> None:
    """`since`: from when these were noted, in nanoseconds. What cannot be sent is lost."""
    if not settings.OTLP_ENDPOINT or not looks:
        return
    for path, content in (("v1/traces", traces(looks[:AT_ONCE])), ("v1/metrics", metrics(looks, since))):
        try:
            answer = _post(path, content)
        except http.HttpFailed as failure:
            log.warning("collector.away", kind=type(failure).__name__)
            return
        if answer.status >= 300:
            log.warning("collector.refused", status=answer.status)


def traces(looks: Sequence[Look]) -> dict[str, Any]:  # Any: JSON, as the protocol has it
    spans = []
    for look in looks:
        end = int(look.at.timestamp() * 1e9)
        spans.append(
            {
                "traceId": os.urandom(16).hex(),
                "spanId": os.urandom(8).hex(),
                "name": f"{look.method} {look.route}",
                "kind": _SERVER,
                "startTimeUnixNano": str(end - int(look.seconds * 1e9)),
                "endTimeUnixNano": str(end),
                "attributes": _attributes(
                    {
                        "http.route": look.route,
                        "http.request.method": look.method,
                        "http.response.status_code": look.status,
                    }
                ),
            }
        )
    return {"resourceSpans": [{"resource": _resource(), "scopeSpans": [{"scope": _scope(), "spans": spans}]}]}


def metrics(looks: Sequence[Look], since: int) -> dict[str, Any]:  # Any: as above
    took: dict[str, Counter[int]] = defaultdict(Counter)
    whole: dict[str, float] = defaultdict(float)
    for look in looks:
        took[look.route][bucket_of(look.seconds)] += 1
        whole[look.route] += look.seconds
    points = [
        {
            "attributes": _attributes({"http.route": route}),
            "startTimeUnixNano": str(since),
            "timeUnixNano": str(time.time_ns()),
            "count": str(sum(buckets.values())),
            "sum": whole[route],
            "bucketCounts": [str(buckets[number]) for number in range(len(BOUNDS) + 1)],
            "explicitBounds": list(BOUNDS),
        }
        for route, buckets in sorted(took.items())
    ]
    shown = {
        "name": "http.server.request.duration",
        "unit": "s",
        "histogram": {"aggregationTemporality": _DELTA, "dataPoints": points},
    }
    return {
        "resourceMetrics": [
            {"resource": _resource(), "scopeMetrics": [{"scope": _scope(), "metrics": [shown]}]}
        ]
    }


def _resource() -> dict[str, Any]:  # Any: as above
    return {
        "attributes": _attributes({"service.name": settings.OTLP_SERVICE, "service.version": __version__})
    }


def _scope() -> dict[str, str]:
    return {"name": "seconder"}


def _attributes(given: dict[str, str | int]) -> list[dict[str, Any]]:  # Any: as above
    """Raises NotOnTheList."""
    if unknown := set(given) - ATTRIBUTES:
        raise NotOnTheList(f"{', '.join(sorted(unknown))}: see ATTRIBUTES.")
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in given.items()
    ]


def headers(text: str) -> dict[str, str]:
    """Of `key=value,key=value`, values percent-encoded, as OpenTelemetry has it."""
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return {key.strip(): unquote(value.strip()) for key, _, value in pairs}


def _post(path: str, content: dict[str, Any]) -> http.Answer:  # Any: as above
    return http.request(
        "POST",
        f"{settings.OTLP_ENDPOINT.rstrip('/')}/{path}",
        headers=headers(settings.OTLP_HEADERS),
        json=content,
        timeout=PATIENCE,
        recipient=RECIPIENT.id,
        categories=CATEGORIES,
        allow_private=True,
    )
