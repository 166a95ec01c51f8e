"""The one optional cookie: a random number for one visit, so that the path through pages can be seen. It is made after
a yes and not before, and never where the browser sends the signal."""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest

from seconder.privacy.choices import standing

PURPOSE = "analytics.visits"
LASTS = 30 * 60  # seconds after the last page
_SHAPE = re.compile(r"[0-9a-f]{32}")


def visit_of(request: HttpRequest) -> str | None:
    """The number of this request's visit, a new one where it is the first of one; None without a yes."""
    if not standing.of(request).allows(PURPOSE):
        return None
    given = getattr(request, "visit", "") or request.COOKIES.get(settings.VISIT_COOKIE_NAME, "")
    visit = given if _SHAPE.fullmatch(given) else secrets.token_hex(16)
    request.visit = visit  # type: ignore[attr-defined]  # the same for all who ask of this request
    return visit
