"""What an approval of an action is bound to, for any arguments, and by trying: whatever matters changes the digest and
stops the action, whatever does not changes neither. `bin/test -k bound_actions -rP` prints the table."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled
from hypothesis import given, settings
from hypothesis import strategies as st

from seconder.agents import tools
from seconder.agents.file import AgentFile
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.core.json import JSON, Object
from seconder.core.refusals import AlreadyDecided, DigestChanged
from seconder.runs.acts.tool import checked
from seconder.runs.acts.using import _binding, _items
from seconder.runs.models import Effect, Run
from seconder.runs.progress import Progress
from seconder.runs.tests.conftest import Stage
from seconder.verification.models import Review

TELEGRAPH = "telegraph.send"
PARTS: dict[str, Any] = {  # Any: JSON Schemas
    "text": {"type": "string"},
    "copies": {"type": "integer", "default": 1},
    "by": {"type": "object", "properties": {"wire": {"type": "boolean", "default": True}}},
}
DONE = {"type": "object", "required": ["done"], "properties": {"done": {"type": "boolean"}}}
FILE = AgentFile.load(
    {
        "version": 1,
        "kind": "agent",
        "id": "clerk",
        "name": "Clerk",
        "policy": [],
        "steps": [{"id": "act", "prompt": "Wire it."}],
    }
)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
uses = st.fixed_dictionaries(
    {"text": words},
    optional={
        "copies": st.integers(-5, 5),
        "by": st.fixed_dictionaries({}, optional={"wire": st.booleans(), "x": words}),
    },
)


class Office:
    """A provider that takes no key; `sent` is what happened in the world."""

    def __init__(self) -> None:
        self.sent: list[Object] = []
        self.offer()

    def send(self, arguments: Object, _: str) -> JSON:
        self.sent.append(arguments)
        return {}

    def offer(self, **more: Any) -> tools.Tool:  # Any: JSON Schemas
        schema: Object = {"type": "object", "required": ["text"], "properties": {**PARTS, **more}}
        tool = tools.Tool(
            name=TELEGRAPH, title="Send a telegram", description="Sends it", kind="effect", arguments=schema,
            act=self.send, takes_key=lambda: False, describe=lambda _: [],
        )  # fmt: skip
        tools.offer(tool)
        return tool


@pytest.fixture
def office() -> Iterator[Office]:
    yield Office()
    tools.withdraw(TELEGRAPH)


def bound(tool: tools.Tool, use: Object, **more: Any) -> tuple[str, str]:  # Any: see below
    """The content digest, and the digest, of the review that a model's use of the tool opens: of this version of the
    agent's file, whose policy is part of it, at this attempt, until then."""
    at = {"version": 1, "agent": "clerk", "attempt": 1, "expires": "2030-01-01T00:00:00Z", "id": "1", **more}
    progress = Progress(Run(), FILE, at["version"], at["agent"], uuid.uuid4(), {}, {}, {}, {}, uuid.uuid4())
    arguments = checked(tool, use)
    review = Review(pk=uuid.uuid5(uuid.NAMESPACE_OID, at["id"]), attempt=at["attempt"])
    review.card = {"content": _binding(progress, tool, arguments), "expires": at["expires"]}
    review.bind(_items(tool, arguments, {}))
    return review.content_digest, review.digest


def turned(value: Any) -> Any:  # Any: any JSON
    """The same in another order and with its whole numbers written as fractions."""
    if isinstance(value, dict):
        return {name: turned(one) for name, one in reversed(value.items())}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@settings(max_examples=60, deadline=None)
@given(use=uses)
def test_order_and_spelling_and_defaults_written_out_change_neither_digest(use: Any) -> None:
    tool = Office().offer()
    by = {"by": {"wire": True, **use["by"]}} if "by" in use else {}
    for same in (turned(use), {"copies": 1, **use}, turned({"copies": 1, **use, **by})):
        assert bound(tool, same) == bound(tool, use)
    tools.withdraw(TELEGRAPH)


@settings(max_examples=60, deadline=None)
@given(use=uses, other=uses, version=st.integers(2, 9), expires=words)
def test_whatever_matters_changes_the_digest(use: Any, other: Any, version: int, expires: str) -> None:
    """Arguments, tool schema, policy and agent change both; attempt, expiry and review the digest alone."""
    office = Office()
    tool = office.offer()
    content, whole = bound(tool, use)
    is_same = tool.whole(use) == tool.whole(other)
    assert (bound(tool, other) == (content, whole)) is is_same
    other_tool = office.offer(priority={"type": "string"})
    for changed in (bound(other_tool, use), bound(tool, use, version=version), bound(tool, use, agent="x")):
        assert changed[0] != content
        assert changed[1] != whole
    for more in ({"attempt": version}, {"expires": expires}, {"id": "2"}):
        assert bound(tool, use, **more)[0] == content
        assert bound(tool, use, **more)[1] != whole
    tools.withdraw(TELEGRAPH)


def stored(review: Review, change: Callable[[Any], None]) -> None:  # Any: the card
    """As if somebody had got at the database."""
    with scopes_disabled():
        row = Review.objects.get(pk=review.pk)
        card = copy.deepcopy(row.card)
        change(card)
        row.card = card
        row.save(update_fields=["card"])


def another_text(card: Any) -> None:
    card["items"][0]["value"]["text"] = "Twenty"


def another_order(card: Any) -> None:
    card["items"][0]["value"] = dict(reversed(card["items"][0]["value"].items()))


def later(card: Any) -> None:
    card["expires"] = "2099-01-01T00:00:00Z"


@pytest.mark.clause("V-03")
@pytest.mark.invariant("G08")
def test_between_the_yes_and_the_action_nothing_that_matters_may_change(
    stage: Stage, model: ScriptedModel, office: Office
) -> None:
    step = {"id": "act", "prompt": "Wire it.", "output": DONE}
    more: dict[str, Any] = {"tools": [TELEGRAPH], "reviewers": {"people": ["bob@example.com"]}}
    never = [{"tool": TELEGRAPH, "when": "args.copies > 5", "decide": "deny"}]

    def other_policy(run: Run, _: Review) -> None:
        version = stage.publish(step, **more, policy=never).latest
        with scopes_disabled():
            Run.objects.filter(pk=run.pk).update(version=version)

    changes: dict[str, tuple[Callable[[Run, Review], object], int]] = {
        "nothing": (lambda *_: None, 1),
        "the order of the arguments": (lambda _, review: stored(review, another_order), 1),
        "an argument": (lambda _, review: stored(review, another_text), 0),
        "the expiry": (lambda _, review: stored(review, later), 0),
        "the tool's schema": (lambda *_: office.offer(priority={"type": "string"}), 0),
        "the agent's policy": (other_policy, 0),
    }
    for what, (change, expected) in changes.items():
        office.sent.clear()
        office.offer()
        model.says(calls((TELEGRAPH.replace(".", "_"), {"text": "Ten"})), gives(done=True))
        run = stage.run(stage.publish(step, **more))
        review = stage.review(run)
        assert review.items[0]["value"] == {"copies": 1, "text": "Ten"}, "the default is shown too"
        stage.decide(review, "bob", "approve")
        change(run, review)
        stage.work()
        ended = stage.look(run)
        print(f"{what:28} sent {len(office.sent)} · {ended.status}")
        assert len(office.sent) == len(stage.effects(run)) == expected, what
        assert (ended.status == "succeeded") is bool(expected)
        assert ("review-changed" in str(ended.error)) is not bool(expected)


def test_an_approval_is_used_up_once(stage: Stage, model: ScriptedModel, office: Office) -> None:
    step = {"id": "act", "prompt": "Wire it.", "output": DONE}
    agent = stage.publish(step, tools=[TELEGRAPH], reviewers={"people": ["bob@example.com"]})
    wire = TELEGRAPH.replace(".", "_")
    written_out = {"copies": 1, "text": "Ten"}
    model.says(
        calls((wire, {"text": "Ten"}), ids=["a"]),
        calls((wire, written_out), ids=["b"]),
        calls((wire, {"text": "Ten"}), ids=["c"]),
        gives(done=True),
    )
    run = stage.run(agent)
    first = stage.review(run)
    with pytest.raises(DigestChanged):
        stage.decide(first, "bob", "approve", digest=first.digest[::-1])
    stage.decide(first, "bob", "approve")
    with pytest.raises(AlreadyDecided):
        stage.decide(first, "bob", "approve")
    stage.work()
    assert office.sent == [written_out]
    _, second = stage.reviews(run)
    assert second.status == "open", "the same once more is asked anew"
    [effect] = stage.effects(run)
    with pytest.raises(IntegrityError), transaction.atomic():
        Effect.objects.create(
            key="another", run=run, requester_id=run.requester_id, step_id="act", tool=TELEGRAPH, arguments={},
            content_digest="x", review_id=effect.review_id,
        )  # fmt: skip
    stage.decide(second, "bob", "reject")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.reviews(run)) == 2, "after the no, the same with its default left out is blocked"
    assert office.sent == [written_out]
