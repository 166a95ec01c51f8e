from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.organizations.places import PRIVACY, tabs
from seconder.core.doors import door
from seconder.privacy.retention import pages


@door("privacy.read", of_installation=True)
@require_safe
def retention(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    rows = pages.rows()
    shown = {
        "rows": rows,
        "late": [row for row in rows if row["state"] == "overdue"],
        "days": pages.SHOWN,
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "privacy/retention/list.html", shown)
