"""The API's routes about organizations. A key belongs to one, and knows no other."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.actor import Actor
from seconder.accounts.gate import Asked
from seconder.accounts.models import Organization
from seconder.accounts.organizations import changing
from seconder.core import calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door
from seconder.core.json import Object
from seconder.core.refusals import NotFound

router = Router(tags=["organizations"])


class OrganizationOut(Schema):
    """`id` is its slug, which stands in every address and never changes."""

    id: str
    name: str
    postal_address: str
    requires_second_factor: bool
    created_at: str


class OrganizationList(Schema):
    items: list[OrganizationOut]
    next: str | None


class OrganizationIn(calls.Fields):
    """What is left out stays."""

    name: str | None = None
    postal_address: str | None = None


@router.get(
    "/organizations",
    response=OrganizationList,
    summary="The organization that the caller acts in",
    openapi_extra=calls.asks(calls.PageQuery),
)
@door("home.read")
def organizations(request: Asked) -> HttpResponse:
    found = Organization.objects.visible_to(request.actor)
    rows, following = calls.page(found, calls.query(request, calls.PageQuery))
    return calls.answer({"items": [_out(row) for row in rows], "next": following})


@router.get("/organizations/{id}", response=OrganizationOut, summary="One organization")
@door("home.read")
def organization(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    return calls.answer(_out(_find(request.actor, id)))


@router.patch(
    "/organizations/{id}",
    response=OrganizationOut,
    summary="Give it another name, or say where it can be written to",
    openapi_extra=calls.takes(OrganizationIn),
)
@door("organization.manage")
def organization_change(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    _find(request.actor, id)
    given = calls.body(request, OrganizationIn)
    with transaction.atomic():
        if given.name is not None:
            changing.rename(request.actor, given.name)
        if given.postal_address is not None:
            changing.move(request.actor, given.postal_address)
    return calls.answer(_out(_find(request.actor, id)))


def _find(actor: Actor, slug: str) -> Organization:
    found = None if "\x00" in slug else Organization.objects.visible_to(actor).filter(slug=slug).first()
    if found is None:
        raise NotFound("There is no such organization here.")
    return found


def _out(organization: Organization) -> Object:
    return {
        "id": organization.slug,
        "name": organization.name,
        "postal_address": organization.postal_address,
        "requires_second_factor": organization.requires_second_factor,
        "created_at": rfc3339(organization.created_at),
    }
