"""The schema of an agent's file, whole: also the parts that do not run yet.

Used when publishing only; the worker reads the normalised form through `steps.py` without pydantic.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from seconder.agents.file.agent_file import SECOND_LOOKS
from seconder.agents.file.words import (
    AgentId,
    Assignee,
    Assignees,
    Condition,
    Duration,
    Model,
    Paths,
    Quorum,
    Span,
    StepId,
    Text,
    as_people,
)

JSONSchema = dict[str, Any]  # Any: a JSON Schema, checked by jsonschema
Answer = Literal["approve", "edit", "reject", "request_changes"]
KINDS = ("prompt", "description", "review", "ask", "tool", "agent", "branches")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class People(Part):
    people: list[Assignee] = Field(
        default=[], description="E-mail addresses of members; @name stands for a team."
    )
    teams: list[Text] = Field(default=[], description="Names of teams.")


class Route(Part):
    when: Condition = Field(description="CEL; an error or a missing value asks the default reviewers.")
    to: Annotated[People, BeforeValidator(as_people, json_schema_input_type=People | str | list[str])]


class Assign(People):
    routes: list[Route] = Field(
        default=[],
        max_length=20,
        description="People by condition. Where none applies, the default reviewers are asked.",
    )
    match: Literal["first", "every"] = Field(
        default="first",
        description="Of the routes that apply, the first is taken, or every one opens a review of its own.",
    )
    expression: Text | None = Field(
        default=None, description="CEL that yields e-mail addresses and @teams: one text, or a list."
    )


AnyPeople = Annotated[People, BeforeValidator(as_people, json_schema_input_type=People | str | list[str])]
AnyAssign = Annotated[Assign, BeforeValidator(as_people, json_schema_input_type=Assign | str | list[str])]


class Stage(Part):
    approve: Quorum = "any"
    reject: Quorum = "any"
    assign: AnyPeople = Field(default=People(), description="Whom it asks; absent: the reviewers.")


class Rule(Part):
    approve: Quorum = "any"
    reject: Quorum = "any"
    stages: list[Stage] = Field(
        default=[],
        max_length=10,
        description="In place of approve, reject and assign: each is asked once the one before has said yes.",
    )


class Escalation(Part):
    after: Span = Field(description="Counted from the opening of the review.")
    to: AnyPeople


class Review(Part):
    when: Condition | None = Field(default=None, description="CEL; absent means always. An error asks.")
    question: Text | None = Field(default=None, description="Shown as written; no templates.")
    show: list[Text] = Field(
        default=[], description="Paths like steps.extract.output; each shows that value and all below."
    )
    assign: AnyAssign = Field(default=Assign(), description="Who decides; absent: the reviewers.")
    rule: Rule = Rule()
    forbid: list[Literal["requester", "owner"]] = Field(
        default=["requester"], description="Who may not decide; [] permits self-approval."
    )
    answers: list[Answer] = Field(default=["approve", "edit", "reject"], min_length=1)
    risk: Literal["low", "normal", "high"] = "normal"
    due: Span | None = Field(
        default=None, description="Absent: 3d, or twice the longest reminder or escalation."
    )
    remind: list[Span] = Field(default=[], description="Counted from the opening; each shorter than due.")
    escalate: list[Escalation] = []
    on_timeout: Literal["reject", "escalate", "cancel", "continue"] = "reject"


class Ask(Part):
    """A question to people; the run goes on with the answer."""

    question: Text = Field(description="Shown as written; no templates.")
    answer: JSONSchema | None = Field(
        default=None,
        description="JSON Schema of the answer, from which its form is made; absent: {text: string}.",
    )
    when: Condition | None = Field(default=None, description="As of a review.")
    show: list[Text] = Field(default=[], description="As of a review.")
    assign: AnyAssign = Field(default=Assign(), description="Who answers; absent: the reviewers.")
    forbid: list[Literal["requester", "owner"]] = Field(
        default=[], description="Who may not answer; absent: whoever asked for the run may."
    )
    risk: Literal["low", "normal", "high"] = "normal"
    due: Span | None = Field(default=None, description="As of a review.")
    remind: list[Span] = []
    escalate: list[Escalation] = []
    on_timeout: Literal["reject", "escalate", "cancel"] = "reject"


class Retry(Part):
    attempts: int = Field(default=3, ge=1, le=20, description="The first attempt counts too.")
    backoff: Duration = Field(default="10s", description="Before the second attempt; then doubled.")


class VerificationConfig(Part):
    assigned_to: Assignees = Field(default=[], alias="assignedTo")
    escalation_after: Duration | None = Field(default=None, alias="escalationAfter")
    escalate_to: Assignees = Field(default=[], alias="escalateTo")


class Branch(Part):
    steps: list[Step] = Field(min_length=1)


class Step(Part):
    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [kind]} for kind in KINDS]},
    )

    id: StepId | None = Field(default=None, description="Unique in the file; made up when absent.")
    kind: Literal["ai", "review", "ask", "tool", "agent", "branches"] | None = Field(
        default=None, description="What it does; need not be written, as the other fields tell."
    )
    if_: Condition | None = Field(default=None, alias="if", description="CEL; false skips the step.")
    prompt: Text | None = Field(default=None, description="An AI step: what to do, with {{ path }}.")
    description: Text | None = Field(default=None, description="The same as prompt.")
    output: JSONSchema | None = Field(
        default=None, description="JSON Schema of what the step yields; absent: {text: string}."
    )
    review: Review | None = Field(default=None, description="A review step: a person decides.")
    ask: Ask | None = Field(default=None, description="A question: a person answers by a form.")
    on_reject: Literal["stop", "continue"] | None = None
    tool: Text | None = Field(default=None, description="A tool step: the tool's name.")
    agent: Text | None = Field(default=None, description="Not supported yet: the id of another agent.")
    with_: dict[str, Any] | None = Field(  # Any: JSON with templates
        default=None, alias="with", description="Arguments; a value may hold {{ path }}."
    )
    branches: list[Branch] | None = Field(
        default=None, min_length=1, description="Branches that run side by side and are joined."
    )
    for_each: Text | None = Field(default=None, description="Not supported yet: a path to a list.")
    parallel: int | None = Field(default=None, ge=1, description="Not supported yet.")
    retry: Retry | None = None
    timeout: Duration | None = Field(default=None, description="Of one attempt.")
    requires_verification: bool | None = Field(
        default=None, alias="requiresVerification", description="Adds a review after this step."
    )
    verification_config: VerificationConfig | None = Field(default=None, alias="verificationConfig")


class Schedule(Part):
    cron: Text
    timezone: Text = "UTC"
    missed: Literal["skip", "run_once", "run_all"] = "run_once"
    overlap: Literal["skip", "queue", "parallel"] = "skip"


class Webhook(Part):
    name: Text


class Trigger(Part):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    schedule: Schedule | None = None
    webhook: Webhook | None = None


class Sum(Part):
    """What the uses of a tool add up to, in the whole organization, with the one in question."""

    of: Text | None = Field(
        default=None, description="Path of the amount, like args.amount; absent: uses are only counted."
    )
    per: Paths = Field(
        default=[], description="Paths that name the counterparty, like args.to; absent: all are one sum."
    )
    window: Duration = Field(description="How far back it reaches; at most 31d.")


class PolicyRule(Part):
    tool: Text
    when: Condition | None = Field(default=None, description="CEL over args and sum; absent means always.")
    sum: Sum | None = Field(default=None, description="Gives `when` sum.total and sum.count.")
    decide: Literal["allow", "ask", "deny"]


class Document(Part):
    """An agent of Seconder as a file."""

    version: Literal[1] = 1
    kind: Literal["agent"] = "agent"
    id: AgentId = Field(description="Stable; apply updates the agent of this id.")
    name: Annotated[Text, Field(max_length=200)] | None = None
    description: str = ""
    instructions: str = Field(default="", description="For every AI step.")
    model: Model | None = Field(default=None, description="builtin or provider:name.")
    tools: list[Text] = Field(default=[], description="What AI steps may call; nothing else is offered.")
    policy: list[PolicyRule] = Field(
        default=[], description="For a model's calls; the first rule that applies decides."
    )
    reviewers: AnyPeople = Field(
        default=People(),
        description="Of a model's actions, unrouted reviews, unknown outcomes; absent: owners and admins.",
    )
    second_looks: int = Field(
        default=SECOND_LOOKS,
        ge=0,
        le=100,
        description="Of a hundred actions that no person is asked for, so many are looked at afterwards.",
    )
    input: JSONSchema = Field(
        default={"type": "object"}, description="JSON Schema of what a run is started with."
    )
    triggers: list[Trigger] = Field(default=[], description="Not supported yet.")
    steps: list[Step] = Field(min_length=1)


@cache
def json_schema() -> dict[str, Any]:  # Any: a JSON Schema
    """The published schema of an agent's file: JSON Schema draft 2020-12."""
    schema = Document.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Agent"}
