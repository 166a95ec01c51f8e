from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from seconder.accounts.actor import can
from seconder.accounts.gate import Asked
from seconder.accounts.organizations.places import SETTINGS, tabs
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.core.responses import SeeOther
from seconder.privacy.agreements import pages
from seconder.privacy.agreements.forms import AgreementForm
from seconder.privacy.agreements.recording import record_version
from seconder.privacy.models import Agreement
from seconder.ui.forms import given


@door("agreements.read")
@require_safe
def agreement_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """What is in force, and every version there was."""
    current = Agreement.in_force(request.organization)
    versions = Agreement.objects.visible_to(request.actor).order_by("-effective_from", "-pk")
    shown = {
        "current": current,
        "rows": pages.rows(current) if current else [],
        "versions": list(versions),
        "may_record": can(request.actor, "agreements.manage"),
        "tabs": tabs(request.actor, SETTINGS, request.path),
    }
    return render(request, "privacy/agreements/list.html", shown)


@door("agreements.read")
@require_safe
def agreement_show(request: Asked, organization: str, agreement: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    found = Agreement.objects.visible_to(request.actor).filter(pk=agreement).first()
    if found is None:
        raise NotFound("There is no such version here.")
    return render(request, "privacy/agreements/version.html", {"agreement": found, "rows": pages.rows(found)})


@door("agreements.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_new(request: Asked, organization: str) -> HttpResponse:
    form = AgreementForm(request.POST, request.FILES) if request.method == "POST" else AgreementForm()
    if request.method == "POST" and (
        made := given(form, lambda: record_version(request.actor, form.terms()))
    ):
        messages.success(request, f"Version {made.version} is recorded.")
        return SeeOther(reverse("privacy:agreements", args=[organization]))
    return render(request, "privacy/agreements/new.html", {"form": form}, status=422 if form.errors else 200)
