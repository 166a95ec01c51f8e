"""The API's routes about teams. A team's id is its short name, as in agents' files."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.actor import Actor
from seconder.accounts.gate import Asked
from seconder.accounts.models import Membership, Team, TeamMember
from seconder.accounts.naming import PersonOut
from seconder.accounts.people.api import find as find_person
from seconder.accounts.repeating import once
from seconder.accounts.teams import changing
from seconder.core import calls
from seconder.core.doors import door
from seconder.core.json import Object
from seconder.core.refusals import Conflict, NotFound

router = Router(tags=["teams"])


class TeamOut(Schema):
    id: str
    name: str


class TeamList(Schema):
    items: list[TeamOut]
    next: str | None


class TeamMemberOut(Schema):
    person: PersonOut
    is_lead: bool


class TeamMemberList(Schema):
    items: list[TeamMemberOut]
    next: str | None


class TeamIn(calls.Fields):
    """`id` is what agents' files call it, for good; `name` is for people."""

    id: str
    name: str = ""


class NameIn(calls.Fields):
    name: str


class LeadIn(calls.Fields):
    is_lead: bool = False


@router.get("/teams", response=TeamList, summary="Teams", openapi_extra=calls.asks(calls.PageQuery))
@door("people.read")
def teams(request: Asked) -> HttpResponse:
    rows, following = calls.page(
        Team.objects.visible_to(request.actor), calls.query(request, calls.PageQuery)
    )
    return calls.answer({"items": [_out(row) for row in rows], "next": following})


@router.post("/teams", response={201: TeamOut}, summary="Make a team", openapi_extra=calls.takes(TeamIn))
@door("teams.manage")
def team_create(request: Asked) -> HttpResponse:
    def make() -> HttpResponse:
        said = calls.body(request, TeamIn)
        made = changing.make(request.actor, said.id, said.name)
        return calls.answer(_out(made), 201, location=f"/api/v1/teams/{made.name}")

    return once(request, request.actor, make)


@router.get("/teams/{id}", response=TeamOut, summary="One team")
@door("people.read")
def team(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return calls.answer(_out(_find(request.actor, id)))


@router.patch(
    "/teams/{id}",
    response=TeamOut,
    summary="Give it another name for people",
    openapi_extra=calls.takes(NameIn),
)
@door("people.read", rule="teams.manage")
def team_change(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = _find(request.actor, id)
    changing.may_manage(request.actor, one)
    changing.rename(request.actor, one, calls.body(request, NameIn).name)
    return calls.answer(_out(one))


@router.delete("/teams/{id}", response={204: None}, summary="Delete a team that no agent asks")
@door("teams.manage")
def team_delete(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    changing.delete(request.actor, _find(request.actor, id))
    return HttpResponse(status=204)


@router.get(
    "/teams/{id}/members",
    response=TeamMemberList,
    summary="Who is in a team",
    openapi_extra=calls.asks(calls.PageQuery),
)
@door("people.read")
def team_members(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    places = TeamMember.objects.filter(team=_find(request.actor, id)).select_related("membership__person")
    rows, following = calls.page(places, calls.query(request, calls.PageQuery))
    return calls.answer({"items": [_place(row) for row in rows], "next": following})


@router.put(
    "/teams/{id}/members/{person}",
    response=TeamMemberOut,
    summary="Put somebody into a team, or say whether they lead it",
    openapi_extra=calls.takes(LeadIn, required=False),
)
@door("people.read", rule="teams.manage")
def team_member_put(request: Asked, id: str, person: str) -> HttpResponse:  # noqa: A002  as above
    one, seat = _find(request.actor, id), find_person(request.actor, person)
    changing.may_manage(request.actor, one)
    said = calls.body(request, LeadIn)
    if not TeamMember.objects.filter(team=one, membership=seat).exists():
        changing.put_in(request.actor, one, seat)
    changing.set_lead(request.actor, one, seat, is_lead=said.is_lead)
    return calls.answer(_place(_member(one, seat)))


@router.delete("/teams/{id}/members/{person}", response={204: None}, summary="Take somebody out of a team")
@door("people.read", rule="teams.manage")
def team_member_delete(request: Asked, id: str, person: str) -> HttpResponse:  # noqa: A002  as above
    one, seat = _find(request.actor, id), find_person(request.actor, person)
    if seat.person_id != request.actor.person.pk:
        changing.may_manage(request.actor, one)
    try:
        changing.take_out(request.actor, one, seat)
    except Conflict as absent:
        raise NotFound(absent.detail) from None
    return HttpResponse(status=204)


def _find(actor: Actor, name: str) -> Team:
    found = None if "\x00" in name else Team.objects.visible_to(actor).filter(name=name).first()
    if found is None:
        raise NotFound("There is no such team here.")
    return found


def _member(team: Team, seat: Membership) -> TeamMember:
    return TeamMember.objects.select_related("membership__person").get(team=team, membership=seat)


def _out(team: Team) -> Object:
    return {"id": team.name, "name": str(team)}


def _place(place: TeamMember) -> Object:
    person = place.membership.person
    return {
        "person": {"id": str(person.pk), "name": person.name, "email": person.email},
        "is_lead": place.is_lead,
    }
