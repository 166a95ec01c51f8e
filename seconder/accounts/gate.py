"""The judge at the doors, and the session that people sign in to.

A page lies under `/{organization}/…`. Who is no member there learns nothing, not even that it exists (404);
a member whose role lacks the verb is told so (403); who is not signed in goes to the sign-in page and back.
"""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor, demand
from seconder.accounts.models import Membership, Organization, Person
from seconder.core.clock import now
from seconder.core.refusals import NotFound

PERSON = "person"  # the session's key for who is signed in
SIGN_IN = "/sign-in/"


class Asked(HttpRequest):
    """A request that came through a door: who asks, as a member of the page's organization."""

    actor: Actor
    person: Person
    organization: Organization


def judge(
    request: HttpRequest, verb: str, arguments: dict[str, object]
) -> HttpResponseBase | AbstractContextManager[None]:
    """Bound to the doors in `wiring.py`. The API has found the actor by then; a page is asked for it here."""
    actor = getattr(request, "auth", None)
    if not isinstance(actor, Actor):
        person_id = signed_in(request)
        if person_id is None:
            return to_sign_in(request)
        actor = _member(person_id, str(arguments["organization"]))
    demand(actor, verb)
    asked = cast("Asked", request)  # it becomes one here
    asked.actor, asked.person, asked.organization = actor, actor.person, actor.organization
    admitted: AbstractContextManager[None] = scope(organization=actor.organization.pk)
    return admitted


def _member(person_id: uuid.UUID, slug: str) -> Actor:
    with scopes_disabled():
        seat = (
            Membership.objects.active()
            .select_related("person", "organization")
            .filter(person=person_id, organization__slug=slug)
            .first()
        )
    if seat is None:
        raise NotFound("There is nothing here that you may see.")
    return _actor(seat)


def of_session(request: HttpRequest, organization: uuid.UUID | None = None) -> Actor | None:
    """The signed-in person as a member of that organization, or of the first that the person joined."""
    person_id = signed_in(request)
    if person_id is None:
        return None
    with scopes_disabled():
        seats = Membership.objects.active().select_related("person", "organization").filter(person=person_id)
        if organization is not None:
            seats = seats.filter(organization=organization)
        seat = seats.order_by("id").first()
    return _actor(seat) if seat else None


def _actor(seat: Membership) -> Actor:
    return Actor(seat.person, seat.organization, seat.role, "web", "session", caller_id=seat.person.pk)


def signed_in(request: HttpRequest) -> uuid.UUID | None:
    """The id of who is signed in. Whether the person is still active is for whoever loads the person."""
    found = request.session.get(PERSON)
    return uuid.UUID(found) if found else None


def sign_in(request: HttpRequest, person: Person) -> None:
    """Begins the session: under a new key, so that one planted before is worth nothing."""
    if request.session.get(PERSON) not in (None, str(person.pk)):
        request.session.flush()
    request.session.cycle_key()
    request.session[PERSON] = str(person.pk)
    rotate_token(request)
    Person.objects.filter(pk=person.pk).update(last_login=now())


def sign_out(request: HttpRequest) -> None:
    request.session.flush()


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page, which leads back to this page where it was only looked at."""
    here = request.get_full_path() if request.method == "GET" and "HX-Request" not in request.headers else ""
    there = SIGN_IN + (f"?{urlencode({'next': here})}" if here else "")
    if "HX-Request" in request.headers:  # a fragment's place must not fill with the sign-in page
        return HttpResponseClientRedirect(there)
    return HttpResponseRedirect(there)


def landing(person: Person, wanted: str = "") -> str:
    """Where to go after signing in: the page that was wanted if it is one of ours, else the first organization."""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    with scopes_disabled():
        seats = Membership.objects.active().filter(person=person)
        slug = seats.order_by("id").values_list("organization__slug", flat=True).first()
    return f"/{slug}/" if slug else SIGN_IN
