"""Running sums of the policy: an act that is split does not pass under a threshold, whoever splits it how."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django_scopes import scope
from hypothesis import example, given
from hypothesis import strategies as st

from seconder.agents import tools
from seconder.agents.file import AgentFile
from seconder.agents.file.sums import Sum
from seconder.agents.models import Agent
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.core.json import Object
from seconder.core.refusals import Invalid
from seconder.runs.models import Effect, Run, Tally
from seconder.runs.tallies import BATCH, Use, judge
from seconder.runs.tests.conftest import Stage
from seconder.verification.models import Review

DONE = {"type": "object", "required": ["done"], "properties": {"done": {"type": "boolean"}}}
SUM = {"of": "args.amount", "per": "args.to", "window": "24h"}
UNDER = {"tool": "pay", "sum": SUM, "when": "sum.total <= 10000", "decide": "allow"}
NEVER = {"tool": "pay", "sum": SUM, "when": "sum.total > 20000", "decide": "deny"}
PAY = tools.Tool(
    name="pay",
    title="Pay",
    description="Pays.",
    kind="effect",
    arguments={
        "type": "object",
        "required": ["to"],
        "properties": {"to": {}, "amount": {}, "for": {"type": "string"}},
    },
    act=lambda _arguments, _key: {"paid": True},
    takes_key=lambda: True,
    describe=lambda arguments: [{"label": "To", "value": str(arguments["to"])}],
)


@pytest.fixture(autouse=True)
def _pay() -> Iterator[None]:
    tools.offer(PAY)
    yield
    tools.withdraw("pay")


def agent(stage: Stage, *policy: dict[str, Any], **more: Any) -> Agent:  # Any: an agent's file
    step = {"id": "act", "prompt": "Pay.", "output": DONE}
    named = {
        "tools": ["pay"],
        "policy": list(policy or [UNDER]),
        "reviewers": {"people": ["bob@example.com"]},
    }
    return stage.publish(*more.pop("steps", [step]), **{**named, **more})


def pays(
    model: ScriptedModel, *amounts: Any, to: Any = "acme@example.com"
) -> None:  # Any: as a model gives them
    """Each in a reply of its own, so that one is done before the next is asked for."""
    said = [
        calls(("pay", {"to": to, "amount": amount, "for": str(n)}), ids=[f"{n}"])
        for n, amount in enumerate(amounts)
    ]
    model.says(*said, gives(done=True))


def with_this(review: Review) -> list[str]:
    lines: Any = review.items[0]["lines"]  # Any: of a card
    return [line["value"] for line in lines if line["label"] == "With this"]


def test_an_act_that_is_split_does_not_pass_under_a_threshold(stage: Stage, model: ScriptedModel) -> None:
    """Over calls, runs, agents, steps of a file, and ways to write the same counterparty."""
    other = stage.publish(
        {"id": "pay", "tool": "pay", "with": {"to": "ACME@example.com ", "amount": 1400}}, id="other"
    )
    assert stage.run(other).status == "succeeded"
    pays(model, 5000)
    clerk = agent(stage)
    assert stage.run(clerk).status == "succeeded"
    pays(model, 3000, "3000.00", to=["Acme <acme@Example.com>", "b@example.com"])
    run = stage.run(clerk)
    assert len(stage.effects(run)) == 1
    review = stage.review(run)
    assert with_this(review) == [
        "12,400 to Acme <acme@Example.com> in 24 hours, over 4 uses",
        "6000 to b@example.com in 24 hours, over 2 uses",
    ]
    stage.decide(review, "bob", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert "acme" not in str(list(Tally.objects.values_list("party", flat=True))).lower()


def test_what_a_person_approved_counts_before_it_happens_and_what_failed_does_not(
    stage: Stage, model: ScriptedModel
) -> None:
    clerk = agent(stage, UNDER)
    pays(model, 11000)
    asked = stage.run(clerk)
    stage.decide(stage.review(asked), "bob", "edit", edits={"args.amount": 9000})
    use = Use(
        clerk.organization_id, stage.start(clerk).pk, "k", PAY, {"to": "acme@example.com", "amount": 2000}
    )
    file = AgentFile.load(asked.version.file)
    assert judge(file, use, may_reserve=False)[0] == "ask"
    stage.work()
    [effect] = stage.effects(asked)
    assert judge(file, use, may_reserve=False)[0] == "ask"
    Effect.objects.filter(pk=effect.pk).update(status="failed")
    assert judge(file, use, may_reserve=False)[0] == "allow"


def test_a_sum_that_nobody_can_tell_asks(stage: Stage, model: ScriptedModel) -> None:
    clerk = agent(stage)
    for amount in ("a lot", -5, 10**30, None, True):
        pays(model, amount)
        [line] = with_this(stage.review(stage.run(clerk)))
        assert "cannot be added up" in line
    pays(model, 5, to=None)
    assert with_this(stage.review(stage.run(clerk))) == [
        "It is not said whom this goes to, so it cannot be added up."
    ]


def test_what_the_sum_denies_is_refused_to_who_edits_and_to_who_asks(
    stage: Stage, model: ScriptedModel
) -> None:
    pays(model, 12000, 9000)
    run = stage.run(agent(stage, NEVER, UNDER))
    review = stage.review(run)
    with pytest.raises(Invalid, match="policy does not allow this"):
        stage.decide(review, "bob", "edit", edits={"args.amount": 21000})
    stage.decide(review, "bob", "approve")
    stage.work()
    assert len(stage.effects(run)) == 1
    assert "policy does not allow" in str(model.asked[-1]["messages"][-1])


def test_of_many_at_the_same_moment_as_many_pass_as_the_sum_lets(stage: Stage, model: ScriptedModel) -> None:
    clerk = agent(stage)
    runs = [stage.start(clerk) for _ in range(12)]
    file = AgentFile.load(stage.look(runs[0]).version.file)
    allowed: list[Run] = []
    together = threading.Barrier(len(runs))

    def ask(run: Run) -> None:
        use = Use(
            clerk.organization_id, run.pk, f"{run.pk}-k", PAY, {"to": "acme@example.com", "amount": 3000}
        )
        together.wait()
        first, again = (judge(file, use, may_reserve=True)[0] for _ in range(2))  # again: as after a crash
        assert first == again
        allowed.extend([run] if first == "allow" else [])
        connections.close_all()

    threads = [threading.Thread(target=ask, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 3
    late = Use(clerk.organization_id, runs[0].pk, "late", PAY, {"to": "acme@example.com", "amount": 3000})
    assert judge(file, late, may_reserve=False)[0] == "ask"
    with scope(organization=clerk.organization_id):
        stage.look(allowed[0]).cancel(stage.cast.actor("dana"))
    assert judge(file, late, may_reserve=False)[0] == "allow", "what will not happen any more does not count"


def test_what_another_organization_does_is_none_of_ours(stage: Stage, model: ScriptedModel) -> None:
    clerk = agent(stage)
    run = stage.start(clerk)
    file = AgentFile.load(stage.look(run).version.file)
    given: Object = {"to": "acme@example.com", "amount": 9000}
    assert judge(file, Use(stage.cast.elsewhere.pk, run.pk, "a", PAY, given), may_reserve=True)[0] == "allow"
    assert judge(file, Use(clerk.organization_id, run.pk, "b", PAY, given), may_reserve=True)[0] == "allow"


@given(
    st.one_of(
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.decimals(0, 10**9, places=3).map(str),
    )
)
@example(10**18)
def test_no_amount_counts_for_less_than_it_is(value: int | float | str) -> None:
    found = Sum("pay", "args.n", (), "1h").amount({"n": value})
    assert found is None or (
        found >= Decimal(str(value)) >= 0 and found - Decimal(str(value)) < Decimal("1e-9")
    )


def test_one_counterparty_is_one_however_it_is_written() -> None:
    added_up = Sum("pay", "args.amount", ("args.to",), "1h")
    for same in (
        "ACME@x.example",
        "ac\u200bme@x.example",
        "ac\u00adme@x.example",
        "acme@x.example.",
        " acme@x.example\n",
    ):
        assert list(added_up.parties({"to": same})) == ["acme@x.example"], same
    assert list(added_up.parties({"to": "DE89 3704 0044"})) == list(added_up.parties({"to": "de8937040044"}))
    assert added_up.parties({"to": "b@x.example, acme@x.example"}) == {}


def test_until_all_that_was_done_before_is_added_up_people_are_asked(stage: Stage) -> None:
    clerk = agent(stage)
    run, given = stage.start(clerk), {"to": "old@example.com", "amount": 1}
    Effect.objects.bulk_create(
        Effect(
            key=f"{run.pk}-{n}", run=run, requester_id=run.requester_id, step_id="act", tool="pay", arguments=given,
            content_digest="x", lease=uuid.uuid4(), status="done",
        )
        for n in range(BATCH)
    )  # fmt: skip
    file = AgentFile.load(stage.look(run).version.file)
    use = Use(clerk.organization_id, run.pk, "k", PAY, {"to": "new@example.com", "amount": 2000})
    assert [judge(file, use, may_reserve=False)[0] for _ in range(2)] == ["ask", "allow"]
