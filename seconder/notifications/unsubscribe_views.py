from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from seconder.core.doors import open_to_all
from seconder.notifications.unsubscribing import find


@csrf_exempt  # a mail program presses the button as well (RFC 8058), and it has no cookie of ours
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever fetches it looks and changes nothing; POST stops the letter, and once more does no harm. It answers
    with a page and never leads elsewhere."""
    found = find(token)
    if request.method == "POST":
        found.stop()
        found = find(token)
    answer = render(request, "notifications/unsubscribe.html", {"kinds": found.kinds, "letter": found.letter})
    answer["Cache-Control"] = "no-store"
    return answer
