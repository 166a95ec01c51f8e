"""The API's routes about the people of an organization."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.actor import Actor
from seconder.accounts.gate import Asked
from seconder.accounts.models import Membership
from seconder.accounts.people import changing, leaving
from seconder.accounts.people.directory import Wanted, found
from seconder.accounts.repeating import once
from seconder.core import calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door
from seconder.core.json import JSON, Object
from seconder.core.refusals import Invalid, NotFound

router = Router(tags=["people"])


class MemberOut(Schema):
    """A person as a member: `role` is the name of a built-in role or of the organization's own, `teams` are names."""

    id: str
    name: str
    email: str
    role: str
    teams: list[str]
    status: Literal["active", "suspended"]
    since: str


class MemberList(Schema):
    items: list[MemberOut]
    next: str | None


class Handed(Schema):
    """How many of each went to the colleague."""

    handed_over: dict[str, int]


class PeopleQuery(calls.PageQuery):
    """`text`: a part of the name or address."""

    text: str = ""
    role: str = ""
    team: str = ""
    status: Literal["active", "suspended"] | None = None


class RoleIn(calls.Fields):
    role: str


class RemovalIn(calls.Fields):
    """`to`: the id of the colleague who takes over what they own; needed where there is something that somebody must
    have."""

    to: str | None = None


class HandoverIn(calls.Fields):
    """`to`: the id of the colleague."""

    to: str


class NothingIn(calls.Fields):
    pass


@router.get("/people", response=MemberList, summary="Members", openapi_extra=calls.asks(PeopleQuery))
@door("people.read")
def members(request: Asked) -> HttpResponse:
    asked = calls.query(request, PeopleQuery)
    rows = found(request.actor, Wanted(asked.text, asked.role, asked.team, asked.status or ""))
    kept, following = calls.page(rows.prefetch_related("teams"), asked)
    return calls.answer({"items": [out(seat) for seat in kept], "next": following})


@router.get("/people/{id}", response=MemberOut, summary="One member")
@door("people.read")
def member(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return calls.answer(out(find(request.actor, id)))


@router.patch(
    "/people/{id}",
    response=MemberOut,
    summary="Give somebody another role",
    openapi_extra=calls.takes(RoleIn),
)
@door("people.read", rule="people.manage")
def member_change(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    seat = find(request.actor, id)
    changing.may_manage(request.actor, seat)
    changing.change_role(request.actor, seat, calls.body(request, RoleIn).role)
    return calls.answer(out(find(request.actor, id)))


@router.post("/people/{id}/suspension", response={201: MemberOut}, summary="Shut somebody out, for now")
@door("people.read", rule="people.manage")
def member_suspension(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    seat = find(request.actor, id)

    def suspend() -> HttpResponse:
        changing.may_manage(request.actor, seat)
        calls.body(request, NothingIn)
        changing.suspend(request.actor, seat)
        return calls.answer(out(find(request.actor, id)), 201)

    return once(request, request.actor, suspend)


@router.post("/people/{id}/reactivation", response={201: MemberOut}, summary="Let somebody in again")
@door("people.read", rule="people.manage")
def member_reactivation(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    seat = find(request.actor, id)

    def reactivate() -> HttpResponse:
        changing.may_manage(request.actor, seat)
        calls.body(request, NothingIn)
        changing.reactivate(request.actor, seat)
        return calls.answer(out(find(request.actor, id)), 201)

    return once(request, request.actor, reactivate)


@router.post(
    "/people/{id}/removal",
    response={201: Handed},
    summary="Take somebody's seat, and hand over what they own",
    openapi_extra=calls.takes(RemovalIn, required=False),
)
@door("people.read", rule="people.manage")
def member_removal(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    def remove() -> HttpResponse:
        seat = find(request.actor, id)
        changing.may_manage(request.actor, seat)
        to = calls.body(request, RemovalIn).to
        handed = leaving.remove(request.actor, seat, _colleague(request.actor, to) if to else None)
        return calls.answer({"handed_over": handed}, 201)

    return once(request, request.actor, remove)


@router.post(
    "/people/{id}/handovers",
    response={201: Handed},
    summary="Hand over what somebody owns",
    openapi_extra=calls.takes(HandoverIn),
)
@door("people.read", rule="people.manage")
def member_handovers(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    seat = find(request.actor, id)

    def hand_over() -> HttpResponse:
        if seat.person_id != request.actor.person.pk:
            changing.may_manage(request.actor, seat)
        to = _colleague(request.actor, calls.body(request, HandoverIn).to)
        return calls.answer({"handed_over": leaving.pass_on(request.actor, seat, to)}, 201)

    return once(request, request.actor, hand_over)


def find(actor: Actor, id: str) -> Membership:  # noqa: A002  as above
    """Raises NotFound for who is not a member here."""
    rows = (
        Membership.objects.visible_to(actor).select_related("person", "custom_role").prefetch_related("teams")
    )
    seat = rows.filter(person=calls.id_of(id)).first()
    if seat is None:
        raise NotFound("There is no such person here.")
    return seat


def _colleague(actor: Actor, id: str) -> Membership:  # noqa: A002  as above
    try:
        return find(actor, id)
    except NotFound:
        raise Invalid("There is no such member to take over.", path="to") from None


def out(seat: Membership) -> Object:
    """Of a seat with its person, own role and teams loaded."""
    teams = list[JSON](sorted(team.name for team in seat.teams.all()))
    return {
        "id": str(seat.person_id),
        "name": seat.person.name,
        "email": seat.person.email,
        "role": seat.role_name,
        "teams": teams,
        "status": "active" if seat.is_active else "suspended",
        "since": rfc3339(seat.created_at),
    }
