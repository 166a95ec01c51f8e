from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from seconder.core.doors import open_to_all
from seconder.core.mail import aftermath, provider_events


@csrf_exempt  # the provider proves itself by its secret, and has no cookie of ours
@open_to_all
@require_POST
def mail_events(request: HttpRequest) -> HttpResponse:
    """What the mail provider tells. The answer is the same whether the address is known here."""
    for told in provider_events.told(request):
        aftermath.take(told)
    return HttpResponse(status=200)
