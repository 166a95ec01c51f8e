"""The API's routes about roles. A role's id is its short name."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.actor import Actor
from seconder.accounts.gate import Asked
from seconder.accounts.models import Role
from seconder.accounts.own_roles import changing
from seconder.accounts.repeating import once
from seconder.accounts.roles import MATRIX, OTHERS
from seconder.core import calls
from seconder.core.doors import door
from seconder.core.json import JSON, Object
from seconder.core.refusals import NotFound

router = Router(tags=["roles"])


class RoleOut(Schema):
    id: str
    name: str
    verbs: list[str]
    is_built_in: bool


class RoleList(Schema):
    """The built-in ones stand on the first page, before the organization's own."""

    items: list[RoleOut]
    next: str | None


class RoleIn(calls.Fields):
    """`id` stays for good; `name` is for people; `verbs` are those of docs/reference/permissions.md that the caller
    has."""

    id: str
    name: str
    verbs: list[str]


class RoleChange(calls.Fields):
    name: str | None = None
    verbs: list[str] | None = None


@router.get("/roles", response=RoleList, summary="Roles", openapi_extra=calls.asks(calls.PageQuery))
@door("people.read")
def roles(request: Asked) -> HttpResponse:
    asked = calls.query(request, calls.PageQuery)
    rows, following = calls.page(Role.objects.visible_to(request.actor), asked)
    built_in = [] if asked.cursor else [_built_in(name) for name in MATRIX]
    return calls.answer({"items": [*built_in, *(_out(row) for row in rows)], "next": following})


@router.post("/roles", response={201: RoleOut}, summary="Make a role", openapi_extra=calls.takes(RoleIn))
@door("roles.manage")
def role_create(request: Asked) -> HttpResponse:
    def make() -> HttpResponse:
        said = calls.body(request, RoleIn)
        made = changing.make(request.actor, said.id, said.name, said.verbs)
        return calls.answer(_out(made), 201, location=f"/api/v1/roles/{made.name}")

    return once(request, request.actor, make)


@router.get("/roles/{id}", response=RoleOut, summary="One role")
@door("people.read")
def role(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return calls.answer(_built_in(id) if id in MATRIX else _out(_find(request.actor, id)))


@router.patch(
    "/roles/{id}",
    response=RoleOut,
    summary="Change what one of the organization's own roles may",
    openapi_extra=calls.takes(RoleChange),
)
@door("roles.manage", rule="roles.manage")
def role_change(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = _find(request.actor, id)
    changing.may_change(request.actor, one)
    said = calls.body(request, RoleChange)
    changing.change(
        request.actor,
        one,
        one.title if said.name is None else said.name,
        one.verbs if said.verbs is None else said.verbs,
    )
    return calls.answer(_out(_find(request.actor, id)))


@router.delete("/roles/{id}", response={204: None}, summary="Delete a role that nobody has")
@door("roles.manage", rule="roles.manage")
def role_delete(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    changing.delete(request.actor, _find(request.actor, id))
    return HttpResponse(status=204)


def _find(actor: Actor, name: str) -> Role:
    found = None if "\x00" in name else Role.objects.visible_to(actor).filter(name=name).first()
    if found is None:
        raise NotFound("The organization has no such role of its own.")
    return found


def _built_in(name: str) -> Object:
    verbs = list[JSON](sorted(MATRIX[name]))
    return {"id": name, "name": name.capitalize(), "verbs": verbs, "is_built_in": True}


def _out(role: Role) -> Object:
    verbs = list[JSON](sorted(OTHERS.intersection(role.verbs)))
    return {"id": role.name, "name": role.title, "verbs": verbs, "is_built_in": False}
