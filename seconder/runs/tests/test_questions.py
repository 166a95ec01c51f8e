"""An agent asks a person for a value and goes on with the answer, as a step and as a tool of a model."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from seconder.agents.file import AgentFile
from seconder.agents.file.checking import check
from seconder.agents.file.export import to_document, to_yaml
from seconder.agents.file.faults import Refused
from seconder.agents.models import Agent
from seconder.agents.tests.agent_files import Acme
from seconder.agents.tests.scripted_model import ScriptedModel, calls, text
from seconder.core.json import JSON, Object
from seconder.core.refusals import Invalid
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage

BUDGET = {
    "type": "object",
    "required": ["budget", "amount", "from", "urgent"],
    "additionalProperties": False,
    "properties": {
        "budget": {"type": "string", "enum": ["travel", "office"]},
        "amount": {"type": "number", "minimum": 0},
        "from": {"type": "string", "format": "date"},
        "urgent": {"type": "boolean"},
        "brief": {"type": "string", "contentMediaType": "text/plain"},
    },
}
ASK = {
    "question": "Which budget pays?",
    "answer": BUDGET,
    "show": ["input.what"],
    "assign": {"people": ["bob@example.com"]},
}
MAIL = {"to": "a@example.com", "subject": "Paid by {{ steps.which.output.budget }}", "body": "So be it."}
GOOD = {"budget": "travel", "amount": 12.5, "from": "2026-11-25", "urgent": False}


def asks(stage: Stage, **ask: Any) -> Agent:  # Any: an agent's file
    return stage.publish(
        {"id": "which", "ask": {**ASK, **ask}},
        {"id": "tell", "tool": "email.send", "with": MAIL},
        input={"type": "object", "properties": {"what": {"type": "string"}}},
    )


def clerk(stage: Stage, **more: Any) -> Agent:  # Any: as above
    step = {"id": "act", "prompt": "Order what Dana needs."}
    return stage.publish(step, tools=["person.ask"], reviewers={"people": ["bob@example.com"]}, **more)


def told(model: ScriptedModel) -> Any:  # Any: JSON
    """What the model was told last."""
    return json.loads(model.asked[-1]["messages"][-1]["content"])


def test_the_run_waits_and_later_steps_read_the_answer(stage: Stage) -> None:
    run = stage.run(asks(stage), what="A train to Basel")
    review = stage.review(run)
    assert (run.status, review.kind, review.answers) == ("waiting", "question", ["answer", "reject"])
    stage.decide(review, "bob", "answer", answer=GOOD)
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert stage.step(run, "which").output == GOOD
    assert "Subject: Paid by travel" in stage.mails()[0]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"budget": "party"}, "answer.budget"),
        ({"amount": -1}, "answer.amount"),
        ({"amount": "12"}, "answer.amount"),
        ({"from": "tomorrow"}, "answer.from"),
        ({"from": "2026-02-30"}, "answer.from"),
        ({"urgent": None}, "answer.urgent"),
        ({"more": 1}, "answer"),
        ({"brief": "x" * 300_001}, "answer"),
    ],
)
def test_an_answer_keeps_its_schema_or_is_refused_at_its_place(
    stage: Stage, wrong: dict[str, Any], where: str
) -> None:
    run = stage.run(asks(stage), what="A train")
    with pytest.raises(Invalid) as refused:
        stage.decide(stage.review(run), "bob", "answer", answer={**GOOD, **wrong})
    assert refused.value.facts["path"] == where
    assert stage.review(run).status == "open"


def test_nothing_is_no_answer_and_an_approval_is_none(stage: Stage) -> None:
    run = stage.run(asks(stage), what="A train")
    for verdict, more in [("answer", {}), ("answer", {"answer": None}), ("approve", {})]:
        with pytest.raises(Invalid):
            stage.decide(stage.review(run), "bob", verdict, **more)


def test_whoever_cannot_answer_says_why_and_the_run_ends(stage: Stage) -> None:
    run = stage.run(asks(stage), what="A train")
    stage.decide(stage.review(run), "bob", "reject", note="There is no budget.")
    stage.work()
    assert (stage.look(run).status, stage.mails()) == ("rejected", [])
    assert "did not answer" in str(stage.look(run).error)


def test_a_rehearsal_asks_nobody_and_goes_on_with_a_sample(stage: Stage) -> None:
    run = stage.start(asks(stage), what="A train", dry_run=True)
    stage.work()
    assert (stage.look(run).status, stage.reviews(run)) == ("succeeded", [])


def test_what_is_asked_is_fixed_when_it_opens(stage: Stage) -> None:
    run = stage.run(asks(stage), what="A train")
    review = stage.review(run)
    stage.decide(review, "bob", "answer", answer=GOOD)
    review = stage.review(run)
    review.card = {**review.card, "content": {**review.card["content"], "answer": {}}}
    review.save()
    stage.work()
    assert "review-changed" in str(stage.look(run).error)


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        ({"answer": {"type": "string"}}, "steps[0].ask.answer"),
        ({"answer": {"type": "object"}}, "steps[0].ask.answer"),
        ({"on_timeout": "continue"}, "steps[0].ask.on_timeout"),
        ({"answers": ["approve"]}, "steps[0].ask.answers"),
        ({"assign": "nobody@example.com"}, "steps[0].ask.assign.people"),
        ({"show": ["steps.later.output"]}, "steps[0].ask.show[0]"),
    ],
)
def test_a_question_that_cannot_be_asked_is_not_published(stage: Stage, ask: Any, path: str) -> None:
    with pytest.raises(Refused) as refused:
        asks(stage, **ask)
    assert path in [fault.path for fault in refused.value.faults]


def test_a_question_survives_export_and_reading_back() -> None:
    plain = {"id": "plain", "ask": {"question": "And?", "forbid": ["requester"]}}
    steps: Any = [{"id": "which", "ask": {**ASK, "show": []}}, plain]  # Any: an agent's file
    file: Object = {"version": 1, "kind": "agent", "id": "a", "name": "A", "steps": steps}
    first = check(file, Acme())
    again = check(yaml.safe_load(to_yaml(first.normalised)), Acme())
    assert again.digest == first.digest
    assert to_document(to_document(first.normalised)) == to_document(first.normalised)
    spec = AgentFile.load(first.normalised).by_id["plain"].review
    assert spec
    assert spec.answer
    assert spec.answer["required"] == ["text"]


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ({"question": "How many?", "kind": "number"}, 10),
        ({"question": "Which?", "kind": "choice", "choices": ["red", "blue"]}, "red"),
        ({"question": "Really?", "kind": "yes_no"}, False),
        ({"question": "When?", "kind": "date"}, "2026-12-24"),
        ({"question": "What for?"}, "For the roof."),
    ],
)
def test_a_model_asks_and_is_told_the_answer(
    stage: Stage, model: ScriptedModel, wanted: dict[str, Any], answer: object
) -> None:
    model.says(calls(("person_ask", wanted)), text("Ordered."))
    run = stage.run(clerk(stage))
    review = stage.review(run)
    assert (review.kind, review.items[0]["made_by"]) == ("question", "model")
    with pytest.raises(Invalid):
        stage.decide(review, "bob", "answer", answer=["not", "this"])
    stage.decide(review, "bob", "answer", answer=answer, note="As agreed.")
    stage.work()
    assert told(model) == {"answer": answer, "note": "As agreed."}
    assert stage.look(run).status == "succeeded"
    assert stage.effects(run) == []


def refused(stage: Stage, model: ScriptedModel, run: Run) -> str:
    assert stage.look(run).status == "succeeded"
    return str(told(model)["refused"])


def test_a_model_is_told_that_nobody_answers(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("person_ask", {"question": "How many?"})), text("Then not."))
    run = stage.run(clerk(stage))
    stage.decide(stage.review(run), "bob", "reject", note="I do not know.")
    stage.work()
    assert "I do not know." in refused(stage, model, run)


def test_a_model_asks_nobody_in_a_rehearsal_or_against_the_policy(stage: Stage, model: ScriptedModel) -> None:
    script = [calls(("person_ask", {"question": "How many?"})), text("Then not.")]
    model.says(*script)
    run = stage.start(clerk(stage), dry_run=True)
    stage.work()
    assert "rehearsal" in refused(stage, model, run)
    model.says(*script)
    run = stage.run(clerk(stage, policy=[{"tool": "person.ask", "decide": "deny"}]))
    assert "policy" in refused(stage, model, run)


def test_a_model_that_asks_without_end_is_told_to_go_on(stage: Stage, model: ScriptedModel) -> None:
    wanted = [("person_ask", {"question": f"And {n}?"}) for n in range(10)]
    model.says(calls(*wanted), calls(("person_ask", {"question": "More?"}), ids=["more"]), text("Well."))
    run = stage.run(clerk(stage))
    for review in stage.reviews(run):
        stage.decide(review, "bob", "answer", answer="No.")
    stage.work()
    assert "10 times" in refused(stage, model, run)


def test_a_model_that_asks_much_at_once_is_held_to_the_same(stage: Stage, model: ScriptedModel) -> None:
    wanted = [("person_ask", {"question": f"And {n}?"}) for n in range(14)]
    model.says(calls(*wanted), text("Well."))
    assert len(stage.reviews(stage.run(clerk(stage)))) == 10


def test_a_question_from_before_there_were_schemas_takes_one_of_its_choices(stage: Stage) -> None:
    run = stage.run(asks(stage), what="A train")
    review = stage.review(run)
    review.card = {**review.card, "choices": ["yes", "no"], "content": {}}
    review.save()
    wrong: JSON
    for wrong in (None, "perhaps", {}):
        with pytest.raises(Invalid, match="Answer one of yes, no"):
            stage.decide(review, "bob", "answer", answer=wrong)
    assert stage.decide(review, "bob", "answer", answer="no").answer == "no"


def test_a_choice_without_choices_goes_back_to_the_model(stage: Stage, model: ScriptedModel) -> None:
    model.says(calls(("person_ask", {"question": "Which?", "kind": "choice"})), text("Well."))
    run = stage.run(clerk(stage))
    assert "choices" in str(told(model)["error"])
    assert stage.reviews(run) == []


def test_a_step_of_the_file_cannot_use_the_tool_of_models(stage: Stage) -> None:
    with pytest.raises(Refused, match="a step asks people by ask:"):
        stage.publish({"id": "ask", "tool": "person.ask", "with": {"question": "Why?"}})
