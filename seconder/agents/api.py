from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from seconder.accounts.actor import Actor
from seconder.accounts.gate import Asked
from seconder.accounts.naming import PersonOut, people
from seconder.agents.file.document import json_schema
from seconder.agents.file.reading import LARGEST
from seconder.agents.models import Agent, AgentVersion
from seconder.agents.publishing import publish
from seconder.agents.validating import validate
from seconder.core import ai_notice, calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door, open_to_all
from seconder.core.json import Object
from seconder.core.problems import UnsupportedMediaType
from seconder.core.refusals import NotFound

router = Router(tags=["agents"])
YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
_FILE: dict[str, Any] = {  # Any: a part of an OpenAPI document
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "/api/v1/agent.schema.json"}},
            "application/yaml": {"schema": {"type": "string"}},
        },
    }
}


class AgentOut(Schema):
    id: str
    name: str
    description: str
    owner: PersonOut
    version: int
    created_at: str


class AgentWhole(AgentOut):
    file: dict[str, Any]  # Any: an agent's file, see /agent.schema.json


class AgentPublished(AgentWhole):
    warnings: list[str]


class AgentList(Schema):
    items: list[AgentOut]
    next: str | None


class FaultOut(Schema):
    """`path` is like `steps[1].review.rule`; `value` is the offending one as JSON, cut at 100 characters."""

    path: str
    message: str
    value: str
    kind: str


class DifferenceOut(Schema):
    path: str
    before: Any  # a part of the file
    after: Any  # as above


class ValidationOut(Schema):
    """`version` is the latest that is published, None for an agent that is new; `differences` lead to the file."""

    valid: bool
    version: int | None
    faults: list[FaultOut]
    warnings: list[str]
    differences: list[DifferenceOut]


class VersionOut(Schema):
    version: int
    digest: str
    author: PersonOut
    created_at: str
    file: dict[str, Any]  # Any: as above


class VersionList(Schema):
    items: list[VersionOut]
    next: str | None


@router.get("/agent.schema.json", auth=None, summary="The JSON Schema of an agent's file")
@open_to_all
def agent_schema(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Ninja calls with it
    response = calls.answer(json_schema())
    response["Cache-Control"] = "max-age=300"
    return response


@router.get("/agents", response=AgentList, summary="All agents", openapi_extra=calls.asks(calls.PageQuery))
@door("agents.read")
def agents(request: Asked) -> HttpResponse:
    found = Agent.objects.visible_to(request.actor).select_related("latest").defer("latest__file")
    rows, following = calls.page(found.filter(latest__isnull=False), calls.query(request, calls.PageQuery))
    names = people(agent.owner_id for agent in rows)
    return calls.answer(
        {"items": [serialize(agent, names[agent.owner_id]) for agent in rows], "next": following}
    )


@router.get("/agents/{id}", response=AgentWhole, summary="One agent, with its latest file")
@door("agents.read")
def agent(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return ai_notice.said(calls.answer(whole(find(request.actor, id))))


@router.get(
    "/agents/{id}/versions",
    response=VersionList,
    summary="What was published, newest first",
    openapi_extra=calls.asks(calls.PageQuery),
)
@door("agents.read")
def agent_versions(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    of = AgentVersion.objects.filter(agent=find(request.actor, id))
    rows, following = calls.page(of, calls.query(request, calls.PageQuery))
    names = people(version.author_id for version in rows)
    return calls.answer({"items": [_version(row, names[row.author_id]) for row in rows], "next": following})


@router.put(
    "/agents/{id}",
    response={200: AgentPublished, 201: AgentPublished},
    summary="Publish a file as the agent's next version; the same file again makes none",
    openapi_extra=_FILE,
)
@door("agents.build")
def agent_put(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    made = publish(request.actor, calls.raw(request, LARGEST), _kind(request), expected_id=id)
    content = {**whole(made.agent), "warnings": list(made.warnings)}
    return calls.answer(
        content, 201 if made.is_first else 200, location=f"/api/v1/agents/{id}" if made.is_first else ""
    )


@router.post(
    "/agents/{id}/validations",
    response=ValidationOut,
    summary="What publishing a file would say and change; nothing is stored",
    openapi_extra=_FILE,
)
@door("agents.build")
def agent_validations(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    return calls.answer(validate(request.actor, calls.raw(request, LARGEST), _kind(request), id))


def _kind(request: HttpRequest) -> str | None:
    kind = request.content_type or ""
    if kind not in ("application/json", "", *YAML):
        raise UnsupportedMediaType(f"Send application/json or application/yaml, not {kind[:100]}.")
    return kind or None


def find(actor: Actor, slug: str) -> Agent:
    """Raises NotFound for an agent that is not there or not to be seen."""
    found = Agent.objects.visible_to(actor).select_related("latest").filter(latest__isnull=False)
    agent = None if "\x00" in slug else found.filter(slug=slug).first()
    if agent is None:
        raise NotFound("There is no such agent here.")
    return agent


def serialize(agent: Agent, owner: Object) -> Object:
    return {
        "id": agent.slug,
        "name": agent.name,
        "description": agent.description,
        "owner": owner,
        "version": agent.latest.number if agent.latest else 0,
        "created_at": rfc3339(agent.created_at),
    }


def whole(agent: Agent) -> Object:
    owner = people([agent.owner_id])[agent.owner_id]
    return {**serialize(agent, owner), "file": agent.latest.file if agent.latest else {}}


def _version(version: AgentVersion, author: Object) -> Object:
    return {
        "version": version.number,
        "digest": version.digest,
        "author": author,
        "created_at": rfc3339(version.created_at),
        "file": version.file,
    }
