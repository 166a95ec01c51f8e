from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.organizations.places import SETTINGS, tabs
from seconder.core.calls import PageQuery, page
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.core.responses import SeeOther
from seconder.privacy.incidents import pages, register
from seconder.privacy.incidents.clock import clock
from seconder.privacy.incidents.drafts import draft
from seconder.privacy.incidents.forms import ClosureForm, EntryForm, IncidentForm, NoticeForm, ReopeningForm
from seconder.privacy.models import Incident
from seconder.ui.forms import given

SIZE = 50


@door("incidents.manage")
@require_safe
def incident_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    asked = PageQuery(limit=SIZE, cursor=request.GET.get("cursor") or None)
    found, following = page(Incident.objects.visible_to(request.actor), asked)
    shown = {
        "incidents": [(each, clock(each, pages.entries_of(each))) for each in found],
        "next_url": f"?cursor={following}" if following else None,
        "tabs": tabs(request.actor, SETTINGS, request.path),
    }
    return render(request, "privacy/incidents/list.html", shown)


@door("incidents.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def incident_new(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  as above
    form = IncidentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (
        made := given(form, lambda: register.open_incident(request.actor, form.known()))
    ):
        messages.success(request, f"Incident {made.number} is in the register.")
        return _to(made, request)
    return render(request, "privacy/incidents/edit.html", {"form": form}, status=422 if form.errors else 200)


@door("incidents.manage")
@require_safe
def incident_show(request: Asked, organization: str, incident: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    """`?part=clock`: how the clock stands, for the page to look at again."""
    found = _find(request, incident)
    if request.GET.get("part") == "clock":
        shown = {"clock": clock(found, pages.entries_of(found)), "clock_url": request.get_full_path()}
        return render(request, "privacy/incidents/incident.html#clock", shown)
    return _page(request, found)


@door("incidents.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def incident_change(request: Asked, organization: str, incident: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    found = _find(request, incident)
    before = register.Known.of(found).__dict__
    form = IncidentForm(request.POST) if request.method == "POST" else IncidentForm(initial=before)
    if request.method == "POST":
        changed = given(form, lambda: register.change(request.actor, found, form.known()))
        if changed is not None:
            messages.success(request, "It is written down." if changed else "Nothing was changed.")
            return _to(found, request)
    shown = {"form": form, "incident": found}
    return render(request, "privacy/incidents/edit.html", shown, status=422 if form.errors else 200)


@door("incidents.manage")
@require_POST
def entry_create(request: Asked, organization: str, incident: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    form = EntryForm(request.POST)
    return _done(
        request,
        incident,
        "entry_form",
        form,
        lambda found: register.note(request.actor, found, **form.cleaned_data),
    )


@door("incidents.manage")
@require_POST
def notice_create(request: Asked, organization: str, incident: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    form = NoticeForm(request.POST)

    def tell(found: Incident) -> object:
        said = form.cleaned_data
        return register.notified(request.actor, found, said["to"], said["happened_at"], said["how"])

    return _done(request, incident, "notice_form", form, tell)


@door("incidents.manage")
@require_POST
def closure_create(request: Asked, organization: str, incident: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    form = ClosureForm(request.POST)
    return _done(
        request,
        incident,
        "closure_form",
        form,
        lambda found: register.close(request.actor, found, **form.cleaned_data),
    )


@door("incidents.manage")
@require_POST
def reopening_create(request: Asked, organization: str, incident: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    form = ReopeningForm(request.POST)
    return _done(
        request,
        incident,
        "reopening_form",
        form,
        lambda found: register.reopen(request.actor, found, **form.cleaned_data),
    )


@door("incidents.manage")
@require_safe
def draft_show(request: Asked, organization: str, incident: uuid.UUID, to: str) -> HttpResponse:
    """`?file`: as a file to keep."""
    found = _find(request, incident)
    if to not in register.TOLD:
        raise NotFound("There is no such draft.")
    text = draft(to, found, request.organization)
    if "file" in request.GET:
        response = HttpResponse(text, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = (
            f'attachment; filename="{organization}-incident-{found.number}-{to}.txt"'
        )
        return response
    shown = {"incident": found, "text": text, "to": register.TOLD[to], "lines": text.count("\n") + 2}
    return render(request, "privacy/incidents/draft.html", shown)


@door("incidents.manage")
@require_safe
def record_show(request: Asked, organization: str, incident: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    """Everything about it on one page, to print."""
    found = _find(request, incident)
    entries = pages.entries_of(found)
    shown = {
        "incident": found,
        "rows": pages.rows(found),
        "lines": pages.lines(entries),
        "clock": clock(found, entries),
    }
    return render(request, "privacy/incidents/record.html", shown)


def _done(
    request: Asked, incident: uuid.UUID, name: str, form: BaseForm, verb: Callable[[Incident], object]
) -> HttpResponse:
    """Carries it out and goes back; what stands against it is said in its form on the page."""
    found = _find(request, incident)
    given(form, lambda: verb(found))
    if form.errors:
        if (name == "reopening_form") != bool(found.closed_at):  # the page has no such form as things stand
            for fault in form.non_field_errors():
                messages.error(request, str(fault))
        return _page(request, found, **{name: form})
    messages.success(request, "It is written down.")
    return _to(found, request)


def _page(request: Asked, incident: Incident, **refused: BaseForm) -> HttpResponse:
    entries = pages.entries_of(incident)
    here = reverse("privacy:incident", args=[request.organization.slug, incident.pk])
    shown = {
        "incident": incident,
        "rows": pages.rows(incident),
        "lines": pages.lines(entries),
        "clock": clock(incident, entries),
        "clock_url": f"{here}?part=clock",
        "drafts": list(register.TOLD.items()),
        "entry_form": EntryForm(),
        "notice_form": NoticeForm(),
        "closure_form": ClosureForm(),
        "reopening_form": ReopeningForm(),
        **refused,
    }
    return render(request, "privacy/incidents/incident.html", shown, status=422 if refused else 200)


def _find(request: Asked, incident: uuid.UUID) -> Incident:
    found = Incident.objects.visible_to(request.actor).filter(pk=incident).first()
    if found is None:
        raise NotFound("There is no such incident here.")
    return found


def _to(incident: Incident, request: Asked) -> HttpResponse:
    return SeeOther(reverse("privacy:incident", args=[request.organization.slug, incident.pk]))
