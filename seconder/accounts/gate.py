"""The judge at the doors, and the session that people sign in to.

A page of an organization lies under `/{organization}/…`. Who is no member there learns nothing, not even that it
exists (404); a member whose role lacks the verb is told so (403); who is not signed in goes to the sign-in page and
back. A person's own pages lie under `/account/` and need a signed-in person only.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast
from urllib.parse import urlencode

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import resolve
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor, can, demand
from seconder.accounts.freshness import has_fresh_factor
from seconder.accounts.models import Membership, Organization, Person
from seconder.accounts.organizations.operator import runs_it
from seconder.accounts.places import zone_of
from seconder.core.clock import now
from seconder.core.doors import SELF
from seconder.core.refusals import NotFound
from seconder.events.by import Strength

SIGN_IN = "/sign-in/"
SWITCH = 20  # organizations that the switch offers


class Asked(HttpRequest):
    """A request that came through a door: who asks, as a member of the page's organization."""

    actor: Actor
    person: Person
    organization: Organization


class AskedBySelf(HttpRequest):
    """A request that came through the door of a person's own page."""

    person: Person


def judge(
    request: HttpRequest,
    verb: str,
    arguments: dict[str, object],
    *,
    of_installation: bool = False,
) -> HttpResponseBase | AbstractContextManager[None]:
    """Bound to the doors in `wiring.py`. The API has found the actor by then; a page is asked for it here."""
    if verb == SELF:
        return _admitted_alone(request)
    actor = getattr(request, "auth", None)
    if not isinstance(actor, Actor):
        found = _member(request, slug=arguments["organization"]) if signed_in(request) else None
        if found is None:
            if person_of(request) is None:
                return to_sign_in(request)
            raise NotFound("There is nothing here that you may see.")
        actor = found
    demand(actor, verb)
    if of_installation and not runs_it(actor.organization):
        raise NotFound("This is about the whole installation, and is shown where its operator is.")
    asked = cast("Asked", request)  # it becomes one here
    asked.actor, asked.person, asked.organization = actor, actor.person, actor.organization
    request.user = actor.person
    return _admitted(actor)


def _admitted_alone(request: HttpRequest) -> HttpResponseBase | AbstractContextManager[None]:
    """To a page about oneself, in one's own time."""
    person = person_of(request)
    if person is None:
        return to_sign_in(request)
    request.user = cast("AskedBySelf", request).person = person  # read once, for the frame as well
    return timezone.override(zone_of(person.timezone))


@contextmanager
def _admitted(actor: Actor) -> Iterator[None]:
    """In the scope of the organization, and in the person's own time."""
    with scope(organization=actor.organization.pk), timezone.override(zone_of(actor.person.timezone)):
        yield


def opens(request: HttpRequest, url: str) -> bool:
    """Whether the door at this address lets in whoever came through the door of this page."""
    actor, view = getattr(request, "actor", None), resolve(url).func
    if not isinstance(actor, Actor) or not can(actor, getattr(view, "door", "")):
        return False
    return not getattr(view, "of_installation", False) or runs_it(actor.organization)


def of_session(request: HttpRequest, organization: uuid.UUID | None = None) -> Actor | None:
    """The signed-in person as a member of that organization, or of the first that the person joined."""
    if signed_in(request) is None:
        return None
    return _member(request, pk=organization) if organization else _member(request)


def _member(request: HttpRequest, **wanted: object) -> Actor | None:
    found = _seats(request, **wanted)
    are = (seat for seat in found if all(getattr(seat.organization, f) == v for f, v in wanted.items()))
    seat = next(are, None)
    if seat is None or not _is_of_this_password(request, seat.person):
        return None
    _seen(seat)
    strength: Strength = "factor" if has_fresh_factor(request) else "session"
    return Actor.of_seat(seat, "web", strength)


def _seen(seat: Membership) -> None:
    """Once a day and no finer: that a seat is in use is for colleagues to know, when exactly is not."""
    if seat.seen_on != (today := now().date()):
        with scopes_disabled():
            Membership.objects.filter(pk=seat.pk).update(seen_on=today)


def seats(request: HttpRequest) -> list[Membership]:
    """Where the signed-in person belongs, for the switch between organizations; the query of the door where there was
    one. Not more than SWITCH: a page of its own lists all."""
    found: list[Membership] | None = getattr(request, "seats", None)
    if found is None:
        found = _seats(request) if getattr(request, "person", None) else []
    return found


def _seats(request: HttpRequest, **wanted: object) -> list[Membership]:
    """The wanted organization's seat first."""
    with scopes_disabled():
        rows = Membership.objects.active().judged().filter(person=signed_in(request))
        named = Q(**{f"organization__{field}": value for field, value in wanted.items()})
        first = [ExpressionWrapper(named, BooleanField()).desc()] if wanted else []
        found = list(rows.order_by(*first, "id")[:SWITCH])
    request.seats = found  # type: ignore[attr-defined]  # read by `seats`
    return found


def signed_in(request: HttpRequest) -> uuid.UUID | None:
    """The id of who is signed in. Whether the person is still active is for whoever loads the person."""
    found = request.session.get(SESSION_KEY)
    return uuid.UUID(found) if found else None


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in."""
    person_id = signed_in(request)
    person = Person.objects.filter(pk=person_id, is_active=True).first() if person_id else None
    return person if person and _is_of_this_password(request, person) else None


def known(request: HttpRequest) -> Person | None:
    """Who is signed in, where a door or a page has asked for them by now; asks nothing of the database."""
    person = vars(request).get("person")
    while type(person) is SimpleLazyObject:  # one in another; an empty object, until somebody asks
        person = person._wrapped
    return person if type(person) is Person else None


def _is_of_this_password(request: HttpRequest, person: Person) -> bool:
    """A session ends with the password that it began under, also where nobody ended it."""
    return constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())


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
    return f"/{slug}/" if slug else "/account/"
