from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from seconder.accounts.gate import seats
from seconder.accounts.models import Organization
from seconder.ui.navigation import Home


def homes(request: HttpRequest) -> list[Home]:
    """Where the reader belongs, as the rail offers it; the page's own organization first."""
    here = getattr(request, "organization", None)
    return [_home(seat.organization, here=seat.organization == here) for seat in seats(request)]


def _home(organization: Organization, *, here: bool) -> Home:
    slug, mark = organization.slug, organization.logo_mark
    return {
        "name": organization.name,
        "url": reverse("runs:home", args=[slug]),
        "logo_url": reverse("accounts:logo", args=[slug, mark]) if mark else "",
        "here": here,
    }
