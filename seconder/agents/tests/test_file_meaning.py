"""Equal meaning, equal digest: order, spelling, defaults written out, sugar, and the way out and in again."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seconder.agents.file.checking import check
from seconder.agents.file.differences import differences
from seconder.agents.file.document import json_schema
from seconder.agents.file.export import to_document, to_yaml
from seconder.agents.file.faults import Refused
from seconder.agents.file.known import Colleague
from seconder.agents.file.reading import read
from seconder.agents.file.samples import sample, samples
from seconder.agents.tests.agent_files import ORDER, Acme, Parts, changed, files


def digest(file: Parts) -> str:
    return check(file, Acme()).digest


def accepted(file: Parts) -> Parts:
    """The canonical form; files whose reviewers all fell out are not of interest here."""
    try:
        return check(file, Acme()).normalised
    except Refused:
        assume(False)


def shuffled(value: Parts, data: st.DataObject) -> Parts:
    if isinstance(value, dict):
        keys = data.draw(st.permutations(list(value)))
        return {key: shuffled(value[key], data) for key in keys}
    return [shuffled(item, data) for item in value] if isinstance(value, list) else value


@given(files)
def test_what_is_exported_and_applied_again_is_the_same(file: Parts) -> None:
    first = accepted(file)
    stored = json.loads(json.dumps(first, sort_keys=True))  # as jsonb would return it: without its order
    again = check(read(to_yaml(stored).encode()), Acme())
    assert again.normalised == first
    assert again.digest == digest(file)
    assert check(to_document(stored), Acme()).normalised == first
    assert check(stored, Acme()).normalised == first
    assert to_document(to_document(stored)) == to_document(stored)


@given(files, st.data())
def test_the_order_of_keys_means_nothing(file: Parts, data: st.DataObject) -> None:
    first = accepted(file)
    assert digest(shuffled(file, data)) == digest(file)
    assert check(shuffled(file, data), Acme()).normalised == first


SAME: dict[str, Parts] = {
    "defaults written out": changed(
        lambda file: (
            file["steps"][1].update(on_reject="stop")
            or file["steps"][1]["review"].update(
                forbid=["requester"],
                answers=["reject", "edit", "approve"],
                risk="normal",
                rule={"approve": "any"},
                on_timeout="reject",
            )
        ),
        description="",
        instructions="",
        triggers=[],
    ),
    "durations": changed(lambda file: file["steps"][1]["review"].update(due="PT8H", remind=["60m", "3600s"])),
    "addresses": changed(
        lambda file: file["steps"][1]["review"].update(assign=["@finance", "BOB@example.com"]),
        reviewers="alice@example.com",
    ),
    "templates": changed(
        lambda file: file["steps"][2]["with"].update(subject="Order for {{steps.extract.output['vendor']}}")
    ),
    "blanks": changed(
        lambda file: (
            file["steps"][0].update(prompt="  State the vendor and the total.\n")
            or file["steps"][1]["review"].update(when=" steps.extract.output.total > 10000\n")
        )
    ),
    "always": changed(lambda file: file["steps"][2].update({"if": None})),
    "once": changed(lambda file: file["steps"][0].update(retry={"attempts": 1, "backoff": "10s"})),
    "tools twice": changed(tools=["email.send", "email.send"]),
    "the order of what is required": changed(
        lambda file: file["steps"][0]["output"].update(required=["total", "vendor"])
    ),
    "references": changed(
        input={
            "type": "object",
            "required": ["text"],
            "properties": {"text": {"$ref": "#/$defs/text"}},
            "$defs": {"text": {"type": "string"}},
        }
    ),
    "description for prompt": changed(
        lambda file: file["steps"][0].update(description=file["steps"][0].pop("prompt"))
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_another_spelling_has_the_same_digest(name: str) -> None:
    assert check(SAME[name], Acme()).normalised == check(ORDER, Acme()).normalised
    assert digest(SAME[name]) == digest(ORDER)


OTHER: dict[str, Parts] = {
    "name": changed(name="Ordering"),
    "model": changed(model="builtin"),
    "limit": changed(
        lambda file: file["steps"][1]["review"].update(when="steps.extract.output.total > 9999")
    ),
    "due": changed(lambda file: file["steps"][1]["review"].update(due="9h")),
    "forbid": changed(lambda file: file["steps"][1]["review"].update(forbid=[])),
    "order of steps": changed(lambda file: file["steps"].append(file["steps"].pop(1))),
    "order of policy": changed(policy=[{"tool": "email.send", "decide": "ask"}]),
}


@pytest.mark.parametrize("name", OTHER)
def test_another_meaning_has_another_digest(name: str) -> None:
    assert digest(OTHER[name]) != digest(ORDER)


def test_sugar_becomes_a_review_after_the_step() -> None:
    sweet: Parts = {
        "id": "greet",
        "steps": [
            {
                "id": "draft",
                "description": "Draft a greeting.",
                "requiresVerification": True,
                "verificationConfig": {
                    "assignedTo": "@finance",
                    "escalationAfter": "5d",
                    "escalateTo": ["alice@example.com"],
                },
            },
            {"description": "Shorten {{ steps.draft.output.text }}."},
        ],
    }
    plain: Parts = {
        "id": "greet",
        "steps": [
            {"id": "draft", "prompt": "Draft a greeting."},
            {
                "id": "draft_review",
                "review": {
                    "question": "Is the result of “draft” right?",
                    "show": ["steps.draft.output"],
                    "assign": {"teams": ["finance"]},
                    "due": "10d",
                    "escalate": [{"after": "5d", "to": {"people": ["alice@example.com"]}}],
                },
            },
            {"id": "step_3", "prompt": "Shorten {{ steps.draft.output.text }}."},
        ],
    }
    assert check(sweet, Acme()).normalised == check(plain, Acme()).normalised


def test_true_is_a_condition_as_text_is() -> None:
    written, spelled = (changed(lambda file, c=c: file["steps"][2].update({"if": c})) for c in (True, "true"))
    assert digest(written) == digest(spelled) != digest(ORDER)


def test_made_up_ids_do_not_collide() -> None:
    steps: Parts = [
        {"id": "step_2", "prompt": "a"},
        {"prompt": "b"},
        {"branches": [{"steps": [{"prompt": "c"}]}]},
    ]
    file = check({"id": "x", "steps": steps}, Acme())
    assert list(file.by_id) == ["step_2", "step_2_2", "branches_3", "step_4"]


def test_differences_are_told_by_step() -> None:
    old = check(ORDER, Acme()).normalised
    assert differences(old, copy.deepcopy(old)) == []

    def change(file: Parts) -> None:
        file["steps"][1]["review"]["due"] = "9h"
        file["steps"][2]["id"] = "send"

    new = check(changed(change, name="Ordering"), Acme()).normalised
    found = {one["path"]: (one["before"], one["after"]) for one in differences(old, new)}
    assert found["name"] == ("Orders", "Ordering")
    assert found["steps.approval.review.due"] == ("8h", "9h")
    assert found["steps.order"] == (old["steps"][2], None)
    assert found["steps.send"] == (None, new["steps"][2])
    assert len(found) == 4


def test_a_new_order_of_steps_is_one_difference() -> None:
    old = check(ORDER, Acme()).normalised
    new = {**old, "steps": [old["steps"][0], old["steps"][2], old["steps"][1]]}
    (one,) = differences(old, new)
    assert one["path"] == "steps"
    assert one["after"] == ["extract", "order", "approval"]


def test_the_published_schema_is_sound_and_takes_what_apply_takes() -> None:
    schema: Any = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(ORDER)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["steps"]["minItems"] == 1


@given(files)
def test_what_is_sound_fits_the_published_schema(file: Parts) -> None:
    schema: Any = json_schema()
    jsonschema.Draft202012Validator(schema).validate(file)
    jsonschema.Draft202012Validator(schema).validate(to_document(accepted(file)))


@pytest.mark.parametrize(
    "broken", [changed(colour="red"), changed(steps=[]), changed(steps=[{}]), changed(version=2), {"id": "x"}]
)
def test_the_published_schema_refuses_what_is_broken(broken: Parts) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json_schema()).validate(broken)


def test_samples_fit_their_schema() -> None:
    schema: Any = ORDER["steps"][0]["output"]
    for value in samples(schema):
        jsonschema.Draft202012Validator(schema).validate(value)
    assert sample(schema)["lines"] == [{"sku": "text"}]


class Everybody(Acme):
    """Knows the people that the reference speaks of."""

    def person(self, email: str) -> Colleague | None:
        return super().person("bob@example.com")


def test_the_example_of_the_reference_is_sound() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "agent-file.md"
    example = page.read_text().split("```yaml\n")[1].split("```")[0]
    assert check(read(example.encode()), Everybody()).id == "purchase-order-processor"
