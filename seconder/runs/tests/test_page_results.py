"""What came of a tool, as a run's page tells it."""

from __future__ import annotations

from seconder.agents.tests.test_http_tool import url
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import mail
from seconder.runs.tests.test_page_run import client, shown

__all__ = ["url"]


def test_of_a_mail_whom_it_reached_and_about_what(stage: Stage) -> None:
    run = stage.run(stage.publish(mail("tell")))
    page = shown(client(stage, "dana"), f"/demo/runs/{run.pk}/")
    assert "An e-mail went to x@example.com: “tell”" in page
    assert "<dt>Message ID</dt>" in page
    assert "<dt>Accepted</dt>" in page


def test_of_a_request_who_answered_what(stage: Stage, url: str) -> None:
    call = {"id": "call", "tool": "http.request", "with": {"method": "GET", "url": f"{url}/200"}}
    run = stage.run(stage.publish(call))
    page = shown(client(stage, "dana"), f"/demo/runs/{run.pk}/")
    assert "127.0.0.1 answered 200 OK" in page
    assert "<dt>Status</dt>" in page


def test_of_a_rehearsal_that_nothing_was_sent(stage: Stage) -> None:
    run = stage.start(stage.publish(mail("tell")), dry_run=True)
    stage.work()
    assert "Rehearsed: nothing was sent" in shown(client(stage, "dana"), f"/demo/runs/{run.pk}/")


def test_what_failed_is_not_said_to_have_happened(stage: Stage, url: str) -> None:
    call = {"id": "call", "tool": "http.request", "with": {"method": "GET", "url": f"{url}/404"}}
    run = stage.run(stage.publish(call))
    page = shown(client(stage, "dana"), f"/demo/runs/{run.pk}/")
    assert "Call an address over HTTP: not done" in page
    assert "answered 200" not in page
