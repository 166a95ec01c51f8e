"""What is large or deep, all the way: it works, or it is refused in words; nothing else suffers."""

from __future__ import annotations

import pytest

from seconder.agents.tests.scripted_model import ScriptedModel, gives
from seconder.core.json import JSON
from seconder.core.refusals import Invalid
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_a_run import mail

ANY = {"type": "object", "properties": {"text": {"type": "string"}, "deep": {}}}


def test_a_megabyte_goes_through_a_model_a_gate_and_a_mail(stage: Stage, model: ScriptedModel) -> None:
    large = "ä€ \n" * 250_000
    model.says(gives(text=large[:1000]))
    agent = stage.publish(
        {"id": "read", "prompt": "Read {{ input.text }}", "output": ANY},
        {"id": "ask", "review": {"question": "?", "show": ["input.text", "steps.read.output"]}},
        {**mail("tell"), "with": {"to": "x@example.com", "subject": "s", "body": "{{ input.text }}"}},
        input=ANY,
    )
    run = stage.run(agent, text=large)
    assert run.status == "waiting"
    stage.decide(stage.review(run), "alice", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"


def test_what_the_api_lets_in_goes_all_the_way_however_deep(stage: Stage, model: ScriptedModel) -> None:
    deep: JSON = "end"
    for _ in range(60):
        deep = {"in": [deep]} if isinstance(deep, str) else {"in": deep}
    model.says(gives(deep=deep))
    agent = stage.publish(
        {"id": "read", "prompt": "Read {{ input.deep }}", "output": ANY},
        {"id": "ask", "review": {"question": "?", "show": ["input", "steps.read.output"]}},
        {
            **mail("tell"),
            "with": {"to": "x@example.com", "subject": "s", "body": "As {{ steps.read.output }}"},
        },
        input=ANY,
    )
    run = stage.run(agent, deep=deep)
    assert run.status == "waiting"
    stage.decide(stage.review(run), "alice", "edit", edits={"steps.read.output.deep": {"in": deep}})
    stage.work()
    assert stage.look(run).status == "succeeded"


@pytest.mark.parametrize("odd", [float("nan"), float("-inf"), "a\x00", "\ud800", {"\x00": 1}])
def test_an_input_that_cannot_be_stored_is_refused_through_every_door(stage: Stage, odd: JSON) -> None:
    agent = stage.publish(mail(), input={"type": "object"})
    with pytest.raises(Invalid):
        stage.start(agent, value=odd)
