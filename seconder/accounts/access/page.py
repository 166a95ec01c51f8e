from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from seconder.accounts.access.rows import Sight, Thing, rows
from seconder.accounts.actor import demand
from seconder.accounts.gate import Asked


def access_page(request: Asked, thing: Thing, sight: Sight, title: str, url: str) -> HttpResponse:
    """The page of one thing, which was loaded through the asker; `title` and `url` are the thing's own. Colleagues are
    named on it, so it takes `people.read` beside seeing the thing."""
    demand(request.actor, "people.read")
    found, following = rows(thing, sight, request.GET.get("after", ""))
    slug = request.organization.slug
    shown = {
        "noun": sight.noun,
        "title": title,
        "url": url,
        "rows": [
            {
                "name": row.seat.person.name,
                "url": reverse("accounts:person", args=[slug, row.seat.person_id]),
                "you": row.seat.person_id == request.person.pk,
                "may": row.may,
                "because": row.because,
            }
            for row in found
        ],
        "next_url": f"{request.path}?{urlencode({'after': following})}" if following else None,
    }
    return render(request, "accounts/access.html", shown)
