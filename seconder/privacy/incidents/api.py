from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from seconder.accounts.gate import Asked
from seconder.accounts.naming import PersonOut
from seconder.accounts.repeating import once
from seconder.core import calls
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.privacy.incidents import pages, register
from seconder.privacy.incidents.drafts import draft
from seconder.privacy.incidents.register import TOLD, Known
from seconder.privacy.models import Incident

router = Router(tags=["incidents"])
Moment = Annotated[AwareDatetime, Field(strict=False)]


class ClockOut(Schema):
    """How the 72 hours until the authority must be told stand, in words too."""

    state: str
    text: str
    due_at: str | None


class EntryOut(Schema):
    """A line of the history; it never changes."""

    id: str
    kind: str
    by: PersonOut
    at: str
    happened_at: str
    text: str
    facts: dict[str, Any]  # Any: plain words


class IncidentOut(Schema):
    """What is known of an incident. `status` is open or closed, `role` controller or processor."""

    id: str
    number: int
    status: str
    title: str
    description: str
    role: str
    risk: str
    aware_at: str
    began_at: str | None
    ended_at: str | None
    kinds: list[str]
    people: int | None
    consequences: str
    measures: str
    lessons: str
    clock: ClockOut
    opened_at: str
    closed_at: str | None


class WholeIncidentOut(IncidentOut):
    entries: list[EntryOut]


class IncidentList(Schema):
    items: list[IncidentOut]
    next: str | None


class DraftOut(Schema):
    """A notice as text. Nothing is sent from here."""

    to: str
    text: str


class IncidentIn(calls.Fields):
    title: str
    description: str
    aware_at: Moment
    role: str = "controller"
    risk: str = "unknown"
    began_at: Moment | None = None
    ended_at: Moment | None = None
    kinds: list[str] = []
    people: int | None = None
    consequences: str = ""
    measures: str = ""

    def known(self) -> Known:
        return Known(**self.__dict__)


class EntryIn(calls.Fields):
    text: str
    happened_at: Moment | None = None


class NoticeIn(calls.Fields):
    """`to`: authority, people or customer. `text`: how; more than 72 hours after it was known, why so late."""

    to: str
    happened_at: Moment | None = None
    text: str = ""


class ClosureIn(calls.Fields):
    lessons: str


class ReopeningIn(calls.Fields):
    why: str


@router.get(
    "/incidents",
    response=IncidentList,
    summary="The register of incidents, the latest first",
    openapi_extra=calls.asks(calls.PageQuery),
)
@door("incidents.manage")
def incidents(request: Asked) -> HttpResponse:
    rows, following = calls.page(
        Incident.objects.visible_to(request.actor), calls.query(request, calls.PageQuery)
    )
    return calls.answer({"items": [pages.out(row) for row in rows], "next": following})


@router.post(
    "/incidents",
    response={201: WholeIncidentOut},
    summary="Open an incident",
    openapi_extra=calls.takes(IncidentIn),
)
@door("incidents.manage")
def incident_create(request: Asked) -> HttpResponse:
    def work() -> HttpResponse:
        made = register.open_incident(request.actor, calls.body(request, IncidentIn).known())
        return _whole(made, 201, location=f"/api/v1/incidents/{made.pk}")

    return once(request, request.actor, work)


@router.get("/incidents/{id}", response=WholeIncidentOut, summary="One incident with its history")
@door("incidents.manage")
def incident(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return _whole(_find(request, id))


@router.put(
    "/incidents/{id}",
    response=WholeIncidentOut,
    summary="Write down what is known by now",
    openapi_extra=calls.takes(IncidentIn),
)
@door("incidents.manage")
def incident_change(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    found = _find(request, id)
    register.change(request.actor, found, calls.body(request, IncidentIn).known())
    return _whole(_find(request, id))


@router.post(
    "/incidents/{id}/entries",
    response={201: WholeIncidentOut},
    summary="Add to the history",
    openapi_extra=calls.takes(EntryIn),
)
@door("incidents.manage")
def incident_entry(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    return _add(request, id, EntryIn, register.note)


@router.post(
    "/incidents/{id}/notices",
    response={201: WholeIncidentOut},
    summary="Say that somebody was told, and when",
    openapi_extra=calls.takes(NoticeIn),
)
@door("incidents.manage")
def incident_notice(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    return _add(request, id, NoticeIn, register.notified)


@router.post(
    "/incidents/{id}/closure",
    response={201: WholeIncidentOut},
    summary="Close an incident with what was learned",
    openapi_extra=calls.takes(ClosureIn),
)
@door("incidents.manage")
def incident_closure(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    return _add(request, id, ClosureIn, register.close)


@router.post(
    "/incidents/{id}/reopening",
    response={201: WholeIncidentOut},
    summary="Open a closed incident again",
    openapi_extra=calls.takes(ReopeningIn),
)
@door("incidents.manage")
def incident_reopening(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    return _add(request, id, ReopeningIn, register.reopen)


@router.get(
    "/incidents/{id}/drafts/{to}", response=DraftOut, summary="A notice as text: authority, people, customer"
)
@door("incidents.manage")
def incident_draft(request: Asked, id: str, to: str) -> HttpResponse:  # noqa: A002  as above
    found = _find(request, id)
    if to not in TOLD:
        raise NotFound("There is no such draft.")
    return calls.answer({"to": to, "text": draft(to, found, request.organization)})


def _add(
    request: Asked, incident_id: str, wanted: type[calls.Fields], verb: Callable[..., object]
) -> HttpResponse:
    found = _find(request, incident_id)

    def work() -> HttpResponse:
        verb(request.actor, found, **calls.body(request, wanted).__dict__)
        return _whole(_find(request, incident_id), 201)

    return once(request, request.actor, work)


def _find(request: Asked, incident_id: str) -> Incident:
    found = Incident.objects.visible_to(request.actor).filter(pk=calls.id_of(incident_id)).first()
    if found is None:
        raise NotFound("There is no such incident here.")
    return found


def _whole(one: Incident, status: int = 200, *, location: str = "") -> HttpResponse:
    return calls.answer(pages.out(one, pages.entries_of(one)), status, location=location)
