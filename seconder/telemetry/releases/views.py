from __future__ import annotations

import csv
import io
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.naming import people
from seconder.accounts.organizations.places import PRIVACY, tabs
from seconder.core.calls import PageQuery, page
from seconder.core.clock import now
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.core.responses import SeeOther
from seconder.telemetry.measures import MEASURES
from seconder.telemetry.models import Aggregate, NoiseBudget, Release
from seconder.telemetry.models.release import AUDIENCES, METHODS
from seconder.telemetry.releases.forms import ReleaseForm
from seconder.telemetry.releases.handing_out import hand_out
from seconder.telemetry.usage import words
from seconder.ui.forms import given

SIZE = 50
CLOSING = "The closing of the day"


@door("privacy.read", of_installation=True)
@require_safe
def release_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    asked = PageQuery(limit=SIZE, cursor=request.GET.get("cursor") or None)
    found, following = page(Release.objects.all(), asked)
    shown = {
        "releases": [(each, name_of(each)) for each in found],
        "next_url": f"?cursor={following}" if following else None,
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "telemetry/releases/list.html", shown)


@door("privacy.manage", of_installation=True)
@require_http_methods(["GET", "HEAD", "POST"])
def release_new(request: Asked, organization: str) -> HttpResponse:
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (made := given(form, lambda: hand_out(request.actor, form.wanted()))):
        messages.success(request, "It is in the register, with the file to hand out.")
        return SeeOther(reverse("telemetry:release", args=[organization, made.pk]))
    budget = NoiseBudget.objects.filter(year=now().year).first()
    shown = {"form": form, "budget": budget, "tabs": tabs(request.actor, PRIVACY, request.path)}
    return render(request, "telemetry/releases/new.html", shown, status=422 if form.errors else 200)


@door("privacy.read", of_installation=True)
@require_safe
def release_show(request: Asked, organization: str, release: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    """`?file`: the numbers as CSV, of those for somebody outside; others are not to be passed on."""
    found = Release.objects.filter(pk=release).first()
    if found is None:
        raise NotFound("There is no such release.")
    figures = _figures(found)
    if "file" in request.GET and found.audience == "outside":
        return _file(found, figures)
    shown = {
        "release": found,
        "name": name_of(found),
        "rows": _rows(found),
        "figures": [(words.of_cell(found.measure, cell), n) for cell, n in figures.items()],
        "of": MEASURES[found.measure].of if found.measure in MEASURES else "Cell",
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "telemetry/releases/release.html", shown)


def name_of(release: Release) -> str:
    return MEASURES[release.measure].words if release.measure in MEASURES else release.measure


def _figures(release: Release) -> dict[str, int]:
    """Most people first."""
    if release.figures is not None:
        return dict(sorted(release.figures.items(), key=lambda pair: -pair[1]))
    rows = Aggregate.objects.filter(measure=release.measure, day=release.first).order_by("-people", "cell")
    return dict(rows.values_list("cell", "people"))


def _rows(release: Release) -> list[dict[str, object]]:
    by = people([release.by_id])[release.by_id]["name"] if release.by_id else CLOSING
    return [
        {"label": "For", "value": release.recipient or AUDIENCES[release.audience]},
        {"label": "Bound by", "value": release.contract or "Nothing: it stays in the product"},
        {"label": "People at least behind each number", "value": release.k},
        {"label": "Numbers shown", "value": release.cells},
        {
            "label": "Withheld",
            "value": "Yes: some had too few, or would have told those" if release.withheld else "None",
        },
        {"label": "Smallest number", "value": "None" if release.smallest is None else release.smallest},
        {
            "label": "Method",
            "value": METHODS[release.method] + (f", epsilon {release.epsilon}" if release.epsilon else ""),
        },
        {"label": "Attempt to find somebody", "value": release.finding},
        {"label": "Released by", "value": by or "Somebody who has left"},
    ]


def _file(release: Release, figures: dict[str, int]) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["cell", "people"])
    writer.writerows(figures.items())
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{release.measure}-{release.first}-{release.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
