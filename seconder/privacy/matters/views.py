from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.naming import people
from seconder.accounts.organizations.places import PRIVACY, tabs
from seconder.core.calls import PageQuery, page
from seconder.core.clock import now
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.core.responses import SeeOther
from seconder.privacy.matters import register
from seconder.privacy.matters.forms import HandoverForm, MatterForm
from seconder.privacy.models import Matter
from seconder.ui.forms import given

SIZE = 50


@door("privacy.manage", of_installation=True)
@require_safe
def matter_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    asked, today = PageQuery(limit=SIZE, cursor=request.GET.get("cursor") or None), now().date()
    found, following = page(Matter.objects.visible_to(request.actor), asked)
    shown = {
        "matters": [(each, each.state_on(today), register.is_late(each)) for each in found],
        "next_url": f"?cursor={following}" if following else None,
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "privacy/matters/list.html", shown)


@door("privacy.manage", of_installation=True)
@require_http_methods(["GET", "HEAD", "POST"])
def matter_new(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  as above
    form = MatterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (
        made := given(form, lambda: register.open_matter(request.actor, form.terms()))
    ):
        messages.success(request, "The matter is in the register.")
        return _to(request, made.pk)
    return render(request, "privacy/matters/new.html", {"form": form}, status=422 if form.errors else 200)


@door("privacy.manage", of_installation=True)
@require_safe
def matter_show(request: Asked, organization: str, matter: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    return _page(request, matter, HandoverForm())


@door("privacy.manage", of_installation=True)
@require_POST
def handover_create(request: Asked, organization: str, matter: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    form = HandoverForm(request.POST)

    def hand() -> bool:
        register.hand_over(request.actor, matter, form.cleaned_data["what"], form.cleaned_data["people"])
        return True

    if given(form, hand):
        messages.success(request, "It is written down.")
        return _to(request, matter)
    return _page(request, matter, form)


@door("privacy.manage", of_installation=True)
@require_POST
def approval_create(request: Asked, organization: str, matter: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    register.approve(request.actor, matter)
    messages.success(request, "You have said yes.")
    return _to(request, matter)


@door("privacy.manage", of_installation=True)
@require_POST
def matter_closure(request: Asked, organization: str, matter: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    register.close(request.actor, matter)
    messages.success(request, "The matter is closed.")
    return _to(request, matter)


def _page(request: Asked, matter_id: uuid.UUID, form: HandoverForm) -> HttpResponse:
    found = Matter.objects.visible_to(request.actor).filter(pk=matter_id).first()
    if found is None:
        raise NotFound("There is no such matter here.")
    lines = list(found.lines.order_by("id"))
    names = people({line.by_id for line in lines})
    state = found.state_on(now().date())
    mine = found.opened_by_id == request.actor.person.pk
    shown = {
        "matter": found,
        "state": state,
        "is_late": register.is_late(found),
        "lines": [(line, names[line.by_id]["name"] or "somebody who has left") for line in lines],
        "may_hand": state == "active",
        "may_approve": not found.closed_at and not mine and (found.waits or found.is_unseen),
        "form": form,
    }
    return render(request, "privacy/matters/matter.html", shown, status=422 if form.errors else 200)


def _to(request: Asked, matter_id: uuid.UUID) -> HttpResponse:
    return SeeOther(reverse("privacy:matter", args=[request.organization.slug, matter_id]))
