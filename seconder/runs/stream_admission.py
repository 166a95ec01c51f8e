"""Who may follow a run, asked when a stream opens and again while it is open."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor, demand
from seconder.accounts.callers import caller
from seconder.accounts.gate import signed_in
from seconder.core.calls import id_of
from seconder.core.problems import BadRequest
from seconder.core.refusals import NotFound, NotSignedIn
from seconder.events.models import Event
from seconder.runs import event_text
from seconder.runs.models import Run


@dataclass(frozen=True)
class Admitted:
    """`has_been_told`: the status in which the run has ended, where nothing is left to tell; else ""."""

    run_id: uuid.UUID
    after: int
    has_been_told: str


def admit(request: HttpRequest, run: str) -> Admitted:
    """Raises the Refusal that the API would answer with."""
    try:
        request.get_host()
    except DisallowedHost:
        raise BadRequest("This server is not known under that name.") from None
    run_id, after = id_of(run), event_text.after(request)
    actor = _reader(request, run_id)
    demand(actor, "runs.read")
    with scope(organization=actor.organization.pk):
        found = Run.objects.visible_to(actor).filter(pk=run_id).values_list("status", "finished_at").first()
        if found is None:
            raise NotFound("There is no such run here.")
        status, finished_at = found
        told = finished_at is not None and not _has_more(run_id, status, after)
    return Admitted(run_id, after, status if told else "")


def _reader(request: HttpRequest, run_id: uuid.UUID) -> Actor:
    """The session is read afresh each time, so that signing out ends the stream as well."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    if "Authorization" in request.headers:
        return caller(request)
    with scopes_disabled():
        home = Run.objects.filter(pk=run_id).values_list("organization_id", flat=True).first()
    try:
        return caller(request, home)
    except NotSignedIn:
        if signed_in(request):
            raise NotFound("There is no such run here.") from None
        raise


def _has_more(run_id: uuid.UUID, status: str, after: int) -> bool:
    """Whether the event that ends the run is still to be told. Where it is not kept any more, nothing is."""
    ending = Event.objects.filter(run_id=run_id, subject_id=run_id, name=f"run.{status}")
    place = ending.values_list("seq", flat=True).first()
    return (place is None and ending.exists()) or (place is not None and place > after)
