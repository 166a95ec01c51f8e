"""What became of mail: one's own, and what an organization's members were sent about it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.gate import Asked, AskedBySelf
from seconder.accounts.models import Membership
from seconder.accounts.organizations.places import SETTINGS, tabs
from seconder.accounts.own import own_pages
from seconder.core.calls import PageQuery, page
from seconder.core.doors import SELF, door, open_to_all
from seconder.core.mail.suppressing import found
from seconder.core.refusals import Conflict, NotFound
from seconder.notifications import confirming, deliveries

SIZE = 50


@door(SELF)
@require_safe
def own_mail(request: AskedBySelf) -> HttpResponse:
    rows, following = page(deliveries.of_person(request.person), _asked(request))
    stopped = found(request.person.email)
    shown = {
        "lines": deliveries.lines(rows),
        "next_url": f"?cursor={following}" if following else None,
        "reason": deliveries.REASONS[stopped.reason] if stopped else "",
        "own_pages": own_pages(request.path),
    }
    return render(request, "notifications/own_mail.html", shown)


@door(SELF)
@require_POST
def address_asking(request: AskedBySelf) -> HttpResponse:
    try:
        confirming.ask(request.person)
    except Conflict as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, "A link is on its way to your address.")
    return redirect("notifications:own-mail")


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def address_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever fetches it looks; the button confirms. Who reads the mail need not be signed in."""
    person = confirming.asked(token)
    if request.method == "POST":
        confirming.confirm(person)
    shown = {"is_done": request.method == "POST"}
    answer = render(request, "notifications/address_confirm.html", shown)
    answer["Cache-Control"] = "no-store"
    return answer


@door("people.manage")
@require_safe
def organization_mail(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    rows, following = page(deliveries.visible_to(request.actor), _asked(request))
    shown = {
        "lines": deliveries.lines(rows),
        "next_url": f"?cursor={following}" if following else None,
        "silent": deliveries.silent(request.actor),
        "tabs": tabs(request.actor, SETTINGS, request.path),
    }
    return render(request, "notifications/organization_mail.html", shown)


@door("people.manage")
@require_POST
def mail_resumption(request: Asked, organization: str, person: uuid.UUID) -> HttpResponse:
    seat = (
        Membership.objects.visible_to(request.actor).filter(person_id=person).select_related("person").first()
    )
    if seat is None:
        raise NotFound("There is no such person here.")
    try:
        confirming.resume(request.actor, seat)
    except Conflict as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, f"Mail to {seat.person.name} is sent again.")
    return redirect("notifications:organization-mail", organization=organization)


def _asked(request: HttpRequest) -> PageQuery:
    return PageQuery(limit=SIZE, cursor=request.GET.get("cursor") or None)
