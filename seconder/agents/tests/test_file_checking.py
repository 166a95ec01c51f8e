"""What apply refuses: every fault with its path, all in one go."""

import copy
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.agents.file.checking import check
from seconder.agents.file.faults import NOT_SUPPORTED_YET, Refused
from seconder.agents.tests.agent_files import ORDER, Acme, Parts, changed, faults_of, files


def review(**fields: Parts) -> Parts:
    return changed(lambda file: file["steps"][1]["review"].update(fields))


def step(position: int, **fields: Parts) -> Parts:
    return changed(lambda file: file["steps"][position].update(fields))


def without(position: int, *fields: str) -> Parts:
    def change(file: Parts) -> None:
        for field in fields:
            del file["steps"][position][field]

    return changed(change)


def with_(**arguments: Parts) -> Parts:
    return changed(lambda file: file["steps"][2]["with"].update(arguments))


def more(*steps: Parts) -> Parts:
    return changed(lambda file: file["steps"].extend(steps))


def summed(when: str = "sum.total > 5.0", **fields: Parts) -> Parts:
    """A policy that adds up."""
    added_up = {"of": "args.copies", "per": "args.to", "window": "24h", **fields}
    return changed(policy=[{"tool": "email.send", "sum": added_up, "when": when, "decide": "ask"}])


BRANCHES: Parts = {
    "id": "both",
    "branches": [
        {
            "steps": [
                {"id": "left", "prompt": "Left."},
                {"id": "left2", "prompt": "{{ steps.left.output.text }}"},
            ]
        },
        {"steps": [{"id": "right", "prompt": "Right."}]},
    ],
}


def inside(prompt: str) -> Parts:
    """The branches with another prompt on the right."""
    right: Parts = {"steps": [{"id": "right", "prompt": prompt}]}
    return more({"id": "both", "branches": [*BRANCHES["branches"][:1], right]})


# what is wrong → (the file, the path of the fault, words of the message)
REFUSED: dict[str, tuple[Parts, str, str]] = {
    "an unknown field": (changed(colour="red"), "colour", "not a field"),
    "an unknown field of a step": (step(0, promt="x"), "steps[0].promt", "did you mean prompt"),
    "an unknown field of a review": (review(asign="x"), "steps[1].review.asign", "did you mean assign"),
    "a name of ours for a field": (step(0, if_="true"), "steps[0].if_", "not a field"),
    "a newer version": (changed(version=2), "version", "newer"),
    "a version that is no number": (changed(version="1"), "version", "must be 1"),
    "another kind": (changed(kind="team"), "kind", "must be one of"),
    "no step": (changed(steps=[]), "steps", "must not be empty"),
    "no steps at all": ({"id": "x"}, "steps", "missing"),
    "steps that are no list": (changed(steps={"a": 1}), "steps", "list"),
    "a bad id": (changed(id="Orders!"), "id", "must match"),
    "a bad step id": (step(0, id="a b"), "steps[0].id", "must match"),
    "an id twice": (step(2, id="extract"), "steps[2].id", "already the id of steps[0]"),
    "an id twice, in a branch": (more({**BRANCHES, "id": "order"}), "steps[3].id", "already"),
    "a step that does nothing": (step(0, prompt=None, output=None), "steps[0]", "does nothing"),
    "a step that does two things": (step(0, tool="email.send"), "steps[0]", "prompt and tool"),
    "a field of another kind of step": (step(1, timeout="1h"), "steps[1].timeout", "does not belong"),
    "an output of a tool step": (step(2, output={"type": "object"}), "steps[2].output", "does not belong"),
    "3 of 2 people": (review(rule={"approve": {"count": 3}}), "steps[1].review.rule.approve", "3 of 2"),
    "a rejection by 3 of 2": (review(rule={"reject": {"count": 3}}), "steps[1].review.rule.reject", "3 of 2"),
    "2 of 1 default reviewers": (
        review(assign={}, rule={"approve": {"count": 2}}), "steps[1].review.rule.approve", "2 of 1"),
    "3 of the 2 in a team": (
        review(rule={"approve": {"per_team": {"finance": 3}}}), "steps[1].review.rule.approve", "3 of finance"),
    "a team that nobody of is asked": (
        review(assign="alice@example.com", rule={"reject": {"per_team": {"finance": 1}}}),
        "steps[1].review.rule.reject", "under assign"),
    "a rule of an unknown team": (
        review(rule={"approve": {"per_team": {"legal": 1}}}), "steps[1].review.rule.approve", "does not exist"),
    "a percentage above all": (
        review(rule={"approve": {"percent": 101}}), "steps[1].review.rule.approve", "not a rule"),
    "a team twice in a rule": (
        review(rule={"approve": {"per_team": {"finance": 2, "@finance": 1}}}),
        "steps[1].review.rule.approve", "names the team finance twice"),
    "more teams than can be counted": (
        review(rule={"approve": {"per_team": dict.fromkeys("abcdefghi", 1)}}),
        "steps[1].review.rule.approve", "more than 8"),
    "an empty team": (review(assign={"teams": ["empty"]}), "steps[1].review.assign", "nobody"),
    "no such rule": (review(rule={"approve": "most"}), "steps[1].review.rule.approve", "not a rule"),
    "a count of nobody": (review(rule={"approve": {"count": 0}}), "steps[1].review.rule.approve", "rule"),
    "an unknown person": (
        review(assign={"people": ["eve@example.com"]}), "steps[1].review.assign.people", "not a member"),
    "a viewer": (review(assign={"people": ["vera@example.com"]}), "steps[1].review.assign.people", "viewer"),
    "an unknown team": (review(assign="@legal"), "steps[1].review.assign.teams", "does not exist"),
    "neither person nor team": (review(assign="Bob"), "steps[1].review.assign.people[0]", "e-mail"),
    "unknown default reviewers": (
        changed(reviewers={"teams": ["legal"]}), "reviewers.teams", "does not exist"),
    "an unknown person to escalate to": (
        review(escalate=[{"after": "1h", "to": "eve@example.com"}]),
        "steps[1].review.escalate[0].to.people", "not a member"),
    "nobody to escalate to": (
        review(escalate=[{"after": "1h", "to": {}}]), "steps[1].review.escalate[0].to", "nobody"),
    "an unknown tool": (changed(tools=["email.read"]), "tools", "does not exist"),
    "an unknown tool of a step": (step(2, tool="rm"), "steps[2].tool", "does not exist"),
    "an unknown tool of the policy": (
        changed(policy=[{"tool": "rm", "decide": "deny"}]), "policy[0].tool", "does not exist"),
    "a tool's missing argument": (step(2, **{"with": {"to": "a"}}), "steps[2].with", "subject"),
    "a tool's unknown argument": (with_(cc="a"), "steps[2].with", "cc"),
    "an argument of the wrong type": (with_(copies="two"), "steps[2].with.copies", "integer"),
    "a template of the wrong type": (
        with_(copies="{{ steps.extract.output.vendor }}"), "steps[2].with.copies", "integer"),
    "a number for text": (with_(to="{{ steps.extract.output.total }}"), "steps[2].with.to", "string"),
    "an unknown step in a template": (with_(to="{{ steps.x.output.a }}"), "steps[2].with.to", "no such step"),
    "an unknown place in a template": (
        with_(to="{{ steps.extract.output.sum }}"), "steps[2].with.to", "does not exist"),
    "an unknown place in the input": (with_(to="{{ input.mail }}"), "steps[2].with.to", "does not exist"),
    "an expression in a template": (with_(to="{{ input.text + 'x' }}"), "steps[2].with.to", "one path"),
    "a filter in a template": (with_(to="{{ input.text | upper }}"), "steps[2].with.to", "one path"),
    "an open template": (with_(to="{{ input.text"), "steps[2].with.to", "pair"),
    "an empty template": (with_(to="{{ }}"), "steps[2].with.to", "one path"),
    "something else in a template": (with_(to="{{ env.HOME }}"), "steps[2].with.to", "env.HOME"),
    "a step's inside in a template": (with_(to="{{ steps.extract.cost }}"), "steps[2].with.to", "output"),
    "a template in a name": (with_(**{"{{ input.text }}": "x"}), "steps[2].with", "name"),
    "a template in a question": (
        review(question="{{ input.text }}?"), "steps[1].review.question", "under show"),
    "a later step in a prompt": (
        step(0, prompt="{{ steps.approval.output.note }}"), "steps[0].prompt", "comes later"),
    "itself in a prompt": (step(0, prompt="{{ steps.extract.output.total }}"), "steps[0].prompt", "itself"),
    "a later step in a condition": (
        step(0, **{"if": "steps.approval.output.outcome == 'approved'"}), "steps[0].if", "comes later"),
    "a later step that is shown": (
        review(show=["steps.order.output"]), "steps[1].review.show[0]", "comes later"),
    "a branch beside": (
        inside("{{ steps.left2.output.text }}"), "steps[3].branches[1].steps[0].prompt", "beside"),
    "the output of the branches": (
        more(BRANCHES, {"prompt": "{{ steps.both.output.x }}"}), "steps[4].prompt", "no output"),
    "a shown path that is none": (review(show=["a b"]), "steps[1].review.show[0]", "not a path"),
    "a shown path elsewhere": (review(show=["args.to"]), "steps[1].review.show[0]", "must begin"),
    "a bad duration": (review(due="soon"), "steps[1].review.due", "not a duration"),
    "a duration without unit": (review(due=90), "steps[1].review.due", "not a duration"),
    "no time at all": (review(due="0s"), "steps[1].review.due", "usable"),
    "a bad timeout": (step(0, timeout="1 h"), "steps[0].timeout", "not a duration"),
    "a reminder after the end": (review(remind=["8h"]), "steps[1].review.remind", "shorter"),
    "a day of work": (review(due={"working": "3d"}), "steps[1].review.due", "no measure"),
    "hours of something else": (review(due={"office": "8h"}), "steps[1].review.due", "{working: 8h}"),
    "a longer work": (review(remind=[{"working": "8h"}]), "steps[1].review.remind", "shorter than due (8h)"),
    "as much work as it is due": (
        review(due={"working": "120m"}, escalate=[{"after": {"working": "2h"}, "to": "bob@example.com"}]),
        "steps[1].review.escalate[0].after", "shorter than due ({working: 2h})"),
    "an escalation after the end": (
        review(escalate=[{"after": "9h", "to": "bob@example.com"}]),
        "steps[1].review.escalate[0].after", "shorter"),
    "CEL that cannot be read": (review(when="steps.extract >"), "steps[1].review.when", "ends too early"),
    "CEL without end": (review(when="'x"), "steps[1].review.when", "cannot be read"),
    "empty CEL": (review(when=" "), "steps[1].review.when", "ends too early"),
    "CEL of the wrong type": (
        review(when="steps.extract.output.vendor > 3"), "steps[1].review.when", "string with an integer"),
    "CEL that is not true or false": (
        review(when="steps.extract.output.total"), "steps[1].review.when", "true or false"),
    "CEL with an unknown place": (
        review(when="has(steps.extract.output.sum)"), "steps[1].review.when", "does not exist"),
    "CEL with an unknown step": (
        review(when="steps.x.output.sum > 1"), "steps[1].review.when", "no such step"),
    "CEL with an unknown function": (review(when="now() > 3"), "steps[1].review.when", "now"),
    "CEL with the wrong arguments, hidden": (
        review(when="false && input.text.startsWith(3)"), "steps[1].review.when", "startsWith"),
    "CEL of a policy": (
        changed(policy=[{"tool": "email.send", "when": "args.cc == 'x'", "decide": "deny"}]),
        "policy[0].when", "args.cc"),
    "a policy that reads the input": (
        changed(policy=[{"tool": "email.send", "when": "input.text == 'x'", "decide": "deny"}]),
        "policy[0].when", "unknown name"),
    "a sum that its condition does not read": (
        summed(when="args.to == 'x'"), "policy[0].sum", "reads neither"),
    "a sum of what the tool does not take": (summed(of="args.price"), "policy[0].sum.of", "no argument"),
    "a sum of what is no amount": (
        summed(of="args.flags"), "policy[0].sum.of", "no argument"),
    "a sum per what the tool does not take": (summed(per="input.text"), "policy[0].sum.per", "no argument"),
    "a sum without end": (summed(window="32d"), "policy[0].sum.window", "further than 31 days"),
    "a total of what is only counted": (summed(of=None), "policy[0].when", "sum.total"),
    "a sum in a review": (review(when="sum.total > 3"), "steps[1].review.when", "read by a rule of the policy"),
    "a sum that is not declared": (
        changed(policy=[{"tool": "email.send", "when": "sum.count > 3", "decide": "ask"}]),
        "policy[0].when", "unknown name"),
    "no such decision": (
        changed(policy=[{"tool": "email.send", "decide": "maybe"}]), "policy[0].decide", "must be one of"),
    "a loop of agents": (more({"agent": "orders"}), "steps[3].agent", "itself"),
    "an input that is no schema": (changed(input={"type": "objekt"}), "input.type", "not JSON Schema"),
    "an input that is no object": (changed(input={"type": "string"}), "input", "type: object"),
    "an output that is no schema": (
        step(0, output={"type": "object", "properties": {"a": {"minimum": "x"}}}),
        "steps[0].output.properties.a.minimum", "not JSON Schema"),
    "a pattern that is none": (
        changed(input={"type": "object", "properties": {"text": {"type": "string", "pattern": "("}}}),
        "input.properties.text.pattern", "not JSON Schema"),
    "a schema elsewhere": (
        changed(input={"type": "object", "properties": {"text": {"$ref": "https://x.example/s"}}}),
        "input", "#/$defs"),
    "a schema without end": (
        changed(input={"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"b": {"$ref": "#/$defs/a"}}}}}),
        "input", "refers to itself"),
    "a bad model": (changed(model="gpt"), "model", "provider:name"),
    "no approval among the answers": (review(answers=["reject"]), "steps[1].review.answers", "approve"),
    "continue at high risk": (
        review(risk="high", on_timeout="continue"), "steps[1].review.on_timeout", "high"),
    "a review's setting without a review": (
        step(0, verificationConfig={"assignedTo": "bob@example.com"}),
        "steps[0].verificationConfig", "no effect"),
    "half an escalation": (
        step(0, requiresVerification=True, verificationConfig={"escalationAfter": "1h"}),
        "steps[0].verificationConfig", "together"),
    "a review after a tool step": (
        step(2, requiresVerification=True), "steps[2].requiresVerification", "does not belong"),
    "another kind than it does": (step(0, kind="tool"), "steps[0].kind", "which is ai"),
    "an empty prompt": (step(0, prompt=" \n"), "steps[0].prompt", "empty"),
    "too many attempts": (step(0, retry={"attempts": 99}), "steps[0].retry.attempts", "cannot be accepted"),
    "too many steps": (
        changed(steps=[{"prompt": "x"}] * 201), "steps", "more than 200"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_at_its_place(name: str) -> None:
    file, path, words = REFUSED[name]
    faults = faults_of(file)
    found = {fault.path: fault for fault in faults}
    assert path in found, [str(fault) for fault in faults]
    assert any(fault.path == path and words in fault.message for fault in faults), [str(f) for f in faults]
    assert all(len(fault.value) <= 100 for fault in faults)


NOT_YET: dict[str, tuple[Parts, str]] = {
    "a schedule": (changed(triggers=[{"schedule": {"cron": "0 8 * * 1"}}]), "triggers"),
    "a webhook": (changed(triggers=[{"webhook": {"name": "orders"}}]), "triggers"),
    "a repeated step": (step(0, for_each="input.text", parallel=3), "steps[0].for_each"),
    "another agent": (more({"agent": "other", "with": {"a": 1}}), "steps[3].agent"),
}


@pytest.mark.parametrize("name", NOT_YET)
def test_what_does_not_run_yet_is_refused_as_such(name: str) -> None:
    file, path = NOT_YET[name]
    with pytest.raises(Refused) as raised:
        check(file, Acme())
    assert path in [fault.path for fault in raised.value.faults]
    assert {fault.kind for fault in raised.value.faults} == {NOT_SUPPORTED_YET}
    assert raised.value.type == NOT_SUPPORTED_YET


def test_high_risk_runs() -> None:
    assert faults_of(review(risk="high")) == []


def test_all_faults_are_told_at_once() -> None:
    def change(file: Parts) -> None:
        file["steps"][0]["colour"] = "red"
        file["steps"][1]["review"].update(due="soon", when="steps.extract.output.sum > 1", risk="huge")
        file["steps"][2]["with"]["to"] = "{{ steps.later.output.x }}"

    paths = {fault.path for fault in faults_of(changed(change, tools=["rm"]), expected_id="other")}
    assert paths == {
        "id",
        "tools",
        "steps[0].colour",
        "steps[1].review.due",
        "steps[1].review.when",
        "steps[1].review.risk",
        "steps[2].with.to",
    }


def test_the_offending_value_is_cut() -> None:
    (fault,) = faults_of(changed(colour="r" * 500))
    assert len(fault.value) == 100
    assert fault.value.endswith("…")


def test_the_id_of_the_address_counts() -> None:
    assert [fault.path for fault in faults_of(ORDER, expected_id="others")] == ["id"]
    nameless = {key: value for key, value in ORDER.items() if key != "id"}
    assert check(nameless, Acme(), expected_id="orders").id == "orders"


def test_who_may_ask_is_a_warning_only() -> None:
    both: Parts = {"people": ["alice@example.com", "bob@example.com"]}
    file = check(review(assign=both, rule={"approve": "all"}), Acme())
    assert file.warnings == ()  # all who are left decide
    (warning,) = check(review(assign=both, rule={"approve": {"count": 2}}), Acme()).warnings
    assert warning.startswith("steps[1].review.rule.approve")
    assert "alice@example.com" in warning
    allowed = review(assign=both, rule={"approve": {"count": 2}}, forbid=[])
    assert check(allowed, Acme()).warnings == ()
    reviewers_only = review(assign={"people": ["bob@example.com"]})
    assert check(reviewers_only, Acme()).warnings == ()  # a reviewer starts no runs


def test_the_owner_does_not_count_where_forbidden() -> None:
    file = review(assign="dana@example.com", forbid=["owner"])
    assert faults_of(file) == []
    (fault,) = faults_of(file, owner="Dana@example.com")
    assert fault.path == "steps[1].review.assign"


def test_joined_branches_are_read_afterwards() -> None:
    last: Parts = {"prompt": "{{ steps.left2.output.text }} {{ steps.right.output.text }}"}
    assert faults_of(more(BRANCHES, last)) == []


@pytest.mark.parametrize(
    "when",
    [
        "steps.extract.output.total * 2 > 100",
        "steps.extract.output.lines.exists(l, l.sku == 'A')",
        "steps.extract.output.lines[3].sku == 'A'",
        "timestamp(input.text) < timestamp('2026-01-01T00:00:00Z')",
        "int(input.text) > 3 || 10 / size(input.text) > 2",
    ],
)
def test_faults_of_a_sample_are_no_faults_of_the_file(when: str) -> None:
    assert faults_of(review(when=when)) == []


def test_an_open_input_can_be_read_anywhere() -> None:
    def change(file: Parts) -> None:
        del file["input"]
        file["steps"][1]["review"]["when"] = "input.order.total > 3 && input.lines[0].x.startsWith('a')"
        file["steps"][2]["with"]["to"] = "{{ input.who.mail }}"

    assert faults_of(changed(change)) == []


@given(files)
def test_files_made_by_chance_are_sound(file: Parts) -> None:
    assert [fault for fault in faults_of(file) if "nobody" not in fault.message] == []


_anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Parts, change: Callable[[Parts, Any], None]) -> list[Callable[[], None]]:
    found: list[Callable[[], None]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += [lambda key=key: change(value, key), *_places(item, change)]  # type: ignore[misc]
    return found


@given(files, st.data())
def test_no_damage_does_anything_but_be_refused(file: Parts, data: st.DataObject) -> None:
    damage = data.draw(_anything)

    def change(container: Parts, key: Any) -> None:
        container[key] = damage

    file = copy.deepcopy(file)
    places = _places(file, change)
    data.draw(st.sampled_from(places))()
    for fault in faults_of(file):
        assert len(fault.value) <= 100


class Crowd(Acme):
    """Eight teams, of which 400 builders are in one each and 100 in all of them."""

    roles = {**Acme.roles, **{f"p{number}@example.com": "builder" for number in range(500)}}
    teams = {
        f"t{team}": [f"p{number}@example.com" for number in range(500) if number % 10 in (8, 9, team)]
        for team in range(8)
    }


def test_a_rule_of_many_teams_of_many_people_is_checked_in_no_time() -> None:
    """Trying each person anew takes a hundred times as long."""
    wanted = {"per_team": dict.fromkeys(Crowd.teams, 1)}
    file = review(assign={"teams": list(Crowd.teams)}, rule={"approve": wanted, "reject": wanted})
    began = process_time()
    assert check(file, Crowd()).warnings == ()
    assert process_time() - began < 2
