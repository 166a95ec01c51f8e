"""What runs cost the database, in statements and commits: one alone, which is the most that a run can cost, and
many at once, where their changes share statements and commits. A change that makes these numbers fall lowers them
here; one that raises them needs a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django_scopes import scope

from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.agents.tests.scripted_model import ScriptedModel, gives, serving
from seconder.privacy.disclosures import rules
from seconder.runs.lane import drain
from seconder.runs.models import Run
from seconder.testing import Cast, make_cast
from seconder.verification.models import Review

# runs at once: (statements, commits) of all of them together from start to waiting, and from decision to end.
# How the replies of a model fall together is chance, hence a little more for many.
BUDGET = {1: ((8, 3), (13, 4)), 20: ((70, 36), (75, 28))}
FILE = b"""
version: 1
kind: agent
id: budget
name: Budget
input: {type: object, required: [amount], properties: {amount: {type: integer}}}
steps:
  - id: assess
    prompt: Assess this order.
    output: {type: object, required: [risk], properties: {risk: {type: string}}}
  - id: approval
    review: {when: input.amount > 10000, question: May we order this?, assign: {people: [bob@example.com]}}
  - id: order
    tool: email.send
    with: {to: orders@example.com, subject: "Order", body: "{{ steps.assess.output.risk }}"}
"""


@dataclass
class Bill:
    statements: int = 0
    commits: int = 0


@contextmanager
def billed() -> Iterator[Bill]:
    """Counts what is asked of every connection that is opened meanwhile; the worker's threads open their own, and
    this thread's is opened anew."""
    bill, watched = Bill(), list[BaseDatabaseWrapper]()

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        bill.statements += 1
        bill.commits += not context["connection"].in_atomic_block
        return execute(sql, params, many, context)

    def watch(connection: BaseDatabaseWrapper, **_: object) -> None:
        if connection in watched:
            return

        def commit() -> None:
            bill.commits += 1
            type(connection).commit(connection)

        connection.execute_wrappers.append(count)
        connection.commit = commit  # type: ignore[method-assign]  # Django has no signal of it
        watched.append(connection)

    connection_created.connect(watch)
    connection.close()
    try:
        yield bill
    finally:
        connection_created.disconnect(watch)
        for one in watched:
            one.execute_wrappers.remove(count)
            del one.commit


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("runs", BUDGET)
def test_runs_stay_within_their_budget(runs: int, settings: LazySettings, tmp_path: Path) -> None:
    settings.EMAIL_URL = (tmp_path / "outbox").as_uri()
    cast = make_cast()
    agent = publish(cast.actor("dana"), FILE).agent
    with serving(ScriptedModel()) as model, scope(organization=agent.organization_id):
        model.says(gives(risk="low"))
        settings.MODEL, settings.MODEL_BASE_URL, settings.MODEL_API_KEY = "openai:scripted", model.url, "x"
        work(agent, cast, 1)  # what is read once per process is read now
        rules.refresh()  # as the worker's lane for them does
        starting, deciding = work(agent, cast, runs)
    for bill, (statements, commits) in zip((starting, deciding), BUDGET[runs], strict=True):
        assert bill.statements <= statements
        assert bill.commits <= commits


def work(agent: Agent, cast: Cast, runs: int) -> tuple[Bill, Bill]:
    """Starts runs, works until they wait, approves them, works until they have ended."""
    dana, bob = cast.actor("dana"), cast.actor("bob")
    with billed() as starting:
        for number in range(runs):
            Run.start(agent, dana, {"amount": 10_001 + number})
        asyncio.run(drain())
    reviews = list(Review.objects.filter(status="open"))
    assert len(reviews) == runs
    with billed() as deciding:
        for review in reviews:
            review.decide(bob, "approve", digest=review.digest)
        asyncio.run(drain())
    assert not Run.objects.exclude(status="succeeded").exists()
    return starting, deciding
