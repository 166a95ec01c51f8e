"""Clicks on the few elements that count them (`data-counts`), as `counts.js` tells them. No name but a declared one is
taken, nobody is asked who it is, and nothing else of the request is looked at."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from seconder.accounts import networks
from seconder.core.doors import open_to_all
from seconder.core.refusals import Invalid, TooMany
from seconder.core.throttle import Throttle
from seconder.telemetry.measures import CLICKS
from seconder.telemetry.measuring import measure
from seconder.telemetry.visitors import Who

LONGEST = 40  # characters
clicks = Throttle(rate=2, burst=60)  # of one network


@open_to_all
@csrf_exempt  # a beacon carries no token; what it can do is to count, once a day
@require_POST
def click(request: HttpRequest) -> HttpResponse:
    if not _is_from_here(request):
        raise Invalid("Clicks are counted on pages of this address only.")
    if patience := clicks.wait(networks.counted(request)):
        raise TooMany("These are more clicks than anybody makes.", patience)
    name = request.read(LONGEST).decode(errors="replace")
    if name not in CLICKS:
        raise Invalid("No element of that name counts its clicks.")
    measure("clicks", of=Who(address=networks.address_of(request)), cell=name)
    return HttpResponse(status=204)


def _is_from_here(request: HttpRequest) -> bool:
    """As the browser says it."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
