"""The rules of the house about addresses: each says who may open it, and an outsider finds nothing behind any."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from seconder.accounts.models import ApiKey, SignInLink
from seconder.accounts.roles import VERBS
from seconder.agents.publishing import publish
from seconder.api import api
from seconder.asgi import _stream_of
from seconder.core.doors import OPEN, SELF
from seconder.privacy.tests.registers import registers
from seconder.runs.models import Run
from seconder.testing import Cast, drain
from seconder.verification.models import Review

ROOT = Path(__file__).resolve().parent.parent
ORDER = "Vendor: Acme\nVendor e-mail: sales@acme.example\nPurchase order: PO-7\nTotal due: $12,000.00\n"


def pages(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """(route, view) of every address outside the API, whose routes `test_api_contract.py` looks at."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each.callback
        elif each.namespace != api.urls_namespace:
            yield from pages(each, route)


PAGES = dict(pages())
OF_AN_ORGANIZATION = sorted(route for route in PAGES if route.startswith("<slug:organization>/"))


@pytest.mark.parametrize("route", PAGES)
def test_every_address_says_who_may_open_it(route: str) -> None:
    verb = getattr(PAGES[route], "door", None)
    assert verb in VERBS | {OPEN, SELF}, "put @door(verb) or @open_to_all on the view (seconder.core.doors)"
    assert not (route in OF_AN_ORGANIZATION and verb in (OPEN, SELF)), (
        "an organization's pages are its members'"
    )


@pytest.mark.django_db(transaction=True)
def test_an_outsider_finds_nothing_in_an_organization(cast: Cast) -> None:
    known = _things(cast)
    charlie = Client()
    charlie.post(f"/sign-in/{SignInLink.create(cast.charlie)}/")
    assert OF_AN_ORGANIZATION
    for route in OF_AN_ORGANIZATION:
        path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: known[part[1]], route)
        answers = {charlie.get(path).status_code, charlie.post(path).status_code}
        assert 404 in answers, f"{path}: {answers}"
        assert answers <= {404, 405}, f"{path}: {answers}"


@pytest.mark.django_db(transaction=True)
def test_an_outsider_finds_nothing_through_the_api(cast: Cast, client: Client) -> None:
    known = _things(cast)
    for path, method in _calls():
        kind = path.split("/")[3]
        if "{id}" not in path or (kind, method) == ("agents", "PUT") or path.endswith("/validations"):
            continue  # lists show one's own; under any id one may publish an agent of one's own
        if kind not in ("agents", "runs", "reviews", "keys", "incidents", "agreements"):
            continue  # the rest is walked by test_permissions
        real = path.replace(
            "{id}", known[{"agents": "slug", "runs": "run", "reviews": "review"}.get(kind, kind.rstrip("s"))]
        )
        answered = client.generic(method, real, "{}", "application/json", headers=cast.bearer("charlie"))
        assert answered.status_code == 404, f"{method} {real}: {answered.status_code}"
    for path in ("/api/v1/agents", "/api/v1/runs", "/api/v1/reviews", "/api/v1/audit"):
        assert client.get(path, headers=cast.bearer("charlie")).json()["items"] == []


def test_streams_stay_beside_djangos_middleware() -> None:
    """A synchronous middleware would hold a thread for as long as a stream is open."""
    for path in (ROOT / "seconder").rglob("*.py"):
        assert "StreamingHttpResponse(" not in path.read_text(), (
            f"{path}: mount the stream in seconder/asgi.py"
        )
    streams = [
        path
        for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
        if "text/event-stream" in str(methods.get("get", {}))
    ]
    assert streams
    for path in streams:
        scope = {"type": "http", "method": "GET", "path": path.replace("{id}", "some-id")}
        assert _stream_of(scope) == "some-id", f"{path} would go through Django"


def _calls() -> Iterator[tuple[str, str]]:
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        yield from ((path, method.upper()) for method in methods)


def _things(cast: Cast) -> dict[str, str]:
    """What stands in addresses, of demo: an agent, a run that waits, its review."""
    raw = (ROOT / "examples" / "purchase-order-processor.yaml").read_bytes()
    agent = publish(cast.actor("dana"), raw).agent
    run = Run.start(agent, cast.actor("dana"), {"text": ORDER})
    drain()
    from django_scopes import scopes_disabled

    with scopes_disabled():
        review = Review.objects.get(run_id=run.pk)
    ids = {"agent": agent.slug, "slug": agent.slug, "run": str(run.pk), "review": str(review.pk)}
    ids |= {f"{name}_id": value for name, value in ids.items()}
    return {
        "asked": str(uuid.uuid4()),
        "organization": cast.demo.slug,
        "id": str(run.pk),
        "step": "extract",
        "token": uuid.uuid4().hex,
        "mark": "0123",
        "day": "2031-01-01",
        "person": str(cast.bob.pk),
        "key": str(ApiKey.create(cast.bob, cast.demo)[0].pk),
        "invitation": str(uuid.uuid4()),
        "list": str(uuid.uuid4()),
        "proposal": str(uuid.uuid4()),
        "case": str(uuid.uuid4()),
        "team": str(uuid.uuid4()),
        "role": str(uuid.uuid4()),
        "allowance": str(uuid.uuid4()),
        "look": str(uuid.uuid4()),
        "release": str(uuid.uuid4()),
        "error": str(uuid.uuid4()),
        **registers(cast),
        "to": "authority",
        "form": "json",
        "recipient": "mail-server",
        "matter": str(uuid.uuid4()),
        **ids,
    }
