"""What the interpreter reads: typed views of the stored document, templates, the policy; no pydantic."""

import copy
import subprocess
import sys
from datetime import timedelta

import pytest

from seconder.agents import in_words
from seconder.agents.file import AgentFile, MissingValue, People, Retry, render, render_text
from seconder.agents.file.checking import check
from seconder.agents.file.faults import Refused
from seconder.agents.tests.agent_files import MAIL, ORDER, Acme, Parts, changed
from seconder.core.json import Object
from seconder.core.spans import Working

SCOPE: Object = {
    "input": {"text": "An order", "order-id": "A 1"},
    "steps": {
        "extract": {
            "output": {
                "vendor": "Acme “Ltd”",
                "total": 12000.0,
                "paid": True,
                "lines": [{"sku": "S1"}],
                "x": None,
            }
        }
    },
}


def loaded(file: Parts) -> AgentFile:
    return AgentFile.load(check(file, Acme()).normalised)


def test_the_views_of_an_agent() -> None:
    file = loaded(ORDER)
    assert (file.id, file.name, file.model, file.tools) == ("orders", "Orders", None, ("email.send",))
    assert file.reviewers == People(("alice@example.com",), ())
    assert file.digest == check(ORDER, Acme()).digest
    extract, approval, order = file.steps
    assert (extract.kind, extract.prompt) == ("ai", "State the vendor and the total.")
    assert extract.output["required"] == ["total", "vendor"]
    assert extract.retry == Retry(1, timedelta(seconds=10))
    assert (order.kind, order.tool, order.with_["to"]) == ("tool", "email.send", "order@vendor.example")
    review = approval.review
    assert review is not None
    assert review.when is not None
    assert review.when.evaluate(SCOPE)
    assert review.show == (("steps", "extract", "output"),)
    assert review.assign == People(("bob@example.com",), ("finance",))
    assert (review.approve, review.reject, review.forbid) == ("any", "any", ("requester",))
    assert review.answers == ("approve", "edit", "reject")
    assert (review.due, review.remind) == (timedelta(hours=8), (timedelta(hours=1),))
    assert review.escalate[0].after == timedelta(hours=2)
    assert review.escalate[0].to.people == ("alice@example.com",)
    assert (review.risk, review.on_timeout, approval.on_reject) == ("normal", "reject", "stop")


def test_times_that_count_work() -> None:
    escalate = [{"after": {"working": "PT6H"}, "to": "alice@example.com"}]
    file = copy.deepcopy(ORDER)
    file["steps"][1]["review"].update(
        due={"working": "26h"}, remind=["1h", {"working": "90m"}], escalate=escalate
    )
    made = check(file, Acme())
    kept = made.normalised["steps"][1]["review"]
    assert (kept["due"], kept["remind"]) == ({"working": "26h"}, ["1h", {"working": "1h30m"}])
    review = loaded(file).steps[1].review
    assert review is not None
    assert (review.due, review.escalate[0].after) == (
        Working(timedelta(hours=26)),
        Working(timedelta(hours=6)),
    )
    assert [warning.partition(":")[0] for warning in made.warnings] == [
        "steps[1].review.remind"
    ]  # the one by the clock
    assert "Due in 26 hours of working time" in in_words.steps(loaded(file).steps, str)[1]["text"]
    file["steps"][1]["review"]["due"] = {"working": "2001h"}
    with pytest.raises(Refused, match="more than 2000h"):
        check(file, Acme())
    del file["steps"][1]["review"]["due"]
    assert check(file, Acme()).normalised["steps"][1]["review"]["due"] == {"working": "24h"}


def test_the_views_of_branches() -> None:
    left: Parts = {"steps": [{"id": "left", "prompt": "a", "if": "input.text == 'x'", "timeout": "90s"}]}
    right: Parts = {"steps": [{"id": "right", "prompt": "b", "retry": {"attempts": 4, "backoff": "1m"}}]}
    file = loaded(changed(lambda file: file["steps"].append({"branches": [left, right]})))
    both = file.steps[3]
    assert (both.id, both.kind) == ("branches_4", "branches")
    assert [[step.id for step in branch] for branch in both.branches] == [["left"], ["right"]]
    assert both.branches[0][0].timeout == timedelta(seconds=90)
    condition = both.branches[0][0].if_
    assert condition is not None
    assert not condition.evaluate(SCOPE)
    assert file.by_id["right"].retry == Retry(4, timedelta(minutes=1))
    assert file.by_id["left"].output == {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string"}},
    }


def test_templates_keep_the_type_or_print_as_json() -> None:
    given: Object = {
        "to": "{{ steps.extract.output.total }}",
        "line": "{{steps.extract.output.lines[0].sku}} of {{ steps.extract.output.vendor }}: "
        "{{ steps.extract.output.total }} {{ steps.extract.output.paid }} {{ steps.extract.output.lines }}",
        "deep": [{"a": "{{ steps.extract.output.lines }}"}, 1, None],
        "dashed": "{{ input.order-id }} {{ input['order-id'] }}",
        "position": "{{ steps.extract.output.lines.0.sku }}",
        "nothing": "{{ steps.extract.output.x }}",
        "plain": "a { b } c",
    }
    assert render(given, SCOPE) == {
        "to": 12000.0,
        "line": 'S1 of Acme “Ltd”: 12000 true [{"sku":"S1"}]',
        "deep": [{"a": [{"sku": "S1"}]}, 1, None],
        "dashed": "A 1 A 1",
        "position": "S1",
        "nothing": None,
        "plain": "a { b } c",
    }
    assert render_text("{{ steps.extract.output.total }}", SCOPE) == "12000"


@pytest.mark.parametrize(
    "path",
    ["input.nothing", "steps.later.output.x", "steps.extract.output.lines[1].sku", "input.text.length"],
)
def test_a_missing_value_is_named(path: str) -> None:
    for value in (f"{{{{ {path} }}}}", f"to {{{{ {path} }}}}"):
        with pytest.raises(MissingValue) as raised:
            render({"a": [value]}, SCOPE)
        assert raised.value.path == path


def test_what_stands_in_a_value_is_not_a_template() -> None:
    scope: Object = {"input": {"text": "{{ input.secret }}", "secret": "x"}, "steps": {}}
    assert render("Say {{ input.text }}", scope) == "Say {{ input.secret }}"


def test_the_policy_decides_a_models_calls() -> None:
    rules: Parts = [
        {"tool": "email.send", "when": "args.copies * 1.5 > 3", "decide": "deny"},
        {"tool": "email.send", "when": 'args.to.endsWith("@example.com")', "decide": "allow"},
    ]
    file = loaded(changed(policy=rules))

    def decided(**args: str | int) -> str:
        return file.decide("email.send", {**args}, effect=True, args_schema=MAIL)

    assert decided(to="a@example.com", copies=1) == "allow"
    assert decided(to="a@example.com", copies=9) == "deny"
    assert decided(to="a@elsewhere.example", copies=1) == "ask"
    assert decided(to="a@example.com") == "ask"  # the first rule cannot be evaluated
    assert file.decide("http.get", {}, effect=False) == "allow"
    assert file.decide("http.post", {}, effect=True) == "ask"


def test_loading_does_not_import_pydantic() -> None:
    program = (
        "import sys; from seconder.agents.file import AgentFile; "
        "sys.exit(bool({'pydantic', 'jsonschema', 'yaml'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
