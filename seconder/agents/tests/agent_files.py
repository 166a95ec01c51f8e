"""The organization that the agent files of these tests are checked against, and files made by chance."""

import copy
from typing import Any

from hypothesis import strategies as st

from seconder.accounts.roles import MATRIX
from seconder.agents.file.checking import check
from seconder.agents.file.faults import Fault, Refused
from seconder.agents.file.known import Colleague, ToolSpec
from seconder.core.json import Object

Parts = Any  # Any: parts of a file that a test changes at will

MAIL: Object = {
    "type": "object",
    "additionalProperties": False,
    "required": ["to", "subject"],
    "properties": {
        "to": {"type": "string"},
        "subject": {"type": "string", "maxLength": 200},
        "body": {"type": "string"},
        "copies": {"type": "integer"},
    },
}


class Acme:
    """Alice owns, Bob reviews, Dana builds, Finn is a member, Vera only looks."""

    roles = {
        "alice@example.com": "owner",
        "bob@example.com": "reviewer",
        "dana@example.com": "builder",
        "finn@example.com": "member",
        "vera@example.com": "viewer",
    }
    teams = {"finance": ["bob@example.com", "finn@example.com", "vera@example.com"], "empty": []}

    def person(self, email: str) -> Colleague | None:
        role = self.roles.get(email)
        return Colleague(role, MATRIX[role]) if role else None

    def team(self, name: str) -> list[str] | None:
        return self.teams.get(name)

    def tool(self, name: str) -> ToolSpec | None:
        return ToolSpec(name, "effect", MAIL) if name == "email.send" else None

    def leaders(self) -> list[str]:
        return ["alice@example.com"]


ORDER: Parts = {
    "version": 1,
    "kind": "agent",
    "id": "orders",
    "name": "Orders",
    "tools": ["email.send"],
    "policy": [{"tool": "email.send", "when": 'args.to.endsWith("@example.com")', "decide": "allow"}],
    "reviewers": {"people": ["alice@example.com"]},
    "input": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
    "steps": [
        {
            "id": "extract",
            "prompt": "State the vendor and the total.",
            "output": {
                "type": "object",
                "required": ["vendor", "total"],
                "properties": {
                    "vendor": {"type": "string"},
                    "total": {"type": "number"},
                    "lines": {
                        "type": "array",
                        "items": {"type": "object", "properties": {"sku": {"type": "string"}}},
                    },
                },
            },
        },
        {
            "id": "approval",
            "review": {
                "when": "steps.extract.output.total > 10000",
                "question": "May we order this?",
                "show": ["steps.extract.output"],
                "assign": {"people": ["bob@example.com"], "teams": ["finance"]},
                "due": "8h",
                "remind": ["1h"],
                "escalate": [{"after": "2h", "to": {"people": ["alice@example.com"]}}],
            },
        },
        {
            "id": "order",
            "tool": "email.send",
            "with": {"to": "order@vendor.example", "subject": "Order for {{ steps.extract.output.vendor }}"},
        },
    ],
}


def changed(change: Parts = None, **fields: Parts) -> Parts:
    """The order agent after `change(file)` and with other fields."""
    file = copy.deepcopy(ORDER)
    if change:
        change(file)
    return {**file, **fields}


def faults_of(file: Parts, **options: Parts) -> list[Fault]:
    try:
        check(file, Acme(), **options)
    except Refused as refused:
        return refused.faults
    return []


_texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40)
_plain = _texts.filter(lambda text: text.strip() and "{{" not in text and "}}" not in text)
_lines = st.lists(_plain, min_size=1, max_size=3).map("\n".join)
_words = st.sampled_from(
    ["on", "no", "null", "~", "1e3", "007", "2026-01-01", "- a", "a: b", "#x", "true", " x "]
)
_says = st.one_of(_plain, _lines, _words)
_spans = st.sampled_from(["90s", "90m", "PT2H", "1h30m", "7h"])
_emails = st.sampled_from(["alice@example.com", "Bob@Example.com", "dana@example.com", "@finance"])
_people = st.fixed_dictionaries({"people": st.lists(_emails, min_size=1, max_size=3)})
_routes = st.fixed_dictionaries(
    {
        "routes": st.lists(
            st.fixed_dictionaries({"when": st.just("input.text == 'no'"), "to": _people}),
            min_size=1,
            max_size=3,
        )
    },
    optional={"match": st.sampled_from(["first", "every"])},
)
_schemas = st.sampled_from(
    [
        {
            "type": "object",
            "properties": {"n": {"type": "number", "minimum": 0.5}, "on": {"enum": ["no", 1]}},
        },
        {
            "type": "object",
            "required": ["b", "a"],
            "properties": {"a": {"type": "string"}, "b": {"$ref": "#/$defs/b"}},
            "$defs": {"b": {"type": "array", "items": {"type": "integer"}}},
        },
    ]
)


def _optional(**parts: st.SearchStrategy[Parts]) -> dict[str, st.SearchStrategy[Parts]]:
    return parts


_patience = _optional(
    timeout=_spans,
    retry=st.fixed_dictionaries({}, optional={"attempts": st.integers(1, 5), "backoff": _spans}),
)
_ai = st.fixed_dictionaries({"prompt": _says}, optional={"output": _schemas, **_patience})
_sugar = st.fixed_dictionaries(
    {"description": _says, "requiresVerification": st.just(True)},
    optional={
        "verificationConfig": st.fixed_dictionaries(
            {"assignedTo": _emails}, optional={"escalationAfter": _spans, "escalateTo": _emails}
        ).map(lambda c: {k: v for k, v in c.items() if len(c) == 3 or k == "assignedTo"})
    },
)
_tool = st.fixed_dictionaries(
    {
        "tool": st.just("email.send"),
        "with": st.fixed_dictionaries({"to": _plain, "subject": _says}, optional={"copies": st.integers()}),
    },
    optional=_optional(**_patience),
)


def _without_assign(asks: Parts) -> Parts:
    """Each stage names its own people."""
    return {key: value for key, value in asks.items() if key != "assign"}


_rules: st.SearchStrategy[Parts] = st.sampled_from(
    [
        {"reject": "all"},
        {"approve": {"count": 1}},
        {"approve": "all"},
        {"stages": [{"assign": "dana@example.com"}, {"approve": "all", "reject": "any"}]},
    ]
)
_asks: st.SearchStrategy[Parts] = st.fixed_dictionaries(
    {},
    optional=_optional(
        when=st.sampled_from(["input.text == 'no'", "size(input.text) > 3 || input.text in ['a']"]),
        question=_says,
        show=st.lists(st.sampled_from(["input", "input.text"]), max_size=2),
        assign=st.one_of(_people, _routes, st.just({"expression": "[input.text]"})),
        rule=_rules,
        forbid=st.lists(st.sampled_from(["requester", "owner"]), max_size=2),
        answers=st.sampled_from([["reject", "approve"], ["approve"], ["edit", "approve"]]),
        risk=st.sampled_from(["low", "normal"]),
        due=st.just("9h"),
        remind=st.lists(_spans, max_size=3),
        escalate=st.lists(st.fixed_dictionaries({"after": _spans, "to": _people}), max_size=2),
        on_timeout=st.sampled_from(["reject", "escalate", "cancel", "continue"]),
    ),
)
_review = st.fixed_dictionaries(
    {"review": _asks.map(lambda asks: _without_assign(asks) if "stages" in asks.get("rule", {}) else asks)},
    optional={"on_reject": st.sampled_from(["stop", "continue"])},
)


def _branched(steps: st.SearchStrategy[Parts]) -> st.SearchStrategy[Parts]:
    branch = st.fixed_dictionaries({"steps": st.lists(steps, min_size=1, max_size=2)})
    return st.fixed_dictionaries({"branches": st.lists(branch, min_size=1, max_size=3)})


_steps = st.recursive(st.one_of(_ai, _sugar, _tool, _review), _branched, max_leaves=6)

files: st.SearchStrategy[Parts] = st.fixed_dictionaries(
    {
        "id": st.just("made-by-chance"),
        "input": st.just({"type": "object", "properties": {"text": {"type": "string"}}}),
        "steps": st.lists(_steps, min_size=1, max_size=4),
    },
    optional={
        "name": _plain,
        "description": _says,
        "instructions": _lines,
        "model": st.sampled_from(["builtin", "openai:gpt-5"]),
        "tools": st.lists(st.just("email.send"), max_size=2),
        "policy": st.lists(
            st.fixed_dictionaries(
                {"tool": st.just("email.send"), "decide": st.sampled_from(["allow", "ask", "deny"])},
                optional={"when": st.just("args.to == 'no'")},
            )
            | st.fixed_dictionaries(
                {
                    "tool": st.just("email.send"),
                    "decide": st.just("allow"),
                    "when": st.just("sum.count < 3"),
                    "sum": st.fixed_dictionaries(
                        {"window": _spans},
                        optional={
                            "of": st.just("args.copies"),
                            "per": st.sampled_from(["args.to", ["args.to", "args.body"], []]),
                        },
                    ),
                }
            ),
            max_size=2,
        ),
        "reviewers": _people,
        "second_looks": st.sampled_from([0, 5, 50]),
    },
)
