from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from seconder.accounts.freshness import demand_fresh, fresh
from seconder.accounts.gate import AskedBySelf
from seconder.accounts.own import own_pages
from seconder.core.doors import SELF, door
from seconder.core.refusals import Conflict, NotFound
from seconder.core.responses import SeeOther
from seconder.privacy.centre import pages
from seconder.privacy.export import making
from seconder.privacy.models import Erasure, Export
from seconder.privacy.models.export import LASTS
from seconder.privacy.subject import Subject


@door(SELF)
@require_safe
def centre(request: AskedBySelf) -> HttpResponse:
    rows = pages.held(Subject.of(request.person))
    shown = {
        "links": pages.LINKS,
        "groups": pages.grouped(rows),
        "uses": pages.uses(rows),
        "erasure": Erasure.objects.of_person(request.person.pk).under_way().first(),
        "own_pages": own_pages(request.path),
    }
    return render(request, "privacy/centre/home.html", shown)


@door(SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: AskedBySelf) -> HttpResponse:
    """The copies that were asked for, and asking for one."""
    if request.method == "POST":
        demand_fresh(request)
        try:
            making.ask(request.person)
            messages.success(request, "A copy is being made. You are told by mail when it is ready.")
        except Conflict as there:
            messages.info(request, there.detail)
        return SeeOther(reverse("privacy:exports"))
    shown = {
        "exports": list(Export.objects.of_person(request.person.pk).live().order_by("-pk")),
        "days": LASTS.days,
        "own_pages": own_pages(request.path),
    }
    return render(request, "privacy/centre/exports.html", shown)


@door(SELF)
@fresh
@require_safe
def export_file(request: AskedBySelf, export: uuid.UUID) -> HttpResponse:
    found = Export.objects.of_person(request.person.pk).live().filter(pk=export, state="ready").first()
    if found is None:
        raise NotFound("There is no such copy of yours. It may be over its time; ask for a new one.")
    response = HttpResponse(b"".join(found.read()), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="seconder-{found.asked_at:%Y-%m-%d}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
