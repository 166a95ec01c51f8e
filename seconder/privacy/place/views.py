from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.organizations.operator import runs_it
from seconder.accounts.organizations.places import PRIVACY, open_to, tabs
from seconder.core.doors import door


@door("privacy.read")
@require_safe
def home(request: Asked, organization: str) -> HttpResponse:
    """What there is to see and to do about people's data, as far as it opens here."""
    shown = {
        "places": [
            {"label": place.label, "what": place.what, "url": reverse(place.url_name, args=[organization])}
            for place in open_to(request.actor, PRIVACY)[1:]
        ],
        "runs_it": runs_it(request.organization),
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "privacy/place/home.html", shown)
