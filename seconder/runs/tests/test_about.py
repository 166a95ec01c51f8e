"""The line by which people tell a run from the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from seconder.agents.publishing import publish
from seconder.core.json import JSON
from seconder.runs import about
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_page_run import AGENT, EXAMPLES, SMALL, client, mail, orders, shown

__all__ = ["orders"]


def test_before_anything_is_read_it_is_what_was_given_and_then_what_was_found(orders: Stage) -> None:
    dana = client(orders, "dana")
    for text in (SMALL, SMALL.replace("PO-7", "PO-8")):
        dana.post(f"{AGENT}runs/", {"text": text})
    for path in ("/demo/", "/demo/runs/", AGENT):
        assert "Vendor: Acme · Vendor e-mail: sales@acme.example · Purchase order: PO-8" in shown(dana, path)
    orders.work()
    for path in ("/demo/", "/demo/runs/", AGENT):
        page = shown(dana, path)
        assert ">Acme · PO-7 · $120.00</a>" in page
        assert ">Acme · PO-8 · $120.00</a>" in page
    assert "Acme" not in shown(client(orders, "bob"), "/demo/runs/")


def test_of_a_mail_it_is_the_subject(orders: Stage) -> None:
    dana = client(orders, "dana")
    dana.post(f"{AGENT}runs/", {"text.file": mail()})
    assert "Purchase order PO-20417 – second floor refit" in shown(dana, "/demo/runs/")
    orders.work()
    page = shown(dana, "/demo/runs/")
    assert "Brightwater Office Supply Ltd. · PO-20417 · $" in page
    assert "waits for" in page


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("expense-tiers.yaml", "expense-report.txt", "Dana Novak · "),
        (
            "contract-clause-check.yaml",
            "services-agreement.txt",
            "Harrow &amp; Lind Analytics B.V. · ",
        ),
    ],
)
def test_the_other_examples_are_told_apart_too(stage: Stage, file: str, text: str, said: str) -> None:
    agent = publish(stage.cast.actor("dana"), (EXAMPLES / file).read_bytes()).agent
    run = stage.run(agent, text=Path(EXAMPLES / text).read_text())
    assert said in shown(client(stage, "dana"), "/demo/runs/")
    assert said in shown(client(stage, "dana"), f"/demo/runs/{run.pk}/")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"order": "Ten chairs", "note": "n" * 200, "total": 12000, "currency": "EUR"}, "Ten chairs · €12,000.00"),
        ({"mail": "a@b.example", "name": "Ada", "place": "Leeds"}, "Ada · Leeds"),
        ({"order_number": 4711, "count": 3, "tax": 5, "total": 6}, "4711 · 6"),
        ({"orders": [{"vendor": "Acme"}]}, "Acme"),
        ({"text": "\n\n --- \n  First   line.\n\nSecond line.\n"}, "First line. · Second line."),
        ({"text": "word " * 100}, " ".join(["word"] * 15) + " …"),
        ({"total": 5, "is_urgent": True}, ""),
        ([], ""),
        (None, ""),
    ],
)  # fmt: skip
def test_what_people_would_call_it(value: JSON, said: str) -> None:
    assert about.line(value) == said


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.just("From: a\nMessage-ID: b\n\n"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES)
def test_whatever_is_given_it_is_a_short_line(value: JSON) -> None:
    said = about.line(value)
    assert len(said) <= about.LONGEST + 2
    assert len(said.splitlines()) <= 1


def test_a_run_that_says_nothing_in_words_goes_by_its_agent(stage: Stage) -> None:
    agent = stage.publish(
        {"id": "tell", "tool": "email.send", "with": {"to": "x@example.com", "subject": "s", "body": "b"}},
        input={"type": "object", "properties": {"amount": {"type": "number"}}},
    )
    run = stage.run(agent, amount=5)
    assert f'<a href="/demo/runs/{run.pk}/">Clerk</a>' in shown(client(stage, "dana"), "/demo/runs/")


def test_it_is_sealed_like_what_it_was_made_of(orders: Stage) -> None:
    client(orders, "dana").post(f"{AGENT}runs/", {"text": SMALL})
    with connection.cursor() as cursor:
        cursor.execute("SELECT about FROM runs_run")
        assert b"Acme" not in bytes(cursor.fetchone()[0])


def test_many_runs_cost_no_more_statements_than_one(orders: Stage) -> None:
    dana = client(orders, "dana")

    def count() -> int:
        dana.get("/demo/runs/")
        with CaptureQueriesContext(connection) as asked:
            shown(dana, "/demo/runs/")
        return len(asked)

    dana.post(f"{AGENT}runs/", {"text": SMALL})
    orders.work()
    one = count()
    for _ in range(8):
        dana.post(f"{AGENT}runs/", {"text": SMALL})
    orders.work()
    assert count() == one
