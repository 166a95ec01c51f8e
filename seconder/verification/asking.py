"""What somebody asks of people: everything that a review needs to open, in plain values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

from seconder.core.json import JSON, Object, digest
from seconder.core.spans import Span, Working

Kind = Literal["review", "action", "question"]
DUE = timedelta(days=7)  # where an agent's author names no other


@dataclass(frozen=True)
class Then:
    """A later stage, asked once the one before has said yes."""

    approve: JSON
    reject: JSON
    people: list[str]
    teams: list[str]


@dataclass
class Asked:
    """`items` are what is shown, each `{"path", "label", "value", …}`; `schemas` maps the path of an item to
    the JSON Schema that edits of it must keep. `people` are e-mail addresses, `teams` names; `otherwise` and
    `otherwise_teams` are the default reviewers (empty: owners and admins). `content` adds to the content digest
    what binds the approval beside the values: tool, schema and policy version, step. `follows` is the review of the
    attempt before, where changes were asked for. `answer`, bound as well, is the JSON Schema of
    what a question takes. `because` sends it to the default reviewers, and says why; `is_computed` does so where one
    of the names cannot be asked; `as_before` asks those of the review that it follows. `then`: the stages that come
    after these people, who are the first.
    """

    organization_id: uuid.UUID
    run_id: uuid.UUID
    step_id: str
    kind: Kind
    question: str
    agent: str
    agent_version: int
    requester_id: uuid.UUID
    owner_id: uuid.UUID
    wake: str
    items: list[Object] = field(default_factory=list)
    schemas: dict[str, Object] = field(default_factory=dict)
    content: Object = field(default_factory=dict)
    call_id: str = ""
    attempt: int = 1
    follows: uuid.UUID | None = None
    people: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)
    otherwise_teams: list[str] = field(default_factory=list)
    approve: JSON = "any"
    reject: JSON = "any"
    forbid: list[str] = field(default_factory=lambda: ["requester"])
    answers: list[str] = field(default_factory=lambda: ["approve", "edit", "reject"])
    answer: Object | None = None
    because: str = ""
    is_computed: bool = False
    as_before: bool = False
    then: list[Then] = field(default_factory=list)
    risk: str = "normal"
    due: Span = DUE
    remind: list[Span] = field(default_factory=list)
    escalate: list[tuple[Span, list[str], list[str]]] = field(default_factory=list)
    on_timeout: str = "reject"

    @property
    def stages(self) -> list[Asked]:
        """Itself, as each of its stages asks."""
        later = (vars(one) | {"because": "", "is_computed": False} for one in self.then)
        return [self, *(replace(self, **one) for one in later)]

    @property
    def counts_working_time(self) -> bool:
        spans = [self.due, *self.remind, *(after for after, _, _ in self.escalate)]
        return any(isinstance(span, Working) for span in spans)

    @property
    def bound(self) -> Object:
        """What the content digest covers beside the values."""
        return {**self.content, "answer": self.answer} if self.answer else self.content


def content_digest(items: list[Object], content: Object) -> str:
    """Covers the values shown and what binds them; labels and sources are presentation and left out."""
    values: Object = {str(item["path"]): item["value"] for item in items}
    return digest({"values": values, "content": content})
