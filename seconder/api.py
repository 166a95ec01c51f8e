"""The HTTP API under /api/v1: every app's routes, and how any fault is answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError as Malformed
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from seconder import __version__
from seconder.accounts.callers import Key
from seconder.accounts.hours.api import router as hours
from seconder.accounts.invitations.api import router as invitations
from seconder.accounts.keys.api import router as keys
from seconder.accounts.organizations.api import router as organizations
from seconder.accounts.own_roles.api import router as roles
from seconder.accounts.people.api import router as people
from seconder.accounts.security.api import router as security_events
from seconder.accounts.teams.api import router as teams
from seconder.agents.api import router as agents
from seconder.core.doors import open_to_all
from seconder.core.problems import MEDIA_TYPE, problem
from seconder.core.refusals import Invalid, NotFound, Refusal
from seconder.events.api import router as events
from seconder.notifications.api import router as notifications
from seconder.privacy.agreements.api import router as agreements
from seconder.privacy.incidents.api import router as incidents
from seconder.runs.api import router as runs
from seconder.runs.learning.api import router as learning
from seconder.verification.allowances_api import router as allowances
from seconder.verification.api import router as verification
from seconder.verification.second_looks_api import router as second_looks
from seconder.verification.snooze_api import router as snoozes

_PROBLEM: dict[str, Any] = {  # Any: a part of an OpenAPI document
    "description": "A problem document (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PROBLEM_SCHEMA: dict[str, Any] = {  # Any: as above
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Stable; ends in the kind of problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do."},
    },
    "additionalProperties": True,
}


class API(NinjaAPI):
    """Problem documents are described once, for every operation."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"]["schemas"]["Problem"] = _PROBLEM_SCHEMA
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"] = {**operation["responses"], "default": _PROBLEM}
        return schema

    def get_openapi_operation_id(self, operation: Any) -> str:  # Any: Ninja's own signature
        return str(operation.view_func.__name__)


api = API(
    title="Seconder",
    version=__version__,
    description="AI agents that do real work, and a named colleague who seconds what matters before it happens.",
    urls_namespace="api",
    docs_url=None,
    docs_decorator=lambda view: open_to_all(require_safe(view)),
    auth=Key(),
)
for router in (
    agents,
    runs,
    learning,
    verification,
    notifications,
    allowances,
    second_looks,
    snoozes,
    events,
    organizations,
    hours,
    people,
    invitations,
    teams,
    roles,
    keys,
    security_events,
    incidents,
    agreements,
):
    api.add_router("", router)


@api.exception_handler(Refusal)
def _refusal(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(refusal)


@api.exception_handler(Http404)
def _nothing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(NotFound("There is no such thing here."))


@api.exception_handler(ValidationError)
def _not_valid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(Invalid(f"The request is not as /api/v1/openapi.json describes it: {error.errors}"))


@api.exception_handler(Malformed)
def _malformed(_request: HttpRequest, fault: Malformed) -> HttpResponse:
    """What a rule shared with forms says of a value."""
    path = next(iter(fault.message_dict), "") if hasattr(fault, "error_dict") else ""
    return problem(Invalid(" ".join(fault.messages), path=path))


def snapshot() -> str:
    """The OpenAPI document as `docs/reference/openapi.json` holds it."""
    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=1, ensure_ascii=False) + "\n"


def write_snapshot() -> None:
    (Path(__file__).resolve().parents[1] / "docs" / "reference" / "openapi.json").write_text(snapshot())
