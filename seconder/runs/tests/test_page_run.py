"""Home, agents and runs as people see them, and starting, canceling, trying again from there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seconder.accounts.models import SignInLink
from seconder.agents.publishing import publish
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
SMALL = "Vendor: Acme\nVendor e-mail: sales@acme.example\nPurchase order: PO-7\nTotal due: $120.00\n"
AGENT = "/demo/agents/purchase-order-processor/"


@pytest.fixture
def orders(stage: Stage) -> Stage:
    """The stage with the example agent on it."""
    publish(stage.cast.actor("dana"), (EXAMPLES / "purchase-order-processor.yaml").read_bytes())
    return stage


def client(stage: Stage, who: str) -> Client:
    signed_in = Client()
    signed_in.post(f"/sign-in/{SignInLink.create(stage.cast.people[who])}/")
    return signed_in


def shown(signed_in: Client, path: str, **headers: str) -> str:
    answered = signed_in.get(path, headers=headers)
    assert answered.status_code == 200, path
    return re.sub(r"\s+", " ", answered.content.decode())


def start(signed_in: Client, stage: Stage, **given: Any) -> str:  # Any: what is typed, files
    answered = signed_in.post(f"{AGENT}runs/", given or {"text": SMALL})
    assert answered.status_code == 303, answered.content.decode()
    stage.work()
    return str(answered["Location"])


def mail() -> SimpleUploadedFile:
    return SimpleUploadedFile("order.eml", (EXAMPLES / "purchase-order.eml").read_bytes(), "message/rfc822")


def test_home_teaches_the_first_step(stage: Stage) -> None:
    assert "Make your first agent" in shown(client(stage, "dana"), "/demo/")
    assert "bin/seconder agents apply" in shown(client(stage, "dana"), "/demo/agents/")
    assert client(stage, "charlie").get("/demo/").status_code == 404


def test_home_shows_what_waits_and_what_runs(orders: Stage) -> None:
    dana = client(orders, "dana")
    assert "Run an agent" in shown(dana, "/demo/")
    run = start(dana, orders, **{"text.file": mail()})
    finance = shown(client(orders, "finance"), "/demo/")
    assert "1 thing waits for you" in finance
    assert "Brightwater Office Supply Ltd. · PO-20417" in finance
    assert "$12,480.00" in finance
    assert run not in finance, "a reviewer does not see the run"
    mine = shown(dana, "/demo/")
    assert run in mine
    assert "waits for" in mine
    assert "<html" not in shown(dana, "/demo/", **{"HX-Request": "true"})


def test_the_agent_says_what_it_does_in_words_and_as_a_picture(orders: Stage) -> None:
    page = shown(client(orders, "dana"), AGENT)
    for text in (
        '<svg class="flow"',
        "If total &gt; 10000",
        "Finance or the finance team",
        "After 2 hours Cfo as well",
        "Order number is given",
        "built-in, which is no language model",
        "Run Purchase order processor",
    ):
        assert text in page, text
    assert "Run Purchase order processor" not in shown(client(orders, "bob"), AGENT), (
        "reviewers do not start runs"
    )
    assert client(orders, "bob").post(f"{AGENT}runs/", {"text": SMALL}).status_code == 403
    assert client(orders, "charlie").post(f"{AGENT}runs/", {"text": SMALL}).status_code == 404


def test_a_small_order_runs_through(orders: Stage) -> None:
    dana = client(orders, "dana")
    page = shown(dana, start(dana, orders))
    for text in (
        "Succeeded",
        "Skipped",
        "Its condition did not hold",
        "An e-mail went to sales@acme.example: ",
        "Found by the built-in model",
        "Started by",
    ):
        assert text in page, text
    assert "data-live=" not in page


def test_a_mail_given_as_a_file_is_read_waits_and_is_decided(orders: Stage) -> None:
    dana, bob = client(orders, "dana"), client(orders, "bob")
    run = start(dana, orders, **{"text.file": mail()})
    page = shown(dana, run)
    assert "Waits for Finance or Bob" in page
    assert 'data-live="/api/v1/runs/' in page
    assert bob.get(run).status_code == 404
    [review] = orders.reviews(_run(run))
    card = shown(bob, f"/demo/reviews/{review.pk}/")
    assert "Approve and send an e-mail to orders@brightwater-office.example" in card
    assert "What happens then" in card
    bob.post(
        f"/demo/reviews/{review.pk}/decisions/", {"verdict": "approve", "digest": review.digest, "note": "ok"}
    )
    orders.work()
    page = shown(dana, run)
    assert "Succeeded" in page
    assert "“ok”" in page
    fragment = shown(dana, run, **{"HX-Request": "true"})
    assert "<html" not in fragment
    assert "data-live-over" in fragment


def test_a_rehearsal_sends_nothing(orders: Stage) -> None:
    dana = client(orders, "dana")
    page = shown(dana, start(dana, orders, text=SMALL, dry_run="true"))
    assert "Rehearsal: nothing is sent" in page
    assert orders.mails() == []


def test_what_cannot_start_says_why_and_keeps_what_was_typed(orders: Stage) -> None:
    dana = client(orders, "dana")
    empty = dana.post(f"{AGENT}runs/", {"text": " "})
    assert empty.status_code == 422
    assert "Text is needed" in empty.content.decode()
    broken = dana.post(
        f"{AGENT}runs/", {"text": "kept", "text.file": SimpleUploadedFile("a.txt", b"\xff\xfe\x00")}
    )
    assert broken.status_code == 422
    assert "a.txt is not a mail and not plain text" in broken.content.decode()
    assert ">kept</textarea>" in broken.content.decode()


def test_cancel_then_try_again_and_from_a_step(orders: Stage) -> None:
    dana = client(orders, "dana")
    run = start(dana, orders, **{"text.file": mail()})
    assert client(orders, "bob").post(f"{run}cancellation/").status_code == 403
    assert dana.get(f"{run}cancellation/").status_code == 405
    assert dana.post(f"{run}cancellation/")["Location"] == run
    page = shown(dana, run)
    assert "The run is canceled." in page
    assert "Try again from the failed step" in page
    dana.post(f"{run}cancellation/")
    assert "already ended" in shown(dana, run)
    again = dana.post(f"{run}retries/")["Location"]
    assert again != run
    orders.work()
    page = shown(dana, again)
    assert "Taken over from the run before" in page
    assert run in page
    fork = dana.post(f"{again}forks/", {"from_step": "extract"})["Location"]
    assert fork not in (run, again)
    assert "no step" in shown(dana, dana.post(f"{again}forks/", {"from_step": "nowhere"})["Location"])


def test_what_failed_says_what_to_do(orders: Stage) -> None:
    dana = client(orders, "dana")
    run = start(dana, orders, text="Vendor: Acme\nTotal due: $12,000.00\n")
    [review] = orders.reviews(_run(run))
    orders.decide(review, "bob", "approve")
    orders.work()
    page = shown(dana, run)
    assert "failed" in page
    assert "has no value" in page
    assert "Give an input that says it" in page


def test_the_list_filters_and_is_each_ones_own(orders: Stage) -> None:
    dana, alice, bob = (client(orders, who) for who in ("dana", "alice", "bob"))
    run = start(dana, orders)
    for path in ("/demo/runs/", "/demo/runs/?status=succeeded", "/demo/runs/?agent=purchase-order-processor"):
        assert run in shown(dana, path)
        assert run in shown(alice, path)
        assert run not in shown(bob, path)
    assert run not in shown(dana, "/demo/runs/?status=failed")
    assert "None in this state" in shown(dana, "/demo/runs/?status=failed")


def test_the_queries_of_a_page_do_not_grow(orders: Stage, django_assert_max_num_queries: Any) -> None:
    dana = client(orders, "dana")
    runs = [start(dana, orders, **{"text.file": mail()}) for _ in range(6)]
    dana.get("/demo/")
    for path, count in (("/demo/", 13), ("/demo/runs/", 8), ("/demo/agents/", 7), (AGENT, 12), (runs[0], 20)):
        with django_assert_max_num_queries(count):
            assert dana.get(path).status_code == 200


def test_the_list_of_runs_opens_no_card(orders: Stage) -> None:
    """Each costs as much as the rest of its line, and each of its people would have it opened once more."""
    dana = client(orders, "dana")
    start(dana, orders, **{"text.file": mail()})
    with CaptureQueriesContext(connection) as asked:
        assert "waits for Finance or Bob" in shown(dana, "/demo/runs/")
    assert [one["sql"] for one in asked.captured_queries if '"card"' in one["sql"]] == []


def _run(path: str) -> Run:
    from django_scopes import scopes_disabled

    with scopes_disabled():
        return Run.objects.get(pk=path.split("/")[-2])
