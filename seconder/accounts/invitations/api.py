"""The API's routes about invitations, one by one and many from a list."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.actor import Actor
from seconder.accounts.gate import Asked
from seconder.accounts.invitations import inviting, lists
from seconder.accounts.invitations.pages import in_state
from seconder.accounts.invitations.table import LARGEST, report
from seconder.accounts.models import Invitation, InvitationList
from seconder.accounts.repeating import once
from seconder.core import calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door
from seconder.core.json import JSON, Object
from seconder.core.problems import UnsupportedMediaType
from seconder.core.refusals import NotFound

router = Router(tags=["invitations"])
CSV = ("text/csv", "application/csv")
State = Literal["invited", "accepted", "expired", "canceled"]
_TABLE: dict[str, Any] = {  # Any: a part of an OpenAPI document
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
}


class InvitationOut(Schema):
    """Nothing in it depends on whether the address has an account."""

    id: str
    email: str
    role: str
    teams: list[str]
    state: State
    sent_at: str
    letters: int
    expires_at: str
    accepted_at: str | None


class InvitationPage(Schema):
    items: list[InvitationOut]
    next: str | None


class InvitationsQuery(calls.PageQuery):
    state: State | None = None


class InvitationIn(calls.Fields):
    """`teams` are short names; one that is not there yet is made where the caller may make teams."""

    email: str
    role: str = lists.DEFAULT_ROLE
    teams: list[str] = []
    message: str = ""


class InvitationListOut(Schema):
    """`done` of `total` lines were looked at; the report says what became of each."""

    id: str
    status: Literal["queued", "running", "succeeded"]
    total: int
    done: int
    created_at: str
    finished_at: str | None


class NothingIn(calls.Fields):
    pass


@router.get(
    "/invitations", response=InvitationPage, summary="Invitations", openapi_extra=calls.asks(InvitationsQuery)
)
@door("people.manage")
def invitations(request: Asked) -> HttpResponse:
    asked = calls.query(request, InvitationsQuery)
    rows = _seen(request.actor)
    if asked.state:
        rows = rows.filter(in_state(asked.state))
    kept, following = calls.page(rows, asked)
    return calls.answer({"items": [_out(one) for one in kept], "next": following})


@router.post(
    "/invitations",
    response={201: InvitationOut},
    summary="Invite somebody by mail",
    openapi_extra=calls.takes(InvitationIn),
)
@door("people.manage")
def invitation_create(request: Asked) -> HttpResponse:
    def make() -> HttpResponse:
        said = calls.body(request, InvitationIn)
        made = inviting.invite(request.actor, said.email, said.role, said.teams, said.message)
        return calls.answer(_out(made), 201, location=f"/api/v1/invitations/{made.pk}")

    return once(request, request.actor, make)


@router.get("/invitations/{id}", response=InvitationOut, summary="One invitation")
@door("people.manage")
def invitation(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return calls.answer(_out(_find(request.actor, id)))


@router.post(
    "/invitations/{id}/letters", response={201: InvitationOut}, summary="Send it again, with a new link"
)
@door("people.manage", rule="people.manage")
def invitation_letters(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = _find(request.actor, id)

    def send() -> HttpResponse:
        inviting.may_handle(request.actor, one)
        calls.body(request, NothingIn)
        inviting.send_again(request.actor, one)
        return calls.answer(_out(_find(request.actor, id)), 201)

    return once(request, request.actor, send)


@router.post("/invitations/{id}/cancellation", response={201: InvitationOut}, summary="Withdraw it")
@door("people.manage", rule="people.manage")
def invitation_cancellation(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    one = _find(request.actor, id)

    def cancel() -> HttpResponse:
        inviting.may_handle(request.actor, one)
        calls.body(request, NothingIn)
        inviting.cancel(request.actor, one)
        return calls.answer(_out(_find(request.actor, id)), 201)

    return once(request, request.actor, cancel)


@router.post(
    "/invitation-lists",
    response={202: InvitationListOut},
    summary="Invite everybody on a list: email,role,team,message",
    openapi_extra=_TABLE,
)
@door("people.manage")
def invitation_list_create(request: Asked) -> HttpResponse:
    kind = request.content_type or ""
    if kind not in CSV:
        raise UnsupportedMediaType(f"Send text/csv, not {kind[:100]}.")
    made = lists.take(request.actor, calls.raw(request, LARGEST))
    return calls.answer(_list(made), 202, location=f"/api/v1/invitation-lists/{made.pk}")


@router.get("/invitation-lists/{id}", response=InvitationListOut, summary="How far a list is")
@door("people.manage")
def invitation_list(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    return calls.answer(_list(_find_list(request.actor, id)))


@router.get(
    "/invitation-lists/{id}/report",
    summary="What became of each line, as CSV",
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
)
@door("people.manage")
def invitation_list_report(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    lines = lists.lines_of(_find_list(request.actor, id))
    response = HttpResponse(report(lines), content_type="text/csv; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def _seen(actor: Actor) -> Any:  # Any: invitations with what their answer needs
    return Invitation.objects.visible_to(actor).select_related("custom_role").prefetch_related("teams")


def _find(actor: Actor, id: str) -> Invitation:  # noqa: A002  as above
    found: Invitation | None = _seen(actor).filter(pk=calls.id_of(id)).first()
    if found is None:
        raise NotFound("There is no such invitation here.")
    return found


def _find_list(actor: Actor, id: str) -> InvitationList:  # noqa: A002  as above
    found = InvitationList.objects.visible_to(actor).filter(pk=calls.id_of(id)).first()
    if found is None:
        raise NotFound("There is no such list here. Lists are forgotten after 30 days.")
    return found


def _out(one: Invitation) -> Object:
    teams = list[JSON](sorted(team.name for team in one.teams.all()))
    return {
        "id": str(one.pk),
        "email": one.email,
        "role": one.role_name,
        "teams": teams,
        "state": one.state,
        "sent_at": rfc3339(one.sent_at),
        "letters": one.letters,
        "expires_at": rfc3339(one.expires_at),
        "accepted_at": rfc3339(one.accepted_at),
    }


def _list(one: InvitationList) -> Object:
    return {
        "id": str(one.pk),
        "status": one.status,
        "total": one.total,
        "done": one.done,
        "created_at": rfc3339(one.created_at),
        "finished_at": rfc3339(one.finished_at),
    }
