from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from seconder import __version__
from seconder.accounts.gate import Asked
from seconder.accounts.organizations.places import PRIVACY, tabs
from seconder.core.doors import door
from seconder.core.models import DeniedRead
from seconder.core.refusals import NotFound
from seconder.core.registry import registry
from seconder.privacy.records import activities, pages
from seconder.privacy.records.drawing import draw
from seconder.privacy.records.exports import FORMS

LATEST = 20  # refused reads that the page shows


@door("privacy.read", of_installation=True)
@require_safe
def data_map(request: Asked, organization: str) -> HttpResponse:
    """What is held, what for, and who receives it: drawn, and as the records that the law asks for."""
    declared = registry()
    found = activities(declared)
    shown = {
        "picture": draw(found),
        "rows": pages.kinds(found),
        "records": [pages.record(each) for each in found],
        "digest": declared.digest,
        "version": __version__,
        "denied": list(DeniedRead.objects.order_by("-last_at")[:LATEST]),
        "forms": [
            {"words": form.words, "url": reverse("privacy:records", args=[organization, name])}
            for name, form in FORMS.items()
        ],
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "privacy/records/data-map.html", shown)


@door("privacy.read", of_installation=True)
@require_safe
def records(request: Asked, organization: str, form: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """The same for other programs."""
    if form not in FORMS:
        raise NotFound(f"The records are written as {', '.join(FORMS)}.")
    asked = FORMS[form]
    response = HttpResponse(asked.write(registry()), content_type=f"{asked.media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{asked.file}"'
    return response
