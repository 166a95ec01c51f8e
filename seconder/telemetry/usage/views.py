from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.organizations.places import PRIVACY, tabs
from seconder.core import geography
from seconder.core.doors import door
from seconder.telemetry.gate import INSIDE
from seconder.telemetry.usage.figures import usage

SPANS = {"7": "7 days", "28": "28 days", "90": "90 days"}


@door("privacy.read", of_installation=True)
@require_safe
def show(request: Asked, organization: str) -> HttpResponse:
    """`?days=`: one of SPANS; else 28."""
    wanted, here = request.GET.get("days", ""), reverse("telemetry:usage", args=[organization])
    days = wanted if wanted in SPANS else "28"
    shown = {
        "usage": usage(int(days)),
        "k": INSIDE,
        "knows_countries": geography.is_there(),
        "attribution": geography.attribution(),
        "spans": [
            {"label": words, "url": f"{here}?days={each}", "here": each == days}
            for each, words in SPANS.items()
        ],
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "telemetry/usage.html", shown)
