"""What leaves for the operator's own tools, as a server of that protocol receives it: no word of anybody's."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from seconder.telemetry import flushing
from seconder.telemetry.forwarding import otlp
from seconder.telemetry.models import ErrorGroup
from seconder.telemetry.tests import test_counting, test_errors
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
CANARY = secrets.token_hex(8)
Heard = tuple[str, dict[str, str], bytes]


@contextmanager
def sink(status: int = 200) -> Iterator[tuple[str, list[Heard]]]:
    """A server that keeps whatever it is sent: its host with the port, and (path, headers, body) of each."""
    heard: list[Heard] = []

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.invariant("I05", "J02")
@pytest.mark.clause("R-07")
def test_an_error_tracker_gets_what_the_page_shows_and_nothing_else(settings: Any) -> None:
    settings.ROOT_URLCONF = test_errors.__name__
    client = Client(raise_request_exception=False, headers={"X-Canary": CANARY, "User-Agent": CANARY})
    client.cookies["canary"] = CANARY
    with sink() as (host, heard):
        settings.ERROR_TRACKER = f"http://thekey@{host}/sentry/7"
        client.post(f"/broken/{CANARY}/?q={CANARY}", {"text": CANARY})
        flushing.flush()
        flushing.flush()
    ((path, headers, body),) = heard
    assert path == "/sentry/api/7/envelope/"
    assert "sentry_key=thekey" in headers["x-sentry-auth"]
    _, item, event = (json.loads(line) for line in body.splitlines())
    assert item["type"] == "event"
    assert item["length"] == len(body.splitlines()[2])
    assert set(event) == {
        "event_id", "timestamp", "platform", "level", "release", "transaction", "fingerprint", "tags", "extra",
        "exception",
    }  # fmt: skip
    (shown,) = event["exception"]["values"]
    assert (shown["type"], shown["value"], event["transaction"]) == ("ValueError", "", "broken")
    assert shown["stacktrace"]["frames"][-1]["filename"] == "seconder/telemetry/tests/test_errors.py"
    whole = repr(headers) + body.decode()
    assert CANARY not in whole
    assert "invalid literal" not in whole


def test_a_tracker_that_is_away_or_refuses_costs_nothing_but_the_copy(settings: Any) -> None:
    with sink(503) as (host, heard):
        settings.ERROR_TRACKER = f"http://k@{host}/7"
        test_errors.boom(1)
        flushing.flush()
    assert len(heard) == 1
    test_errors.boom(2)
    flushing.flush()  # nobody answers there any more
    assert set(ErrorGroup.objects.values_list("code", flat=True)) == {"1", "2"}


@pytest.mark.invariant("J02", "H01")
@pytest.mark.clause("U-04")
def test_a_collector_gets_routes_and_durations_of_nobody(cast: Cast, settings: Any) -> None:
    bob = enter(Client(headers={"User-Agent": f"Firefox {CANARY}"}, REMOTE_ADDR="198.51.100.77"), cast.bob)
    flushing.forget()
    with sink() as (host, heard):
        settings.OTLP_ENDPOINT, settings.OTLP_HEADERS = f"http://{host}/", "api-key=a%20b"
        assert bob.get(f"/demo/runs/?text={CANARY}").status_code == 200
        assert bob.get("/demo/runs/").status_code == 200
        flushing.flush()
    assert [path for path, _, _ in heard] == ["/v1/traces", "/v1/metrics"]
    assert heard[0][1]["api-key"] == "a b"
    traces, metrics = (json.loads(body) for _, _, body in heard)
    spans = traces["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert [span["name"] for span in spans] == ["GET runs:list"] * 2
    assert len({span["traceId"] for span in spans}) == 2
    (metric,) = metrics["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]
    (point,) = metric["histogram"]["dataPoints"]
    assert (point["count"], len(point["bucketCounts"])) == ("2", len(point["explicitBounds"]) + 1)
    whole = b"".join(body for _, _, body in heard).decode()
    for never in (CANARY, "198.51.100", str(cast.bob.pk), "demo", "bob", "Firefox"):
        assert never not in whole
    with pytest.raises(otlp.NotOnTheList):
        otlp._attributes({"enduser.id": "bob"})


@pytest.mark.invariant("H09")
def test_a_new_installation_sends_nothing(cast: Cast, settings: Any) -> None:
    from seconder.core.recipients import RECIPIENTS

    assert not RECIPIENTS["error-tracker"].enabled()
    assert not RECIPIENTS["telemetry-collector"].enabled()
    test_errors.boom()
    enter(Client(), cast.bob).get("/demo/runs/")
    flushing.flush()


def _say(client: Client, answer: str) -> None:
    given = {"all": answer, "surface": "banner"}
    said = client.post("/privacy/choices/", given, headers={"Origin": "http://testserver"})
    assert said.status_code < 400


@pytest.mark.invariant("C01", "B03", "J02")
@pytest.mark.clause("T-01", "R-06")
def test_an_analytics_provider_is_told_of_pages_after_a_yes_and_of_nobody(settings: Any, cast: Cast) -> None:
    client = Client(headers={"User-Agent": test_counting.FIREFOX}, REMOTE_ADDR="198.51.100.77")
    with sink() as (host, heard):
        assert b"analytics provider" not in client.get("/privacy/choices/").content
        settings.ANALYTICS_RELAY = f"http://{host}/events"
        assert b"May an analytics provider" in client.get("/privacy/choices/").content

        def told(**headers: str) -> list[Any]:
            del heard[:]
            client.get(f"/sign-in/?next={CANARY}", headers=headers)
            flushing.flush()
            return [json.loads(body)["pages"] for _, _, body in heard]

        assert told() == [], "before a choice"
        _say(client, "no")
        assert told() == [], "after a no"
        _say(client, "yes")
        assert told(**{"Sec-GPC": "1"}) == [], "under the signal"
        ((page,),) = told()
        assert set(page) == {"page", "hour", "browser", "system", "device"}
        assert (page["page"], page["browser"], page["device"]) == ("account_login", "Firefox 132", "computer")
        whole = repr(heard)
        for never in (CANARY, "198.51.100", "Gecko", "X11"):
            assert never not in whole
        _say(client, "no")
        assert told() == [], "after it was taken back"
